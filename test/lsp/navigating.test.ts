/* One conversation for each request that follows names or lays out, over the built server. */
import { afterEach, expect, test } from "vitest";
import {
  CallHierarchyIncomingCallsRequest,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  type ClientCapabilities,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  LinkedEditingRangeRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SelectionRangeRequest,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  TypeDefinitionRequest,
  WorkspaceSymbolRequest,
} from "vscode-languageserver/node";
import { Session } from "./session.ts";

const variables = 'variable "name" {\n  type = string\n}\n';
const main = `resource "file" "page" {
  path    = "\${var.name}.html"
  content = file("a.txt")
}
output "path" {
  value = file.page.path
}
`;

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

async function start(text = main, capabilities: ClientCapabilities = {}) {
  session = await Session.start({
    "variables.cw": variables,
    "a.txt": "a",
    "clockwork.cwvars": 'name = "x"\n',
  });
  await session.initialize(capabilities);
  await session.open("main.cw", text);
  return { s: session, c: session.connection, textDocument: { uri: session.uri("main.cw") } };
}

const options = { tabSize: 2, insertSpaces: true };
const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const onName = { line: 1, character: 20 };
const onPage = { line: 5, character: 17 };

test("a definition is in another file, a type's too", async () => {
  const { s, c, textDocument } = await start(main, { textDocument: { definition: { linkSupport: true } } });
  expect(await c.sendRequest(DefinitionRequest.type, { textDocument, position: onName })).toEqual([
    {
      originSelectionRange: { start: { line: 1, character: 19 }, end: { line: 1, character: 23 } },
      targetUri: s.uri("variables.cw"),
      targetRange: { start: { line: 0, character: 0 }, end: { line: 2, character: 1 } },
      targetSelectionRange: { start: { line: 0, character: 10 }, end: { line: 0, character: 14 } },
    },
  ]);
  expect(await c.sendRequest(TypeDefinitionRequest.type, { textDocument, position: onName })).toMatchObject([
    { targetSelectionRange: { start: { line: 1, character: 9 } } },
  ]);
  const onFile = { line: 2, character: 20 };
  expect(await c.sendRequest(DefinitionRequest.type, { textDocument, position: onFile })).toMatchObject([
    { targetUri: s.uri("a.txt") },
  ]);
});

test("a client that knows no links gets the name's place", async () => {
  const { s, c, textDocument } = await start();
  expect(await c.sendRequest(DefinitionRequest.type, { textDocument, position: onName })).toEqual([
    {
      uri: s.uri("variables.cw"),
      range: { start: { line: 0, character: 10 }, end: { line: 0, character: 14 } },
    },
  ]);
});

test("references and highlights", async () => {
  const { s, c, textDocument } = await start();
  const params = { textDocument, position: onName };
  const found = await c.sendRequest(ReferencesRequest.type, {
    ...params,
    context: { includeDeclaration: true },
  });
  expect(found?.map(({ uri }) => uri)).toEqual(
    ["main.cw", "variables.cw", "clockwork.cwvars"].map((f) => s.uri(f)),
  );
  expect(await c.sendRequest(DocumentHighlightRequest.type, params)).toMatchObject([
    { range: { start: { line: 1, character: 19 } }, kind: 2 },
  ]);
});

test("a rename goes through all files and says what it does", async () => {
  const workspaceEdit = { documentChanges: true, changeAnnotationSupport: {} };
  const { s, c, textDocument } = await start(main, { workspace: { workspaceEdit } });
  const params = { textDocument, position: onPage };
  expect(await c.sendRequest(PrepareRenameRequest.type, params)).toEqual({
    range: { start: { line: 5, character: 15 }, end: { line: 5, character: 19 } },
    placeholder: "page",
  });
  const edit = await c.sendRequest(RenameRequest.type, { ...params, newName: "site" });
  const note = "Adds moved { from = file.page, to = file.site }, so that nothing is destroyed.";
  expect(edit?.changeAnnotations).toEqual({ [note]: { label: note } });
  expect(edit?.documentChanges).toMatchObject([
    {
      textDocument: { uri: s.uri("main.cw") },
      edits: [
        { newText: "site" },
        { newText: "site" },
        { newText: "\n\nmoved {\n  from = file.page\n  to   = file.site\n}", annotationId: note },
      ],
    },
  ]);
});

test("a rename of a client without annotations is plain, and one that cannot be says why", async () => {
  const { s, c, textDocument } = await start();
  const edit = await c.sendRequest(RenameRequest.type, { textDocument, position: onName, newName: "title" });
  expect(Object.keys(edit?.changes ?? {})).toEqual(
    ["main.cw", "variables.cw", "clockwork.cwvars"].map((f) => s.uri(f)),
  );
  await expect(
    c.sendRequest(RenameRequest.type, { textDocument, position: onName, newName: "source" }),
  ).rejects.toThrow('A variable cannot be called "source"');
  await expect(
    c.sendRequest(PrepareRenameRequest.type, { textDocument, position: { line: 0, character: 12 } }),
  ).rejects.toThrow('"file" is a kind that Clockwork brings along.');
});

test("a module's names are renamed in the stack around it too, which nobody has open", async () => {
  const text = 'variable "size" {}\n';
  session = await Session.start({
    "main.cw": 'module "n" {\n  source = "./net"\n  size   = 1\n}\n',
    "net/main.cw": text,
  });
  await session.initialize();
  await session.open("net/main.cw", text);
  const edit = await session.connection.sendRequest(RenameRequest.type, {
    textDocument: { uri: session.uri("net/main.cw") },
    position: { line: 0, character: 12 },
    newName: "width",
  });
  expect(Object.keys(edit?.changes ?? {}).sort()).toEqual(
    ["main.cw", "net/main.cw"].map((f) => session?.uri(f)),
  );
});

test("places are those of the text that was typed last", async () => {
  const { s, c, textDocument } = await start();
  await s.change("main.cw", 2, `\n\n${main}`);
  const position = { line: 3, character: 20 };
  expect(await c.sendRequest(DocumentHighlightRequest.type, { textDocument, position })).toMatchObject([
    { range: { start: { line: 3, character: 19 } } },
  ]);
});

test("symbols of the document and of the stack", async () => {
  const { c, textDocument } = await start();
  const symbols = await c.sendRequest(DocumentSymbolRequest.type, { textDocument });
  expect(symbols).toMatchObject([
    { name: "page", detail: "resource file", children: [{ name: "path" }, { name: "content" }] },
    { name: "path", detail: "output" },
  ]);
  const found = await c.sendRequest(WorkspaceSymbolRequest.type, { query: "name" });
  expect(found?.map(({ name }) => name)).toEqual(["var.name"]);
});

test("the hierarchy of calls is the graph", async () => {
  const { c, textDocument } = await start();
  const [item, ...more] =
    (await c.sendRequest(CallHierarchyPrepareRequest.type, { textDocument, position: onPage })) ?? [];
  if (!item) throw new Error("nothing is there");
  expect(more).toEqual([]);
  expect(item.name).toBe("file.page");
  expect(await c.sendRequest(CallHierarchyIncomingCallsRequest.type, { item })).toMatchObject([
    { from: { name: "output.path" }, fromRanges: [{ start: { line: 5 } }] },
  ]);
  expect(await c.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item })).toMatchObject([
    { to: { name: "var.name" }, fromRanges: [{ start: { line: 1 } }] },
  ]);
  const [call] = (await c.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item })) ?? [];
  if (!call) throw new Error("it calls nothing");
  expect(await c.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: call.to })).toMatchObject([
    { from: { name: "file.page" } },
  ]);
});

test("folds, selections, linked ranges and links", async () => {
  const { s, c, textDocument } = await start(`${main}locals {\n  a = <<E\nx\nE\n}\n`);
  expect(await c.sendRequest(FoldingRangeRequest.type, { textDocument })).toContainEqual({
    startLine: 0,
    endLine: 2,
  });
  expect(
    await c.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [onName] }),
  ).toMatchObject([
    { range: { start: { line: 1, character: 19 } }, parent: { range: { start: { character: 15 } } } },
  ]);
  const position = { line: 8, character: 8 };
  expect(await c.sendRequest(LinkedEditingRangeRequest.type, { textDocument, position })).toMatchObject({
    ranges: [{ start: { line: 8 } }, { start: { line: 10 } }],
  });
  expect(await c.sendRequest(DocumentLinkRequest.type, { textDocument })).toMatchObject([
    { target: s.uri("a.txt") },
  ]);
});

test("layout of a file, of lines and as one types", async () => {
  const { c, textDocument } = await start("locals {\na=1\n}\n");
  const format = { textDocument, options };
  const edits = await c.sendRequest(DocumentFormattingRequest.type, format);
  expect(edits).toEqual([
    { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 2 } }, newText: "  a = " },
  ]);
  expect(await c.sendRequest(DocumentRangeFormattingRequest.type, { ...format, range: whole })).toEqual(
    edits,
  );
  const position = { line: 2, character: 1 };
  expect(await c.sendRequest(DocumentOnTypeFormattingRequest.type, { ...format, position, ch: "}" })).toEqual(
    edits,
  );
});

test("semantic tokens, and the difference after an edit", async () => {
  const { s, c, textDocument } = await start("a = 1\n");
  const full = await c.sendRequest(SemanticTokensRequest.type, { textDocument });
  expect(full?.data).toEqual([0, 0, 1, 2, 0, 0, 2, 1, 10, 0, 0, 2, 1, 7, 0]);
  expect(
    (await c.sendRequest(SemanticTokensRangeRequest.type, { textDocument, range: whole }))?.data,
  ).toEqual(full?.data);
  await s.change("main.cw", 2, "a = 12\n");
  const previousResultId = full?.resultId ?? "";
  expect(
    await c.sendRequest(SemanticTokensDeltaRequest.type, { textDocument, previousResultId }),
  ).toMatchObject({
    edits: [{ start: 12, deleteCount: 1, data: [2] }],
  });
});

test("of a document that is not open nothing is told", async () => {
  const { s, c } = await start();
  const textDocument = { uri: s.uri("variables.cw") };
  expect(await c.sendRequest(DocumentSymbolRequest.type, { textDocument })).toBeNull();
  expect(await c.sendRequest(DefinitionRequest.type, { textDocument, position: onName })).toBeNull();
});
