import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import {
  CodeActionRequest,
  CodeLensRequest,
  DiagnosticSeverity,
  DiagnosticTag,
  ExitNotification,
  ShutdownRequest,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Session } from "./session.ts";

const good = 'resource "file" "page" {\n  path    = "index.html"\n  content = "hello"\n}\n';
const broken = 'resource "file" "page" {\n  path    = = "index.html"\n  content = "hello"\n}\n';

let session: Session | undefined;
afterEach(async () => {
  await session?.stop();
  session = undefined;
});

async function start(files: Readonly<Record<string, string>> = {}): Promise<Session> {
  session = await Session.start(files);
  await session.initialize();
  return session;
}

test("a mistake is published with its code, place and way out, and cleared when it is mended", async () => {
  const s = await start();
  await s.open("main.cw", `${good}output "path" {\n  value = file.pgae.path\n}\n`);
  const published = await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length > 0);
  expect(published).toMatchObject([
    {
      code: "unknown-resource",
      codeDescription: { href: pathToFileURL("docs/diagnostics/unknown-resource.md").href },
      source: "clockwork",
      severity: DiagnosticSeverity.Error,
      range: { start: { line: 5, character: 15 }, end: { line: 5, character: 19 } },
      message: 'There is no file called "pgae"\nDid you mean "page"?',
    },
  ]);
  await s.change("main.cw", 2, `${good}output "path" {\n  value = file.page.path\n}\n`);
  expect(await s.diagnostics("main.cw", ({ version }) => version === 2)).toEqual([]);
});

test("a certain repair is a quick fix, and mends the problem", async () => {
  const s = await start();
  const text = `${good}output "path" {\n  value = file.pgae.path\n}\n`;
  await s.open("main.cw", text);
  const diagnostics = await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length > 0);
  const textDocument = { uri: s.uri("main.cw") };
  const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const actions = await s.connection.sendRequest(CodeActionRequest.type, {
    textDocument,
    range,
    context: { diagnostics },
  });
  expect(actions).toMatchObject([{ title: 'Change it to "page"', kind: "quickfix", isPreferred: true }]);
  const [action] = actions ?? [];
  const edits = action && "edit" in action ? (action.edit?.changes?.[textDocument.uri] ?? []) : [];
  const mended = TextDocument.applyEdits(TextDocument.create(textDocument.uri, "clockwork", 1, text), edits);
  await s.change("main.cw", 2, mended);
  expect(await s.diagnostics("main.cw", ({ version }) => version === 2)).toEqual([]);
});

test("two blocks of one name are one problem that points at both, across files", async () => {
  const s = await start({ "a.cw": good });
  await s.open("b.cw", `# a line\n${good}`);
  const [problem] = await s.diagnostics("b.cw", ({ diagnostics }) => diagnostics.length > 0);
  expect(problem).toMatchObject({ code: "duplicate-name", range: { start: { line: 1 } } });
  const [first] = problem?.relatedInformation ?? [];
  expect(first?.location).toMatchObject({ uri: s.uri("a.cw"), range: { start: { line: 0 } } });
});

test("a variable without a value is a hint: a later command may well give it one", async () => {
  const s = await start();
  await s.open("main.cw", 'variable "port" {\n  type = number\n}\n');
  const found = await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length > 0);
  expect(found).toMatchObject([
    { code: "missing-variable", severity: DiagnosticSeverity.Hint },
    { code: "unused-variable", severity: DiagnosticSeverity.Hint, tags: [DiagnosticTag.Unnecessary] },
  ]);
});

test("values are held against the stack's variables, and against nothing where there is no stack", async () => {
  const s = await start();
  await s.open("clockwork.cwvars", "port = 1\n");
  expect(await s.diagnostics("clockwork.cwvars", ({ version }) => version === 1)).toEqual([]);
  await s.open("main.cw", 'variable "prot" {\n  type = number\n  default = 2\n}\n');
  const [problem] = await s.diagnostics("clockwork.cwvars", ({ diagnostics }) => diagnostics.length > 0);
  expect(problem?.code).toBe("undeclared-variable");
});

test("problems of the stack's other files are published too, and go when the last document is closed", async () => {
  const s = await start({ "other.cw": broken });
  await s.open("main.cw", good);
  expect(await s.diagnostics("main.cw", () => true)).toEqual([]);
  const [problem] = await s.diagnostics("other.cw", ({ diagnostics }) => diagnostics.length > 0);
  expect(problem?.code).toBe("syntax-error");
  await s.connection.sendNotification("textDocument/didClose", { textDocument: { uri: s.uri("main.cw") } });
  expect(await s.diagnostics("other.cw", ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
});

test("a module's open document counts in the stack that uses it", async () => {
  const s = await start({ "m/main.cw": 'output "old" {\n  value = 1\n}\n' });
  const main = 'module "m" {\n  source = "./m"\n}\noutput "o" {\n  value = module.m.new\n}\n';
  await s.open("main.cw", main);
  const [problem] = await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length > 0);
  expect(problem?.code).toBe("unknown-output");
  await s.open("m/main.cw", 'output "new" {\n  value = 1\n}\n');
  expect(await s.diagnostics("main.cw", ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
});

test("an open document overrides its file", async () => {
  const s = await start({ "main.cw": broken });
  await s.open("main.cw", good);
  expect(await s.diagnostics("main.cw", ({ version }) => version === 1)).toEqual([]);
});

test("a document without a readable folder is checked by itself", async () => {
  const s = await start();
  const uri = "untitled:Untitled-1";
  const textDocument = { uri, languageId: "clockwork", version: 1, text: broken };
  await s.connection.sendNotification("textDocument/didOpen", { textDocument });
  const found = await s.diagnosticsOf(uri, ({ diagnostics }) => diagnostics.length > 0);
  expect(found[0]?.code).toBe("syntax-error");
});

test("a file of values that a stack does not take by itself is checked by itself", async () => {
  const s = await start();
  await s.open("production.cwvars", "port = = 1\n");
  const found = await s.diagnostics("production.cwvars", ({ diagnostics }) => diagnostics.length > 0);
  expect(found[0]?.code).toBe("syntax-error");
  await s.change("production.cwvars", 2, "port = 1\n");
  expect(await s.diagnostics("production.cwvars", ({ version }) => version === 2)).toEqual([]);
});

test("a file that changes on disk is looked at again", async () => {
  const s = await start({ "other.cw": broken });
  await s.open("main.cw", good);
  await s.diagnostics("other.cw", ({ diagnostics }) => diagnostics.length > 0);
  await s.write("other.cw", "# nothing\n");
  await s.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: s.uri("other.cw"), type: 2 }],
  });
  expect(await s.diagnostics("other.cw", ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
});

test("plan and apply stand over the first block, for the whole folder", async () => {
  const s = await start();
  await s.open("main.cw", `# a comment\n\n${good}\n${good}`);
  const lenses = await s.connection.sendRequest(CodeLensRequest.type, {
    textDocument: { uri: s.uri("main.cw") },
  });
  const folder = s.uri(".").replace(/\/\.?$/, "");
  const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 8 } };
  expect(lenses).toEqual([
    { range, command: { title: "plan", command: "clockwork.plan", arguments: [folder] } },
    { range, command: { title: "apply", command: "clockwork.apply", arguments: [folder] } },
  ]);
});

test("files without a block, and files of values, have no lens", async () => {
  const s = await start();
  await s.open("main.cw", "# nothing yet\n");
  await s.open("clockwork.cwvars", "port = 1\n");
  for (const name of ["main.cw", "clockwork.cwvars"]) {
    const textDocument = { uri: s.uri(name) };
    expect(await s.connection.sendRequest(CodeLensRequest.type, { textDocument })).toEqual([]);
  }
});

test("of a burst of edits and requests, every request is answered and the last text wins", async () => {
  const s = await start();
  await s.open("main.cw", broken);
  const textDocument = { uri: s.uri("main.cw") };
  const answers: Promise<unknown>[] = [];
  for (let version = 2; version <= 300; version++) {
    await s.change("main.cw", version, version % 2 === 0 ? broken : `${good}# ${version}\n`);
    answers.push(s.connection.sendRequest(CodeLensRequest.type, { textDocument }));
  }
  await s.change("main.cw", 301, good);
  expect(await Promise.all(answers)).toHaveLength(299);
  expect(await s.diagnostics("main.cw", ({ version }) => version === 301)).toEqual([]);
  // What an edit had overtaken was dropped: each list is of the text whose version it names, and none comes after a newer one.
  const versions = s.published.map(({ version }) => version ?? 0);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  const isBroken = (version: number) => version === 1 || (version % 2 === 0 && version <= 300);
  for (const { version = 0, diagnostics } of s.published)
    expect({ version, isBroken: diagnostics.length > 0 }).toEqual({ version, isBroken: isBroken(version) });
});

test("a request that fails is one error, and the server lives on", async () => {
  const s = await start();
  await expect(s.connection.sendRequest("textDocument/codeLens", {})).rejects.toThrow();
  await expect(s.connection.sendRequest("clockwork/nothing", {})).rejects.toThrow(/Unhandled method/);
  await s.open("main.cw", good);
  expect(await s.diagnostics("main.cw", () => true)).toEqual([]);
});

test("it ends with 0 after shutdown and exit", async () => {
  const s = await start();
  await s.connection.sendRequest(ShutdownRequest.type);
  const ended = once(s.process, "exit");
  await s.connection.sendNotification(ExitNotification.type);
  expect(await ended).toEqual([0, null]);
});
