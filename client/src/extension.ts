import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, TransportKind } from "vscode-languageclient/node";
import { createCtx, registerFeatures } from "./activate.ts";
import { registerReviews } from "./artifacts/register-reviews.ts";
import { sandboxWish } from "./cli.ts";
import { registerCommands } from "./commands/register.ts";
import type { MachineCtx } from "./ctx.ts";
import { registerDaemon } from "./daemon/register.ts";
import { ApiKey } from "./models/api-key.ts";
import { registerModels } from "./models/register.ts";
import { Facts } from "./plan/facts.ts";
import { registerLanguageStatus } from "./runs/language-status.ts";
import { registerTerminalLinks } from "./runs/links.ts";
import { registerRunProblems } from "./runs/problems.ts";
import { ReviewedPlans } from "./runs/reviewed.ts";
import { Runs } from "./runs/runs.ts";
import { registerTasks } from "./runs/tasks.ts";
import { registerRunsView } from "./runs/view.ts";
import { Terminals } from "./terminals.ts";
import { registerTests } from "./testing/register.ts";
import { registerMcpServers } from "./tools/mcp.ts";
import { registerPatchTool } from "./tools/propose-patch.ts";
import { registerVerifyTool } from "./tools/run-verify.ts";

/** The extension: it shows what the server knows and starts what the user asks for, and decides nothing itself. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const base = createCtx(context, connect);
  const models = registerModels(context, base.log);
  const key = new ApiKey(context.secrets);
  const ctx: MachineCtx = {
    ...base,
    terminals: new Terminals(
      async () => ({ ...(await models.environment()), ...sandboxWish() }),
      () => key.environment(),
    ),
    runs: new Runs(),
    reviewed: new ReviewedPlans(),
    // Without a folder there is no storage for one.
    version: String(context.extension.packageJSON.version),
    storage: context.storageUri ?? context.globalStorageUri,
  };
  const { terminals, runs, reviewed } = ctx;
  context.subscriptions.push(
    registerFeatures(ctx),
    models,
    key,
    terminals,
    runs,
    reviewed,
    registerRunning(ctx),
  );
  await ctx.client.start();
}

/** The features that start programs, which a browser has none of. */
function registerRunning(ctx: MachineCtx): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommands(ctx),
    registerRunProblems(ctx, ctx.runs),
    registerRunsView(ctx),
    registerTasks(ctx),
    registerTerminalLinks(ctx.terminals),
    registerLanguageStatus(ctx),
    registerTests(ctx),
    registerReviews(ctx),
    registerDaemon(ctx),
    new Facts(ctx),
    registerVerifyTool(ctx),
    registerPatchTool(ctx),
    registerMcpServers(ctx),
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
