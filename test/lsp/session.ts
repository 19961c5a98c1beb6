import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

/** The built server as any editor starts it, on a stack of its own in a temporary folder. */
export class Session {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(folder: string, process: ChildProcess) {
    this.folder = folder;
    this.process = process;
    if (process.stdout === null || process.stdin === null) throw new Error("the server has no pipes");
    this.connection = createProtocolConnection(
      new StreamMessageReader(process.stdout),
      new StreamMessageWriter(process.stdin),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      for (const look of this.#waiting) look();
    });
    this.connection.listen();
  }

  /** @param files texts by name, written before the server starts */
  static async start(files: Readonly<Record<string, string>>): Promise<Session> {
    const folder = await mkdtemp(join(tmpdir(), "clockwork-lsp-"));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return new Session(folder, startServer());
  }

  async initialize(
    capabilities: ClientCapabilities = {},
    initializationOptions?: unknown,
  ): Promise<InitializeResult> {
    const workspaceFolders = [{ uri: pathToFileURL(this.folder).href, name: "stack" }];
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders,
      initializationOptions,
    };
    const result = await this.connection.sendRequest(InitializeRequest.type, params);
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  open(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), languageId: "clockwork", version: 1, text };
    return this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** Replaces a document's whole text. */
  change(name: string, version: number, text: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ text }],
    });
  }

  /** The next list published for a file that satisfies `wanted`, of those already there and those to come. */
  diagnostics(name: string, wanted: (params: PublishDiagnosticsParams) => boolean): Promise<Diagnostic[]> {
    return this.diagnosticsOf(this.uri(name), wanted);
  }

  diagnosticsOf(uri: string, wanted: (params: PublishDiagnosticsParams) => boolean): Promise<Diagnostic[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no such diagnostics for ${uri}; got ${JSON.stringify(this.#published)}`));
      }, 10_000);
      const look = () => {
        const found = this.#published.find((params) => params.uri === uri && wanted(params));
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found.diagnostics);
      };
      this.#waiting.add(look);
      look();
    });
  }

  get published(): readonly PublishDiagnosticsParams[] {
    return this.#published;
  }

  async stop(): Promise<void> {
    this.connection.dispose();
    if (this.process.exitCode === null) {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function startServer(env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(process.execPath, ["dist/server.js", "--stdio"], { env, stdio: ["pipe", "pipe", "pipe"] });
}
