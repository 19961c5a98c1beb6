import * as vscode from "vscode";
import { commands } from "../../server/src/protocol.ts";
import { createClient, followState, refreshLenses } from "./client.ts";
import { apply } from "./commands/apply.ts";
import { plan } from "./commands/plan.ts";
import type { Ctx } from "./ctx.ts";
import { Status } from "./status.ts";
import { Terminals } from "./terminals.ts";

/** The extension: it shows what the server knows and starts what the user asks for, and decides nothing itself. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Clockwork", { log: true });
  const status = new Status();
  const terminals = new Terminals();
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{cw,cwvars}");
  const client = createClient(context.extensionUri, log, watcher);
  const ctx: Ctx = { extensionUri: context.extensionUri, log, status, terminals, client };
  context.subscriptions.push(
    // First to go: the server ends before the channel that it writes to.
    new vscode.Disposable(() => client.dispose()),
    log,
    status,
    terminals,
    watcher,
    followState(client, status),
    vscode.commands.registerCommand(commands.plan, (target: unknown) => plan(ctx, target)),
    vscode.commands.registerCommand(commands.apply, (target: unknown) => apply(ctx, target)),
    vscode.commands.registerCommand("clockwork.restartServer", () => client.restart()),
    vscode.commands.registerCommand("clockwork.showLog", () => log.show(true)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      status.refresh();
      refreshLenses(client);
    }),
  );
  await client.start();
}
