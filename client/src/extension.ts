import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, TransportKind } from "vscode-languageclient/node";
import { commands } from "../../server/src/protocol.ts";
import { createCtx, registerFeatures } from "./activate.ts";
import { apply } from "./commands/apply.ts";
import { plan } from "./commands/plan.ts";
import type { MachineCtx } from "./ctx.ts";
import { Terminals } from "./terminals.ts";

/** The extension: it shows what the server knows and starts what the user asks for, and decides nothing itself. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const terminals = new Terminals();
  const ctx: MachineCtx = { ...createCtx(context, connect), terminals };
  context.subscriptions.push(registerFeatures(ctx), terminals, registerRunning(ctx));
  await ctx.client.start();
}

/** The features that start programs, which a browser has none of. */
function registerRunning(ctx: MachineCtx): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commands.plan, (target: unknown) => plan(ctx, target)),
    vscode.commands.registerCommand(commands.apply, (target: unknown) => apply(ctx, target)),
  );
}

/** The server runs in a process of its own out of `dist/server.js`. */
function connect(extensionUri: vscode.Uri, options: LanguageClientOptions): LanguageClient {
  const module = vscode.Uri.joinPath(extensionUri, "dist", "server.js").fsPath;
  const server = { module, transport: TransportKind.ipc };
  return new LanguageClient(
    "clockwork",
    "Clockwork Language Server",
    { run: server, debug: server },
    options,
  );
}
