/* A fault in one feature, and answers that nobody waits for any more: over a real connection, with a host that fails. */
import { PassThrough } from "node:stream";
import { afterEach, expect, test } from "vitest";
import {
  CancellationTokenSource,
  createConnection,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";
import type { ReadFiles } from "../../server/src/host/ports.ts";
import { serve } from "../../server/src/lsp/server.ts";
import { testGrammar } from "../support/stack.ts";

const uri = "file:///stack/main.cw";
const textDocument = { uri };
const text = 'resource "file" "page" {\n  path   = "a.html"\n  source = ""\n}\n';

let client: ProtocolConnection | undefined;
afterEach(() => client?.dispose());

async function start(faulty: Partial<ReadFiles>): Promise<ProtocolConnection> {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const memory = new MemoryFiles({ "/stack/main.cw": text });
  const files: ReadFiles = {
    readText: (path) => memory.readText(path),
    readBytes: (path) => memory.readBytes(path),
    readPlain: (path, maxBytes) => memory.readPlain(path, maxBytes),
    list: (path) => memory.list(path),
    stat: (path) => memory.stat(path),
    realPath: (path) => memory.realPath(path),
    ...faulty,
  };
  serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), {
    files,
    reads: "disk",
    variables: {},
    version: "0.0.0",
    pages: "file:///pages",
    loadGrammar: testGrammar,
  });
  client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
  await client.sendNotification("initialized", {});
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "clockwork", version: 1, text },
  });
  return client;
}

test("a feature that throws is one error, told in the log, and every other feature answers", async () => {
  let isBroken = false;
  const memory = new MemoryFiles({ "/stack/main.cw": text });
  const connection = await start({
    list: async (path) => {
      if (isBroken) throw new TypeError("a fault of ours");
      return memory.list(path);
    },
  });
  const logged = new Promise<string>((resolve) => {
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => resolve(message));
  });
  const complete = () =>
    connection.sendRequest("textDocument/completion", { textDocument, position: { line: 2, character: 12 } });
  await complete();
  isBroken = true;
  await expect(complete()).rejects.toThrow("a fault of ours");
  expect(await logged).toContain("TypeError: a fault of ours");
  const symbols = await connection.sendRequest("textDocument/documentSymbol", { textDocument });
  expect(symbols).toMatchObject([{ name: "page" }]);
  isBroken = false;
  expect(await complete()).toBeTruthy();
});

test("a request that is cancelled is answered at once, whatever it waits for", async () => {
  const connection = await start({ list: () => new Promise(() => {}) });
  const source = new CancellationTokenSource();
  const params = { textDocument, position: { line: 1, character: 4 } };
  const answer = connection.sendRequest("textDocument/definition", params, source.token);
  // Whatever is answered here was asked later: the server has taken up both.
  await connection.sendRequest("textDocument/documentSymbol", { textDocument });
  source.cancel();
  await expect(answer).rejects.toMatchObject({ code: -32800 });
});
