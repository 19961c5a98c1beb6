import * as vscode from "vscode";
import {
  type BaseLanguageClient,
  CodeLensRequest,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient";
import { commands } from "../../server/src/protocol.ts";
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
      provideCodeLenses: async (document, token, next) => {
        const lenses = (await next(document, token)) ?? [];
        return canRun(document) ? lenses : lenses.filter(({ command }) => !startsProgram(command?.command));
      },
    },
  };
}

/** What Restricted Mode would refuse, and what there is no machine for, is not shown at all. */
const canRun = ({ uri }: vscode.TextDocument): boolean => vscode.workspace.isTrusted && uri.scheme === "file";

const startsProgram = (command: string | undefined): boolean =>
  command === commands.plan || command === commands.apply || command === commands.applyResource;

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
