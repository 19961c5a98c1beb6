import * as vscode from "vscode";
import type { BlockPlace, Position } from "../../server/src/protocol.ts";

export function rangeOf({ start, end }: { readonly start: Position; readonly end: Position }): vscode.Range {
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

/** Shows a block and puts the cursor at its beginning. `preserveFocus`: the keyboard stays where it is. */
export async function reveal(
  { uri, range }: BlockPlace,
  options: Pick<vscode.TextDocumentShowOptions, "preserveFocus" | "viewColumn"> = {},
): Promise<void> {
  const { start } = rangeOf(range);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), {
    ...options,
    selection: new vscode.Range(start, start),
  });
}
