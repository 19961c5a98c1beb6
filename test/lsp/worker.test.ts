/*
 * The built worker, in a world that has what a browser has and nothing of Node, with a workspace in memory behind its client.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { beforeEach, expect, test } from "vitest";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";
import { HostError } from "../../server/src/host/ports.ts";
import { pathOf } from "../../server/src/lsp/uri.ts";
import { type FileParams, fileRequests, filesChanged, type WorkerStart } from "../../server/src/protocol.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A worker's global scope, where the server puts the listener to all messages but the first. */
interface Scope {
  onmessage: ((event: { data: unknown }) => void) | null;
}

const folder = "memfs://box/stack";
const wasm = (path: string) => new Uint8Array(readFileSync(path));
const start: WorkerStart = {
  runtime: wasm("dist/web-tree-sitter.wasm"),
  grammar: wasm("dist/tree-sitter-clockwork.wasm"),
  pages: "https://example.com/pages",
};

/** A client of a server in a worker; it answers for the files. */
class Client {
  readonly files: MemoryFiles;
  /** What it was asked to read, in order. */
  readonly asked: string[] = [];
  readonly #scope: Scope;
  readonly #seen: Message[] = [];
  readonly #waiting = new Set<() => void>();
  #last = 0;

  constructor(files: Readonly<Record<string, string>>) {
    const paths = Object.entries(files).map(([name, text]) => [`//memfs:box/stack/${name}`, text]);
    this.files = new MemoryFiles(Object.fromEntries(paths));
    let first: ((event: { data: unknown }) => void) | undefined;
    const scope = {
      addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
        if (type === "message") first = listener;
      },
      postMessage: (message: Message) => void this.#take(structuredClone(message)),
      close: () => {},
      onmessage: null,
      // What a worker has of the web.
      ...{ TextDecoder, TextEncoder, URL, atob, btoa, console, queueMicrotask, structuredClone, crypto },
      ...{ setTimeout, clearTimeout, performance },
      // Of the world outside, where messages are made.
      Uint8Array,
      WebAssembly: Reflect.get(globalThis, "WebAssembly"),
    };
    const world = createContext(Object.assign(scope, { self: scope }));
    this.#scope = scope;
    runInContext(readFileSync("dist/web/server.js", "utf8"), world);
    first?.({ data: start });
  }

  /** Rejects what the server answered with an error. */
  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#last;
    this.#post({ id, method, params });
    const { result, error } = await this.seen((message) => message.id === id && message.method === undefined);
    if (error) throw new Error(error.message);
    return result;
  }

  notify(method: string, params: unknown): void {
    this.#post({ method, params });
  }

  /** The first message that fits, of those that came and those to come. */
  seen(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.#seen.find(fits);
        if (!found) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The codes that were published of a version of a file. */
  async codes(name: string, version: number): Promise<readonly string[]> {
    const { params } = await this.seen(
      ({ method, params }) =>
        method === "textDocument/publishDiagnostics" &&
        (params as { uri: string; version: number }).uri === `${folder}/${name}` &&
        (params as { version: number }).version === version,
    );
    return (params as { diagnostics: { code: string }[] }).diagnostics.map(({ code }) => code);
  }

  async #take(message: Message): Promise<void> {
    this.#seen.push(message);
    for (const look of this.#waiting) look();
    const { id, method, params } = message;
    if (id === undefined || method === undefined) return;
    this.#post({ id, result: await this.#answer(method, params as FileParams) });
  }

  async #answer(method: string, { uri }: FileParams): Promise<unknown> {
    const path = pathOf(uri) ?? "";
    this.asked.push(`${method} ${uri}`);
    try {
      if (method === fileRequests.read) return { isWatched: true, value: await this.files.readBytes(path) };
      if (method === fileRequests.list) return { isWatched: true, value: await this.files.list(path) };
      const value = await this.files.stat(path);
      return value ? { isWatched: true, value } : { isWatched: true, code: "ENOENT" };
    } catch (error) {
      if (error instanceof HostError) return { isWatched: true, code: error.code };
      throw error;
    }
  }

  #post(message: Message): void {
    this.#scope.onmessage?.({ data: structuredClone({ jsonrpc: "2.0", ...message }) });
  }
}

let client: Client;
const variables = 'variable "name" {\n  default = "x"\n}\n';
const main = 'resource "file" "page" {\n  path    = "a.html"\n  content = sha256(file("text.txt"))\n}\n';

beforeEach(async () => {
  client = new Client({ "main.cw": main, "variables.cw": variables, "text.txt": "hello" });
  const workspaceFolders = [{ uri: folder, name: "stack" }];
  await client.request("initialize", { processId: null, rootUri: null, capabilities: {}, workspaceFolders });
  client.notify("initialized", {});
});

function open(name: string, text: string, version = 1): void {
  const textDocument = { uri: `${folder}/${name}`, languageId: "clockwork", version, text };
  client.notify("textDocument/didOpen", { textDocument });
}

test("it analyses the whole stack, whose other files it reads through the client", async () => {
  open("main.cw", `${main}output "o" {\n  value = var.nmae\n}\n`);
  expect(await client.codes("main.cw", 1)).toContain("unknown-variable");
  const position = { line: 5, character: 16 };
  const textDocument = { uri: `${folder}/main.cw` };
  expect(await client.request("textDocument/completion", { textDocument, position })).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ label: "name" })]),
  });
});

test("hashes are Node's", async () => {
  open("main.cw", 'locals {\n  hash = sha256("a")\n}\noutput "o" {\n  value = local.hash\n}\n');
  const textDocument = { uri: `${folder}/main.cw` };
  const hover = await client.request("textDocument/hover", {
    textDocument,
    position: { line: 4, character: 18 },
  });
  expect(JSON.stringify(hover)).toContain(createHash("sha256").update("a").digest("hex"));
});

test("what it has read is read again only when something has changed", async () => {
  open("main.cw", main);
  await client.codes("main.cw", 1);
  const first = client.asked.length;
  const change = (version: number, text: string) =>
    client.notify("textDocument/didChange", {
      textDocument: { uri: `${folder}/main.cw`, version },
      contentChanges: [{ text }],
    });
  change(2, `${main}# more\n`);
  await client.codes("main.cw", 2);
  expect(client.asked.slice(first)).toEqual([]);
  client.files.set("//memfs:box/stack/variables.cw", variables.replace("name", "title"));
  client.notify(filesChanged, undefined);
  change(3, `${main}output "o" {\n  value = var.title\n}\n`);
  expect(await client.codes("main.cw", 3)).toEqual([]);
  expect(client.asked.slice(first)).toContain(`${fileRequests.read} ${folder}/variables.cw`);
});

test("a document outside of the folders is checked by itself", async () => {
  const uri = "other://box/main.cw";
  const textDocument = { uri, languageId: "clockwork", version: 1, text: "output {\n  value = = 1\n}\n" };
  client.notify("textDocument/didOpen", { textDocument });
  const { params } = await client.seen(({ method }) => method === "textDocument/publishDiagnostics");
  expect(params).toMatchObject({ uri, diagnostics: [{ code: "syntax-error" }] });
  expect(client.asked).toEqual([]);
});
