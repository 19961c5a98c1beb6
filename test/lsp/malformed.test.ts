/*
 * What no editor should send. After each of these the server has either ended, which an editor sees and mends, or answers
 * the next good request: it is never alive and deaf.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requests } from "../../server/src/protocol.ts";
import { frame, Raw } from "./raw.ts";

const uri = "file:///nowhere/main.cw";
const textDocument = { uri };
const text = 'variable "a" {\n  default = 1\n}\noutput "b" {\n  value = var.a\n}\n';

async function isWell(raw: Raw, of = uri): Promise<void> {
  const { error, result } = await raw.request("textDocument/documentSymbol", { textDocument: { uri: of } });
  expect(error).toBeUndefined();
  expect(result).toMatchObject([{ name: "a" }, { name: "b" }]);
}

function open(raw: Raw, of = uri): void {
  raw.notify("textDocument/didOpen", {
    textDocument: { uri: of, languageId: "clockwork", version: 1, text },
  });
}

describe("frames end the process with 1", () => {
  test.for<readonly [string, string | Uint8Array]>([
    ["a length that is no number", "Content-Length: abc\r\n\r\n{}"],
    ["a negative length", "Content-Length: -2\r\n\r\n{}"],
    ["a length in hexadecimal", "Content-Length: 0x2\r\n\r\n{}"],
    ["a length with a fraction", "Content-Length: 2.0\r\n\r\n{}"],
    ["a length of twenty digits", "Content-Length: 99999999999999999999\r\n\r\n"],
    ["a length of more than a message can have", "Content-Length: 999999999\r\n\r\n"],
    ["an empty length", "Content-Length:\r\n\r\n{}"],
    ["two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    ["no length", "Content-Type: application/json\r\n\r\n{}"],
    ["no header at all", "\r\n\r\n{}"],
    ["bare line feeds", "Content-Length: 2\n\n{}"],
    ["a line that is no header", "hello\r\n"],
    ["a header without an end", "x".repeat(10_000)],
    ["a length that is too short", 'Content-Length: 5\r\n\r\n{"jsonrpc":"2.0"}'],
    ["nothing for a message", "Content-Length: 0\r\n\r\n"],
    ["what is no JSON", frame("{nonsense")],
    ["what is no UTF-8", Buffer.from("Content-Length: 2\r\n\r\n\xff\xfe", "latin1")],
    ["a list of messages", frame("[]")],
    ["null", frame("null")],
    ["another version of JSON-RPC", frame('{"jsonrpc":"1.0","id":1,"method":"initialize"}')],
    ["no version of JSON-RPC", frame('{"id":1,"method":"initialize"}')],
    ["neither a method nor a result", frame('{"jsonrpc":"2.0","id":1}')],
    ["a method that is a number", frame('{"jsonrpc":"2.0","id":1,"method":5}')],
    ["an id that is an object", frame('{"jsonrpc":"2.0","id":{},"method":"initialize"}')],
    ["brackets a hundred thousand deep", frame("[".repeat(100_000))],
  ])("%s", async ([, bytes]) => {
    const raw = new Raw();
    raw.write(bytes);
    expect(await raw.ended).toBe(1);
  });

  test("the client's end in the middle of a message", async () => {
    const raw = new Raw();
    raw.process.stdin?.end("Content-Length: 100\r\n\r\n{");
    expect(await raw.ended).toBe(1);
  });
});

describe("a life out of order", () => {
  test.for<readonly [string, (raw: Raw) => unknown]>([
    ["notifications before initialize", (raw) => open(raw, "file:///nowhere/early/main.cw")],
    ["requests before initialize", (raw) => raw.request("textDocument/hover", { textDocument })],
    ["initialize without parameters", (raw) => raw.request("initialize")],
    ["initialize with a list", (raw) => raw.request("initialize", [1])],
    [
      "initialize with other types",
      (raw) => raw.request("initialize", { capabilities: 1, workspaceFolders: 2 }),
    ],
    [
      "initialize with folders that are none",
      (raw) => raw.request("initialize", { capabilities: {}, workspaceFolders: [null, {}, { uri: "::" }] }),
    ],
    ["initialize twice", (raw) => raw.initialize()],
    ["initialized twice", (raw) => raw.notify("initialized") ?? raw.notify("initialized", 5)],
  ])("%s", async ([, misbehave]) => {
    const raw = new Raw();
    await misbehave(raw);
    expect((await raw.initialize()).error).toBeUndefined();
    open(raw);
    await isWell(raw);
    raw.stop();
  });

  test("exit before shutdown ends it with 1", async () => {
    const raw = new Raw();
    await raw.initialize();
    raw.notify("exit");
    expect(await raw.ended).toBe(1);
  });

  test("shutdown twice, and requests after it, do not keep it from ending with 0", async () => {
    const raw = new Raw();
    await raw.initialize();
    open(raw);
    await raw.request("shutdown");
    await raw.request("shutdown");
    await raw.request("textDocument/hover", { textDocument, position: { line: 0, character: 0 } });
    raw.notify("exit");
    expect(await raw.ended).toBe(0);
  });
});

const everyRequest = [
  "textDocument/completion",
  "textDocument/hover",
  "textDocument/signatureHelp",
  "textDocument/inlineCompletion",
  "textDocument/inlayHint",
  "textDocument/definition",
  "textDocument/typeDefinition",
  "textDocument/references",
  "textDocument/documentHighlight",
  "textDocument/prepareRename",
  "textDocument/rename",
  "textDocument/codeAction",
  "textDocument/codeLens",
  "textDocument/documentLink",
  "textDocument/documentSymbol",
  "textDocument/foldingRange",
  "textDocument/selectionRange",
  "textDocument/linkedEditingRange",
  "textDocument/formatting",
  "textDocument/rangeFormatting",
  "textDocument/onTypeFormatting",
  "textDocument/semanticTokens/full",
  "textDocument/semanticTokens/full/delta",
  "textDocument/semanticTokens/range",
  "textDocument/prepareCallHierarchy",
  "textDocument/diagnostic",
] as const;

/** Of requests that are about no document. */
const everyOther = [
  "completionItem/resolve",
  "inlayHint/resolve",
  "callHierarchy/incomingCalls",
  "callHierarchy/outgoingCalls",
  "codeLens/resolve",
  "workspace/symbol",
  "workspace/diagnostic",
  "workspace/textDocumentContent",
  ...Object.values(requests),
] as const;

describe("a running server", () => {
  let raw: Raw;
  beforeAll(async () => {
    raw = new Raw();
    await raw.initialize();
    raw.notify("initialized", {});
    open(raw);
  });
  afterAll(() => raw.stop());

  describe("answers each request with wrong parameters", () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    const good = {
      textDocument,
      position: { line: 4, character: 14 },
      range,
      newName: "c",
      positions: [],
      ch: "}",
    };
    const wrong: readonly (readonly [string, unknown])[] = [
      ["none", undefined],
      ["a list", [1, "two"]],
      ["a document that is a number", { ...good, textDocument: 5 }],
      ["an address that is none", { ...good, textDocument: { uri: "%%%" } }],
      ["an address that is an object", { ...good, textDocument: { uri: {} } }],
      ["places before the beginning", at({ line: -1, character: -5 })],
      ["places behind the end", at({ line: 2 ** 31, character: 2 ** 31 })],
      ["places between lines", at({ line: 0.5, character: 1.5 })],
      ["places that are text", at({ line: "1", character: "x" })],
      ["no places", at(null)],
      ["a range that ends before it begins", { ...good, range: { start: range.end, end: range.start } }],
      [
        "a name, a kind and a context of another type",
        { ...good, newName: 7, ch: {}, context: 3, positions: 4 },
      ],
    ];
    function at(place: unknown) {
      return {
        ...good,
        position: place,
        positions: [place],
        range: { start: place, end: place },
        context: { diagnostics: [{}] },
      };
    }
    test.for(wrong)("%s", async ([, params]) => {
      const answers = [...everyRequest, ...everyOther].map((method) => raw.request(method, params));
      expect(await Promise.all(answers)).toHaveLength(everyRequest.length + everyOther.length);
      await isWell(raw);
    });
  });

  test.for<readonly [string, (raw: Raw) => unknown]>([
    ["a method that nobody knows", (r) => r.request("textDocument/nothing", {})],
    ["a method without a name", (r) => r.request("", {})],
    ["a method named like what every object has", (r) => r.request("__proto__", { __proto__: 1 })],
    ["a protocol request that nobody knows", (r) => r.request("$/nothing")],
    ["a notification that nobody knows", (r) => r.notify("textDocument/nothing", {})],
    ["a protocol notification that nobody knows", (r) => r.notify("$/nothing", {})],
    ["parameters that are a number", (r) => r.notify("textDocument/didOpen", 5)],
    ["an answer to no question", (r) => r.send({ id: 999, result: 1 })],
    ["an error to no question", (r) => r.send({ id: null, error: { code: 1, message: "x" } })],
    ["an error that is none", (r) => r.send({ id: 999, error: 5 })],
    [
      "a request without an id of its own",
      (r) => r.send({ id: null, method: "textDocument/hover", params: {} }),
    ],
    [
      "one id twice",
      (r) => {
        for (let i = 0; i < 2; i++)
          r.send({ id: 7, method: "textDocument/documentSymbol", params: { textDocument } });
      },
    ],
    ["cancelling what was never asked", (r) => r.notify("$/cancelRequest", { id: 12345 })],
    ["cancelling nothing", (r) => r.notify("$/cancelRequest")],
    ["tracing at a level that is none", (r) => r.notify("$/setTrace", { value: 3 })],
    ["progress of nothing", (r) => r.notify("window/workDoneProgress/cancel", { token: {} })],
    [
      "settings that are none",
      (r) => r.notify("workspace/didChangeConfiguration", { settings: { clockwork: 3 } }),
    ],
    ["settings that are missing", (r) => r.notify("workspace/didChangeConfiguration")],
    [
      "changed files that are none",
      (r) => r.notify("workspace/didChangeWatchedFiles", { changes: [null, {}, 5] }),
    ],
    ["changed files that are missing", (r) => r.notify("workspace/didChangeWatchedFiles", {})],
    [
      "folders that come and go and are none",
      (r) => r.notify("workspace/didChangeWorkspaceFolders", { event: 1 }),
    ],
    ["a header of two thousand bytes", (r) => r.write(`X: ${"y".repeat(2_000)}\r\n${symbolsFrame}`)],
    ["a message in pieces of a byte", (r) => [...symbolsFrame].forEach((byte) => void r.write(byte))],
    ["a message of ten megabytes", (r) => r.notify("$/nothing", { text: "x".repeat(10_000_000) })],
    ["a result ten thousand levels deep", (r) => r.write(frame(deep))],
  ])("lives through %s", async ([, misbehave]) => {
    await misbehave(raw);
    await isWell(raw);
  });

  describe("keeps its documents", () => {
    const other = "file:///nowhere/other/main.cw";
    const change = (r: Raw, version: unknown, ...contentChanges: unknown[]) =>
      r.notify("textDocument/didChange", { textDocument: { uri: other, version }, contentChanges });
    const nowhere = { start: { line: -3, character: 0 }, end: { line: 99, character: 99 } };

    test.for<readonly [string, (raw: Raw) => void]>([
      ["opened twice", (r) => open(r, other)],
      [
        "opened without a text",
        (r) => r.notify("textDocument/didOpen", { textDocument: { uri: other, version: 2 } }),
      ],
      [
        "opened as a number",
        (r) => r.notify("textDocument/didOpen", { textDocument: { uri: other, text: 5 } }),
      ],
      ["opened without an address", (r) => r.notify("textDocument/didOpen", { textDocument: { text } })],
      ["closed twice", (r) => close(r, other) ?? close(r, other)],
      ["closed without an address", (r) => r.notify("textDocument/didClose", { textDocument: {} })],
      ["changed while it is closed", (r) => close(r, other) ?? change(r, 2, { text: "" })],
      ["changed by nothing", (r) => change(r, 2)],
      ["changed by what is no change", (r) => change(r, 2, null, 5, {})],
      ["changed at places that are none", (r) => change(r, 2, { range: nowhere, text: "a" })],
      ["changed from the end to the beginning", (r) => change(r, 2, { range: backwards, text: "a" })],
      ["changed by a text that is a number", (r) => change(r, 2, { text: 7 })],
      ["changed to an older version", (r) => change(r, 5, { text: "a" }) ?? change(r, 3, { text: "b" })],
      ["changed to a version that is none", (r) => change(r, "x", { text: "a" })],
      ["saved while nobody asked", (r) => r.notify("textDocument/didSave", { textDocument: { uri: other } })],
    ])("%s", async ([, misbehave]) => {
      open(raw, other);
      misbehave(raw);
      await isWell(raw);
      // Whatever it holds now: a document that is closed and opened again is a new one.
      close(raw, other);
      open(raw, other);
      await isWell(raw, other);
      close(raw, other);
    });

    const backwards = { start: { line: 4, character: 3 }, end: { line: 1, character: 1 } };
    function close(r: Raw, of: string): void {
      r.notify("textDocument/didClose", { textDocument: { uri: of } });
    }
  });
});

const symbolsFrame = frame(
  JSON.stringify({ jsonrpc: "2.0", id: 8, method: "textDocument/documentSymbol", params: { textDocument } }),
);
const deep = `{"jsonrpc":"2.0","id":9,"method":"textDocument/hover","params":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
