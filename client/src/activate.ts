/**
 * What the extension is wherever it runs: on a machine (extension.ts) and in a browser (browser.ts), which differ in how the
 * language server is reached. What starts programs is registered by the machine's entry alone.
 */
import * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { registerArtifacts } from "./artifacts/register.ts";
import { ArtifactStore } from "./artifacts/store.ts";
import { clientOptions, followState, refreshLenses, restart } from "./client.ts";
import type { Ctx } from "./ctx.ts";
import { registerGraph } from "./graph/register.ts";
import { registerPages } from "./pages.ts";
import { registerPlan } from "./plan/register.ts";

import { Plans } from "./plans.ts";
import { Stacks } from "./stacks.ts";
import { Status } from "./status.ts";
import { registerTools } from "./tools/register.ts";
import { registerViews } from "./views/register.ts";

/** Makes the connection to a language server, which `start` is called on later. */
export type Connect = (extensionUri: vscode.Uri, options: LanguageClientOptions) => BaseLanguageClient;

/** Makes the client's state; nothing is registered yet but what ends with it. */
export function createCtx(context: vscode.ExtensionContext, connect: Connect): Ctx {
  const log = vscode.window.createOutputChannel("Clockwork", { log: true });
  const status = new Status();
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{cw,cwvars}");
  const client = connect(context.extensionUri, clientOptions(log));
  const stacks = new Stacks({ client, log }, watcher);
  const plans = new Plans({ client, log });
  const artifacts = new ArtifactStore({ client, log, stacks });
  context.subscriptions.push(
    // First to go: the server ends before the channel that it writes to.
    new vscode.Disposable(() => client.dispose()),
    log,
    status,
    watcher,
    stacks,
    plans,
    artifacts,
  );
  return { extensionUri: context.extensionUri, log, status, client, stacks, plans, artifacts };
}

/** The features that need nothing but the language server. */
export function registerFeatures(ctx: Ctx): vscode.Disposable {
  const { client, status, log } = ctx;
  return vscode.Disposable.from(
    followState(client, status),
    registerArtifacts(ctx),
    registerGraph(ctx),
    registerPlan(ctx),
    registerPages(ctx),
    registerTools(ctx),
    registerViews(ctx),
    vscode.commands.registerCommand("clockwork.restartServer", () => restart(client)),
    vscode.commands.registerCommand("clockwork.showLog", () => log.show(true)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      status.refresh();
      refreshLenses(client);
    }),
  );
}
