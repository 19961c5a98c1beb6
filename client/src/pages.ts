import * as vscode from "vscode";
import type { Ctx } from "./ctx.ts";

/** Shows the page of a code, or the list of all of them without one. */
export const pageCommand = "clockwork.explain";

/** The pages that explain codes, which the extension brings along: a problem's code leads to its page, the palette to all of them. */
export function registerPages({ extensionUri }: Ctx): vscode.Disposable {
  return vscode.commands.registerCommand(pageCommand, async (code: unknown) => {
    // Any link or key binding may name one; a path is none.
    const name = typeof code === "string" && /^[\w-]+$/.test(code) ? code : "README";
    const page = vscode.Uri.joinPath(extensionUri, "docs", "diagnostics", `${name}.md`);
    await vscode.commands.executeCommand("markdown.showPreview", page);
  });
}
