import * as vscode from "vscode";
import {
  type BaseLanguageClient,
  CodeLensRequest,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient";
import type { ServerState, Status } from "./status.ts";

/** How the connection to the language server behaves, whatever it runs in. */
export function clientOptions(
  log: vscode.LogOutputChannel,
  watcher: vscode.FileSystemWatcher,
): LanguageClientOptions {
  return {
    documentSelector: [{ language: "clockwork" }],
    outputChannel: log,
    synchronize: { fileEvents: watcher },
    initializationOptions: { planChanges: true },
    middleware: {
      // A lens that Restricted Mode would refuse is not shown at all.
      provideCodeLenses: (document, token, next) => (vscode.workspace.isTrusted ? next(document, token) : []),
    },
  };
}

export async function restart(client: BaseLanguageClient): Promise<void> {
  await client.stop();
  await client.start();
}

export function followState(client: BaseLanguageClient, status: Status): vscode.Disposable {
  return client.onDidChangeState(({ newState }) => {
    status.server = serverStates[newState];
  });
}

/** Asks for the lenses again, once running things has become allowed. */
export function refreshLenses(client: BaseLanguageClient): void {
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
