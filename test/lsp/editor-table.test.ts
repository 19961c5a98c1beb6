/* The rows of EDITOR.md's first table, "Where it must be ahead", as far as the protocol can show them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type {
  CodeAction,
  CodeLens,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FullDocumentDiagnosticReport,
  Hover,
  InlayHint,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { commands, type PlanRecord, type TestRecord } from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Editor, type OpenStack } from "./editor.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.start();
});
afterAll(() => editor.stop());

const page = 'resource "file" "page" {\n  path    = "a.html"\n  content = "hello"\n}\n';

/** A stack whose files are saved and applied. */
async function applied(main: string): Promise<OpenStack> {
  const s = await editor.stack(main);
  await writeFile(join(s.folder, "main.cw"), s.text);
  expect(await cli(["apply", "--yes"], { cwd: s.folder })).toMatchObject({ code: 0 });
  return s;
}

const plan = (s: OpenStack) => s.ask<PlanRecord>("clockwork/plan", { folder: s.folderUri });
const about = (s: OpenStack, name = "main.cw") => ({ textDocument: { uri: s.uri(name) } });
const textOf = ({ contents }: Hover): string =>
  typeof contents === "object" && "value" in contents ? contents.value : "";

async function lenses(s: OpenStack, name?: string): Promise<string[]> {
  const found = await s.ask<CodeLens[]>("textDocument/codeLens", about(s, name));
  const resolved = found.map(async (lens) =>
    lens.command ? lens : s.ask<CodeLens>("codeLens/resolve", lens),
  );
  return (await Promise.all(resolved)).map(({ command }) => command?.title ?? "");
}

it("EDITOR: plan beside the source: each block carries its change and the attribute diff, live, never stale unsaid", async () => {
  const s = await applied(page.replace("page", "pa<|>ge"));
  await s.change(page.replace("hello", "good day"));
  await plan(s);
  expect(await lenses(s)).toEqual(
    expect.arrayContaining(["plan", "apply", "1 to update", "~ update (content)", "apply this"]),
  );
  const hover = textOf(await s.ask<Hover>("textDocument/hover"));
  expect(hover).toMatch(/"hello".*"good day"/s);
  await s.change(page.replace("}", ""));
  await plan(s);
  expect(await lenses(s)).toEqual(expect.arrayContaining(["1 to update (stale)"]));
});

it("EDITOR: approval: the plan has an id, which is another one when a file, an artifact or the state changes", async () => {
  const s = await applied(page);
  const ids = [(await plan(s)).planId];
  await s.change(page.replace("hello", "good day"));
  ids.push((await plan(s)).planId);
  await s.change(page);
  expect((await plan(s)).planId).toBe(ids[0]);
  for (const name of [".clockwork/build/scripts/ensure_file.page.mjs", ".clockwork/state.json"]) {
    const path = join(s.folder, name);
    const text = await readFile(path, "utf8");
    await writeFile(path, name.endsWith(".json") ? "{}" : `${text}// mine\n`);
    const changes = [{ uri: s.uri(name), type: 2 }];
    await s.session.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
    ids.push((await plan(s)).planId ?? "none");
  }
  expect(new Set(ids).size).toBe(ids.length);
});

it("EDITOR: provenance: an artifact says its step, who wrote it and what a person changed, and can be made anew", async () => {
  const s = await applied(page);
  const name = ".clockwork/build/scripts/ensure_file.page.mjs";
  const text = await readFile(join(s.folder, name), "utf8");
  await s.session.open(s.name(name), `${text}// mine\n`);
  expect(await lenses(s, name)).toEqual([
    "ensure_file.page",
    "edited by you, kept on rebuild",
    "Show what the compiler generated",
    "Regenerate",
  ]);
  const place = { ...about(s, name), position: { line: 0, character: 3 } };
  expect(textOf(await s.ask<Hover>("textDocument/hover", place))).toMatch(
    /Written by builtin .*; edited by you/,
  );
});

it("EDITOR: rename across the stack writes the moved block, and nothing is destroyed", async () => {
  const s = await applied(`${page}output "o" {\n  value = file.pa<|>ge.path\n}\n`);
  const edit = await s.ask<WorkspaceEdit>("textDocument/rename", { ...s.at, newName: "site" });
  const [note] = Object.values(edit.changeAnnotations ?? {});
  expect(note?.label).toContain("nothing is destroyed");
  const edits = (edit.documentChanges ?? []).flatMap((change) => ("edits" in change ? change.edits : []));
  await s.change(s.edited(edits.flatMap((one) => ("newText" in one ? [one] : []))));
  expect(s.text).toContain("moved {\n  from = file.page\n  to   = file.site\n}");
  expect((await plan(s)).summary).toMatchObject({ move: 1, delete: 0, create: 0, replace: 0 });
});

it("EDITOR: values: hints and hovers have them and where they come from; sensitive ones are masked", async () => {
  const main = `variable "port" {
  default = 8080
}
variable "token" {
  type      = string
  sensitive = true
  default   = "hush-hush"
}
locals {
  url   = "http://localhost:\${var.po<|>rt}"
  again = local.url
  both  = [var.token]
}
`;
  const s = await editor.stack(main);
  await s.session.open(s.name("clockwork.cwvars"), "port = 9090\n");
  const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
  const hints = await s.ask<InlayHint[]>("textDocument/inlayHint", { ...about(s), range });
  expect(hints.map(({ label }) => label)).toEqual(expect.arrayContaining(['= "http://localhost:9090"']));
  const hover = textOf(await s.ask<Hover>("textDocument/hover"));
  expect(hover).toContain("`9090`");
  expect(hover).toContain("clockwork.cwvars");
  const onToken = { ...about(s), position: { line: 11, character: 17 } };
  const said = JSON.stringify([hints, await s.ask("textDocument/hover", onToken)]);
  expect(said).not.toContain("hush");
  expect(said).toContain("sensitive");
});

it("EDITOR: false errors: unknown means unknown", async () => {
  const s = await editor.stack(`variable "later" {
  type = string
}
resource "service" "web" {
  count   = length(var.later)
  command = ["node", var.later]
  env     = { HASH = substr(sha256(file.page.sha256), 0, 4) }
}
${page}verify "http" "up" {
  url = service.web[0].url
}
`);
  const { items } = await s.ask<FullDocumentDiagnosticReport>("textDocument/diagnostic", about(s));
  expect(items.filter(({ severity = 1 }) => severity <= 2)).toEqual([]);
});

it("EDITOR: false errors: completion, lenses and symbols survive a half-typed block", async () => {
  const s = await editor.stack(
    `${page}resource "service" "web" {\n  env = { A = file.<|>\n\nlocals {\n  a = 1\n}\n`,
  );
  const { items } = await s.ask<CompletionList>("textDocument/completion");
  expect(items.map(({ label }) => label)).toContain("page");
  expect(await lenses(s)).toEqual(expect.arrayContaining(["plan", "apply"]));
  const symbols = await s.ask<DocumentSymbol[]>("textDocument/documentSymbol", about(s));
  expect(symbols.map(({ name }) => name)).toEqual(["page", "web", "locals"]);
});

it("EDITOR: diagnostics: stable code, docs link, related spans, and a quick fix where one is certain", async () => {
  const s = await editor.stack(`${page}${page}output "o" {\n  value = file.page.pathh\n}\n`);
  const { items } = await s.ask<FullDocumentDiagnosticReport>("textDocument/diagnostic", about(s));
  const byCode = new Map(items.map((item) => [item.code, item]));
  const [twice, mistyped] = [byCode.get("duplicate-name"), byCode.get("unknown-output")];
  if (!twice || !mistyped) throw new Error([...byCode.keys()].join(", "));
  expect(twice.relatedInformation).toHaveLength(1);
  expect(mistyped.codeDescription?.href).toMatch(/docs\/diagnostics\/unknown-output\.md$/);
  const fixes = await s.ask<CodeAction[]>("textDocument/codeAction", {
    ...about(s),
    range: mistyped.range,
    context: { diagnostics: [mistyped] satisfies Diagnostic[] },
  });
  expect(fixes).toMatchObject([{ title: 'Change it to "path"', isPreferred: true }]);
});

it("EDITOR: tests: verify steps are listed with their places", async () => {
  const s = await editor.stack(`${page}verify "http" "up" {\n  url = "http://localhost:1"\n}\n`);
  const found = await s.ask<TestRecord[]>("clockwork/tests", { folder: s.folderUri });
  expect(found).toMatchObject([
    { address: "verify.http.up", step: "verify_http.up", place: { range: { start: { line: 5 } } } },
  ]);
});

it("EDITOR: apply from the editor: one resource or the whole stack, by commands of the client alone", async () => {
  const s = await editor.stack(page);
  await plan(s);
  const found = await s.ask<CodeLens[]>("textDocument/codeLens", about(s));
  const resolved = found.map(async (lens) =>
    lens.command ? lens : s.ask<CodeLens>("codeLens/resolve", lens),
  );
  const commanded = (await Promise.all(resolved)).map(({ command }) => command?.command);
  expect(commanded).toEqual(expect.arrayContaining([commands.plan, commands.apply, commands.applyResource]));
  // The server starts nothing itself.
  expect(editor.initialized.capabilities.executeCommandProvider).toBeUndefined();
});
