import * as vscode from "vscode";
import type { Ctx } from "../ctx.ts";
import { stackFolder } from "../stack.ts";
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
      const folder = await stackFolder(ctx.stacks, target);
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
