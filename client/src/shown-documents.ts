import * as vscode from "vscode";

/** What the documents of a scheme say. */
export interface Shown {
  readonly text: (uri: vscode.Uri) => Promise<string>;
  /** Calls back when what they say may have changed: of that document, or, without an address, of all that are open. */
  readonly follow: (changed: (uri?: vscode.Uri) => void) => vscode.Disposable;
}

/** Documents of a scheme that only show. */
export function showDocuments(scheme: string, { text, follow }: Shown): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const followed = follow((uri) => {
    const open = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === scheme);
    for (const each of uri ? [uri] : open.map((document) => document.uri)) changed.fire(each);
  });
  const provider = { onDidChange: changed.event, provideTextDocumentContent: text };
  const registered = vscode.workspace.registerTextDocumentContentProvider(scheme, provider);
  return vscode.Disposable.from(registered, followed, changed);
}
