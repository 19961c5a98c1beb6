import * as vscode from "vscode";
import {
  type BaseLanguageClient,
  CodeLensRequest,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient";
import { commands } from "../../server/src/protocol.ts";
import { besidePlan } from "./plan/document.ts";
import type { ServerState, Status } from "./status.ts";

/** How the connection to the language server behaves, whatever it runs in. Made when the extension is activated. */
export function clientOptions(log: vscode.LogOutputChannel): LanguageClientOptions {
  const tellFirst = firstDiagnostics(log);
  return {
    documentSelector: [{ language: "clockwork" }],
    outputChannel: log,
    synchronize: { configurationSection: "clockwork" },
    initializationOptions: { planChanges: true },
    // Problems are asked for: measured in the editor, they show as soon after a key as those that a server sends by itself
    // (half within 50 ms, either way). Without this, documents are asked about when they are opened, and never again.
    diagnosticPullOptions: { onChange: true },
    middleware: {
      provideDiagnostics: async (document, previous, token, next) => {
        const report = await next(document, previous, token);
        tellFirst();
        return report;
      },
      provideDocumentLinks: async (document, token, next) =>
        besidePlan((await next(document, token)) ?? [], document),
      provideCodeLenses: async (document, token, next) => {
        const lenses = (await next(document, token)) ?? [];
        return canRun(document) ? lenses : lenses.filter((lens) => !startsProgram(lens));
      },
    },
  };
}

/** Logs once how long it took from now until somebody could see what is wrong with a file. */
function firstDiagnostics(log: vscode.LogOutputChannel): () => void {
  const activatedMs = performance.now();
  let isTold = false;
  return () => {
    if (!isTold)
      log.info(`first diagnostics ${Math.round(performance.now() - activatedMs)} ms after activation`);
    isTold = true;
  };
}

/** What Restricted Mode would refuse, and what there is no machine for, is not shown at all. */
function canRun({ uri }: vscode.TextDocument): boolean {
  const isMachine = vscode.env.uiKind === vscode.UIKind.Desktop || vscode.env.remoteName !== undefined;
  return isMachine && vscode.workspace.isTrusted && uri.scheme === "file";
}

/** A lens without a command says in its data whether it will have one that runs something. */
function startsProgram(lens: vscode.CodeLens & { readonly data?: { readonly runs?: boolean } }): boolean {
  const command = lens.command?.command;
  return lens.data?.runs === true || (command !== undefined && starting.has(command));
}

const starting: ReadonlySet<string> = new Set([
  commands.plan,
  commands.planRepair,
  commands.apply,
  commands.regenerate,
  commands.reviewProposal,
]);

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
