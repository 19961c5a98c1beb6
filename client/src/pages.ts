import * as vscode from "vscode";
import type { Ctx } from "./ctx.ts";

/**
 * The list of the pages that explain codes, which the extension brings along. A problem's code leads to its own page; that both
 * open as Markdown's preview is said by `workbench.editorAssociations` in package.json, since such a link runs no command.
 */
export function registerPages({ extensionUri }: Ctx): vscode.Disposable {
  return vscode.commands.registerCommand("clockwork.explain", async () => {
    const list = vscode.Uri.joinPath(extensionUri, "docs", "diagnostics", "README.md");
    await vscode.commands.executeCommand("vscode.open", list);
  });
}
