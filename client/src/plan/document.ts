import * as vscode from "vscode";
import { commands, planScheme } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { chosenStack } from "../graph/register.ts";

/** `Clockwork: Open Plan`: the plan as it is now, beside the source, which keeps the keyboard. */
export function registerPlanDocument(ctx: Ctx): vscode.Disposable {
  return vscode.commands.registerCommand(commands.openPlan, async (target: unknown) => {
    const folder = await chosenStack(ctx, target);
    if (!folder) return;
    const editor = await show(planUri(folder));
    const address = addressIn(target);
    if (address !== undefined) revealChange(editor, address);
  });
}

/** The server reads the query, people the path. */
function planUri(folder: vscode.Uri): vscode.Uri {
  const name = folder.path.slice(folder.path.lastIndexOf("/") + 1);
  return vscode.Uri.from({ scheme: planScheme, path: `/${name}.cwplan`, query: folder.toString() });
}

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  const open = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  const viewColumn = open?.viewColumn ?? vscode.ViewColumn.Beside;
  return vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
}

function addressIn(target: unknown): string | undefined {
  if (typeof target !== "object" || target === null || !("address" in target)) return undefined;
  return typeof target.address === "string" ? target.address : undefined;
}

/** A change's first line has the address right behind its sign. */
function revealChange(editor: vscode.TextEditor, address: string): void {
  const { document } = editor;
  for (let line = 0; line < document.lineCount; line++) {
    const { text, range } = document.lineAt(line);
    if (text.slice(4).startsWith(`${address}  `)) {
      editor.selection = new vscode.Selection(range.start, range.start);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
  }
}
