import { afterEach, expect, test } from "vitest";
import {
  CodeActionRequest,
  CompletionRequest,
  CompletionResolveRequest,
  HoverRequest,
  InlayHintRequest,
  InlayHintResolveRequest,
  SignatureHelpRequest,
} from "vscode-languageserver/node";
import { Session } from "./session.ts";

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

const mark = "<|>";

/** A session with main.cw open, and the cursor's place in it. */
async function openAt(marked: string, snippetSupport = true) {
  session = await Session.start({});
  await session.initialize({
    workspace: { workspaceEdit: { resourceOperations: ["create"] } },
    textDocument: { completion: { completionItem: { snippetSupport, insertReplaceSupport: true } } },
  });
  const offset = marked.indexOf(mark);
  const text = marked.replace(mark, "");
  await session.open("main.cw", text);
  const before = text.slice(0, offset).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const params = { textDocument: { uri: session.uri("main.cw") }, position };
  return { connection: session.connection, params };
}

test("completion, with documentation when it is asked for", async () => {
  const { connection, params } = await openAt('resource "repository" "a" {\n  ur<|>\n}\n');
  const list = await connection.sendRequest(CompletionRequest.type, params);
  const items = Array.isArray(list) ? list : (list?.items ?? []);
  const [first] = [...items].sort((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1));
  expect(first).toMatchObject({
    label: "url",
    insertTextFormat: 2,
    textEdit: {
      newText: 'url = "$1"',
      insert: { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } },
    },
  });
  expect(first?.documentation).toBeUndefined();
  if (!first) throw new Error("nothing is offered");
  const resolved = await connection.sendRequest(CompletionResolveRequest.type, first);
  expect(resolved.documentation).toMatchObject({
    kind: "markdown",
    value: expect.stringContaining("What git clones"),
  });
});

test("a client without snippets gets plain text", async () => {
  const { connection, params } = await openAt("vari<|>", false);
  const list = await connection.sendRequest(CompletionRequest.type, params);
  const items = Array.isArray(list) ? list : (list?.items ?? []);
  const found = items.find((i) => i.label === "variable");
  expect(found?.insertTextFormat).toBeUndefined();
  expect(found?.textEdit?.newText).toBe('variable "name" {\n  \n}');
});

test("hover", async () => {
  const { connection, params } = await openAt(
    'variable "a" {\n  default = 7\n}\noutput "o" {\n  value = var.<|>a\n}\n',
  );
  expect(await connection.sendRequest(HoverRequest.type, params)).toMatchObject({
    contents: { kind: "markdown", value: expect.stringContaining("`7`") },
    range: { start: { line: 4, character: 14 }, end: { line: 4, character: 15 } },
  });
});

test("signature help", async () => {
  const { connection, params } = await openAt('locals {\n  a = join("-", <|>\n}\n');
  expect(await connection.sendRequest(SignatureHelpRequest.type, params)).toMatchObject({
    signatures: [{ label: "join(separator: string, lists...: list(string)) → string" }],
    activeParameter: 1,
  });
});

test("inlay hints, of the text as it is now, with the whole value when it is asked for", async () => {
  const long = "x".repeat(60);
  const { connection, params } = await openAt(`<|>locals {\n  a = "${long}"\n  b = local.a\n}\n`);
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const [hint] = (await connection.sendRequest(InlayHintRequest.type, { ...params, range })) ?? [];
  expect(hint).toMatchObject({ position: { line: 2, character: 13 } });
  if (!hint) throw new Error("no hint");
  expect(hint.tooltip).toBeUndefined();
  expect((await connection.sendRequest(InlayHintResolveRequest.type, hint)).tooltip).toBe(`"${long}"`);
  await session?.change("main.cw", 2, "locals {\n  a = 1\n  b = local.a\n}\n");
  expect(await connection.sendRequest(InlayHintRequest.type, { ...params, range })).toMatchObject([
    { label: "= 1" },
  ]);
});

test("code actions: of the place, of the kinds that are asked for, and with a new file", async () => {
  const { connection, params } = await openAt('variable "port" {<|>\n  default = 8080\n}\n');
  const { textDocument, position } = params;
  const range = { start: position, end: position };
  const ask = (only?: string[]) =>
    connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range,
      context: { diagnostics: [], ...(only && { only }) },
    });
  const uri = session?.uri("clockwork.cwvars");
  expect(await ask()).toMatchObject([
    {
      title: 'Set "port" in clockwork.cwvars',
      kind: "refactor.rewrite",
      edit: { documentChanges: [{ kind: "create", uri }, { edits: [{ newText: "port = 8080\n" }] }] },
    },
  ]);
  expect(await ask(["refactor"])).toHaveLength(1);
  expect(await ask(["quickfix"])).toEqual([]);
});

test("a request that comes before the stack was looked at waits for that", async () => {
  const { connection, params } = await openAt('output "o" {\n  value = var.<|>x\n}\n');
  const { textDocument, position } = params;
  const range = { start: position, end: position };
  const actions = await connection.sendRequest(CodeActionRequest.type, {
    textDocument,
    range,
    context: { diagnostics: [] },
  });
  expect(actions).toMatchObject([{ title: 'Create variable "x"', kind: "quickfix" }]);
});

test("paths of the stack's files", async () => {
  const { connection, params } = await openAt('resource "file" "f" {\n  path = "x"\n  source = "<|>"\n}\n');
  await session?.write("page.html", "hello");
  const list = await connection.sendRequest(CompletionRequest.type, params);
  const items = Array.isArray(list) ? list : (list?.items ?? []);
  expect(items.map((i) => i.label)).toEqual(["page.html"]);
});
