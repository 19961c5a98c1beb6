import * as vscode from "vscode";
import {
  CodeLensRequest,
  LanguageClient,
  type LanguageClientOptions,
  State,
  TransportKind,
} from "vscode-languageclient/node";
import type { ServerState, Status } from "./status.ts";

/** The connection to the language server, which runs in a process of its own out of `dist/server.js`. */
export function createClient(
  extensionUri: vscode.Uri,
  log: vscode.LogOutputChannel,
  watcher: vscode.FileSystemWatcher,
): LanguageClient {
  const module = vscode.Uri.joinPath(extensionUri, "dist", "server.js").fsPath;
  const server = { module, transport: TransportKind.ipc };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "clockwork" }],
    outputChannel: log,
    synchronize: { fileEvents: watcher },
    middleware: {
      // A lens that Restricted Mode would refuse is not shown at all.
      provideCodeLenses: (document, token, next) => (vscode.workspace.isTrusted ? next(document, token) : []),
    },
  };
  return new LanguageClient(
    "clockwork",
    "Clockwork Language Server",
    { run: server, debug: server },
    options,
  );
}

export function followState(client: LanguageClient, status: Status): vscode.Disposable {
  return client.onDidChangeState(({ newState }) => {
    status.server = serverStates[newState];
  });
}

/** Asks for the lenses again, once running things has become allowed. */
export function refreshLenses(client: LanguageClient): void {
  const feature = client.getFeature(CodeLensRequest.method);
  for (const document of vscode.workspace.textDocuments) {
    feature?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }
}

const serverStates: Record<State, ServerState> = {
  [State.Starting]: "starting",
  [State.StartFailed]: "stopped",
  [State.Running]: "ready",
  [State.Stopped]: "stopped",
};
