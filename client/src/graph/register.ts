import * as vscode from "vscode";
import type { Ctx } from "../ctx.ts";
import { namedBy } from "../stack.ts";
import { stackName } from "../stacks.ts";
import type { KeptState } from "./messages.ts";
import { GraphPanel } from "./panel.ts";

const viewType = "clockwork.graph";

/** `Clockwork: Open Graph`, and graphs that were open when the window was closed. */
export function registerGraph(ctx: Ctx): vscode.Disposable {
  const panels = new Map<string, GraphPanel>();
  const adopt = (folder: vscode.Uri, panel: vscode.WebviewPanel) => {
    const key = folder.toString();
    panels.set(key, new GraphPanel(ctx, folder, panel));
    panel.onDidDispose(() => panels.delete(key));
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand("clockwork.openGraph", async (target: unknown) => {
      const folder = await chosenStack(ctx, target);
      if (!folder) return;
      const known = panels.get(folder.toString());
      if (known) known.show();
      else adopt(folder, vscode.window.createWebviewPanel(viewType, "", vscode.ViewColumn.Beside));
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: KeptState | undefined) {
        const folder = state?.folder;
        if (typeof folder === "string") adopt(vscode.Uri.parse(folder, true), panel);
        else panel.dispose();
      },
    }),
  );
}

/** What a view's item or a menu names, else the active editor's stack, else the only one, else the one that is picked. */
export async function chosenStack(
  { stacks }: Pick<Ctx, "stacks">,
  target: unknown,
): Promise<vscode.Uri | undefined> {
  const named = namedBy(target) ?? vscode.window.activeTextEditor?.document.uri;
  const around = named && (await stacks.around(named));
  if (around) return around;
  const all = await stacks.all();
  if (all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no .cw file in this workspace."));
  }
  if (all.length <= 1) return all[0];
  const choices = all.map((folder) => ({ label: stackName(folder), folder }));
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t("Which stack?") });
  return chosen?.folder;
}
