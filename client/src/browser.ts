import * as vscode from "vscode";
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
} from "vscode-languageclient/browser";
import type { WorkerStart } from "../../server/src/protocol.ts";
import { createCtx, registerFeatures } from "./activate.ts";
import { serveFiles } from "./remote-files.ts";

/** The extension in a browser, where nothing can be started: all the features that need the language server alone. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const ctx = createCtx(context, connect);
  context.subscriptions.push(registerFeatures(ctx), serveFiles(ctx.client));
  await ctx.client.start();
}

function connect(extensionUri: vscode.Uri, options: LanguageClientOptions): LanguageClient {
  const start = () => startWorker(extensionUri);
  return new LanguageClient("clockwork", "Clockwork Language Server", start, options);
}

/** What we use of a worker. */
interface ServerWorker {
  postMessage(message: WorkerStart): void;
}

declare const Worker: new (address: string) => ServerWorker;

/** A worker ends itself when the server in it is told to. */
async function startWorker(extensionUri: vscode.Uri): Promise<MessageTransports> {
  const inside = (path: string) => vscode.Uri.joinPath(extensionUri, path);
  const [runtime, grammar] = await Promise.all([
    vscode.workspace.fs.readFile(inside("dist/web-tree-sitter.wasm")),
    vscode.workspace.fs.readFile(inside("dist/tree-sitter-clockwork.wasm")),
  ]);
  const worker = new Worker(inside("dist/web/server.js").toString(true));
  worker.postMessage({ runtime, grammar, pages: inside("docs/diagnostics").toString() });
  return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}
