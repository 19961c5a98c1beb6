/* Every feature that EDITOR.md lists under "Language server", once, over the protocol: that it is there and answers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  CallHierarchyItem,
  CodeAction,
  CodeActionContext,
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  FullDocumentDiagnosticReport,
  InlayHint,
  InlineCompletionItem,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { commands, planScheme } from "../../server/src/protocol.ts";
import { cli } from "../support/cli.ts";
import { Editor, type OpenStack } from "./editor.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.start();
});
afterAll(() => editor.stop());

const page = 'resource "file" "page" {\n  path    = "a.html"\n  content = "hello"\n}\n';

const problems = async (s: OpenStack): Promise<Diagnostic[]> => {
  const { textDocument } = s.at;
  const report = await s.ask<FullDocumentDiagnosticReport>("textDocument/diagnostic", { textDocument });
  return report.items;
};

describe("EDITOR: diagnostics pull", () => {
  it("EDITOR: with interFileDependencies, each with its code and where it is explained", async () => {
    expect(editor.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    const s = await editor.stack('output "o" {\n  value = var.x\n}\n');
    expect(await problems(s)).toMatchObject([
      {
        code: "unknown-variable",
        source: "clockwork",
        codeDescription: { href: expect.stringContaining("unknown-variable.md") },
      },
    ]);
  });

  it("EDITOR: diagnostics have related spans", async () => {
    const s = await editor.stack(page + page);
    expect(await problems(s)).toMatchObject([
      { code: "duplicate-name", relatedInformation: [{ location: { range: { start: { line: 0 } } } }] },
    ]);
  });
});

describe("EDITOR: incremental sync", () => {
  it("takes ranges, one after another", async () => {
    const s = await editor.stack("locals {\n  a = 1\n}\n");
    const at = (line: number, character: number) => ({ line, character });
    await s.session.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: s.uri(), version: 2 },
      contentChanges: [
        { range: { start: at(1, 2), end: at(1, 3) }, text: "bc" },
        { range: { start: at(1, 4), end: at(1, 4) }, text: "d" },
      ],
    });
    const symbols = await s.ask("textDocument/documentSymbol", { textDocument: s.at.textDocument });
    expect(symbols).toMatchObject([{ name: "locals", children: [{ name: "bcd" }] }]);
  });
});

describe("EDITOR: semantic tokens", () => {
  it("full, delta and range", async () => {
    const s = await editor.stack("locals {\n  a = 1\n}\nlocals {\n  b = 1\n}\n");
    const { textDocument } = s.at;
    const full = await s.ask<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
    expect(full.data.length).toBeGreaterThan(5);
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
    const part = await s.ask<SemanticTokens>("textDocument/semanticTokens/range", { textDocument, range });
    expect(part.data.length).toBeLessThan(full.data.length);
    await s.change("locals {\n  a = 12\n}\nlocals {\n  b = 1\n}\n");
    const previousResultId = full.resultId;
    expect(
      await s.ask("textDocument/semanticTokens/full/delta", { textDocument, previousResultId }),
    ).toMatchObject({ edits: [{ deleteCount: 1, data: [2] }] });
  });
});

describe("EDITOR: completion", () => {
  const items = async (s: OpenStack) => (await s.ask<CompletionList>("textDocument/completion")).items;
  const labels = async (main: string, others?: Record<string, string>) =>
    (await items(await editor.stack(main, others))).map(({ label }) => label);
  const item = async (s: OpenStack, label: string): Promise<CompletionItem> => {
    const found = (await items(s)).find((one) => one.label === label);
    if (!found) throw new Error(`${label} is not offered`);
    return found;
  };

  it("with resolve", async () => {
    const s = await editor.stack('resource "repository" "a" {\n  <|>\n}\n');
    const url = await item(s, "url");
    expect(url.documentation).toBeUndefined();
    expect(await s.ask("completionItem/resolve", url)).toMatchObject({ documentation: { kind: "markdown" } });
  });

  it("snippets for required attributes", async () => {
    const s = await editor.stack('resource "f<|>"\n');
    expect(await item(s, "file")).toMatchObject({
      insertTextFormat: 2,
      textEdit: { newText: expect.stringContaining("path") },
    });
  });

  it("inside broken syntax", async () => {
    expect(await labels('resource "file" "a" {\n  path = = "x\n  con<|>\n')).toContain("content");
  });

  it("in templates", async () => {
    expect(await labels(`locals {\n  a = 1\n  b = "x \${local.<|>}"\n}\n`)).toContain("a");
  });

  it("kinds", async () => {
    expect(await labels('resource "<|>"\n')).toEqual(
      expect.arrayContaining(["file", "service", "image", "repository"]),
    );
  });

  it("attributes", async () => {
    expect(await labels('resource "service" "a" {\n  <|>\n}\n')).toEqual(
      expect.arrayContaining(["image", "command", "env", "ports"]),
    );
  });

  it("enum values", async () => {
    expect(await labels('resource "service" "a" {\n  restart = "<|>"\n}\n')).toContain("always");
  });

  it("references", async () => {
    const s = `${page}output "o" {\n  value = file.page.<|>\n}\n`;
    expect(await labels(s)).toEqual(expect.arrayContaining(["path", "sha256"]));
  });

  it("functions", async () => {
    expect(await labels("locals {\n  a = jso<|>\n}\n")).toContain("jsonencode");
  });

  it("cwvars", async () => {
    const s = await editor.stack('variable "port" {\n  type = number\n}\n');
    await s.session.open(s.name("clockwork.cwvars"), "po");
    const params = {
      textDocument: { uri: s.uri("clockwork.cwvars") },
      position: { line: 0, character: 2 },
    };
    const list = await s.ask<CompletionList>("textDocument/completion", params);
    expect(list.items.map(({ label }) => label)).toEqual(["port"]);
  });
});

describe("EDITOR: reading", () => {
  it("EDITOR: hover says what it is and its value", async () => {
    const s = await editor.stack('variable "a" {\n  default = 7\n}\noutput "o" {\n  value = var.<|>a\n}\n');
    expect(await s.ask("textDocument/hover")).toMatchObject({
      contents: { value: expect.stringContaining("`7`") },
    });
  });

  it("EDITOR: signature help", async () => {
    const s = await editor.stack('locals {\n  a = join("-", <|>\n}\n');
    expect(await s.ask("textDocument/signatureHelp")).toMatchObject({ activeParameter: 1 });
  });

  it("EDITOR: document and workspace symbols", async () => {
    const s = await editor.stack('resource "file" "unheard_of" {\n}\n');
    const { textDocument } = s.at;
    expect(await s.ask("textDocument/documentSymbol", { textDocument })).toMatchObject([
      { name: "unheard_of" },
    ]);
    expect(await s.ask("workspace/symbol", { query: "unheard" })).toMatchObject([
      { location: { uri: s.uri() } },
    ]);
  });

  it("EDITOR: folding", async () => {
    const s = await editor.stack(page);
    const { textDocument } = s.at;
    expect(await s.ask("textDocument/foldingRange", { textDocument })).toEqual([
      { startLine: 0, endLine: 2 },
    ]);
  });

  it("EDITOR: selection ranges", async () => {
    const s = await editor.stack(page.replace("hello", "hel<|>lo"));
    const { textDocument, position } = s.at;
    expect(await s.ask("textDocument/selectionRange", { textDocument, positions: [position] })).toMatchObject(
      [{ parent: { parent: {} } }],
    );
  });

  it("EDITOR: document links of module and file sources", async () => {
    const main = 'module "m" {\n  source = "./m"\n}\nlocals {\n  a = file("a.txt")\n}\n';
    const s = await editor.stack(main, { "m/main.cw": page, "a.txt": "" });
    const { textDocument } = s.at;
    expect(await s.ask("textDocument/documentLink", { textDocument })).toMatchObject([
      { target: s.uri("m/main.cw") },
      { target: s.uri("a.txt") },
    ]);
  });
});

describe("EDITOR: names", () => {
  const main = `${page}output "o" {\n  value = file.pa<|>ge.path\n}\n`;

  it("EDITOR: definition", async () => {
    const s = await editor.stack(main);
    expect(await s.ask("textDocument/definition")).toMatchObject([
      { targetUri: s.uri(), targetSelectionRange: { start: { line: 0, character: 17 } } },
    ]);
  });

  it("EDITOR: references", async () => {
    const s = await editor.stack(main);
    const params = { ...s.at, context: { includeDeclaration: true } };
    expect(await s.ask("textDocument/references", params)).toHaveLength(2);
  });

  it("EDITOR: highlight", async () => {
    const s = await editor.stack(main);
    expect(await s.ask("textDocument/documentHighlight")).toHaveLength(2);
  });

  it("EDITOR: rename with prepare, which says what can be renamed", async () => {
    const s = await editor.stack(main);
    expect(await s.ask("textDocument/prepareRename")).toMatchObject({ placeholder: "page" });
    const other = await editor.stack('resource "fi<|>le" "a" {\n}\n');
    await expect(other.ask("textDocument/prepareRename")).rejects.toThrow("brings along");
  });

  it("EDITOR: call hierarchy is the dependency graph", async () => {
    const s = await editor.stack(main);
    const [item] = await s.ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy");
    expect(item).toMatchObject({ name: "file.page" });
    expect(await s.ask("callHierarchy/incomingCalls", { item })).toMatchObject([
      { from: { name: "output.o" } },
    ]);
    expect(await s.ask("callHierarchy/outgoingCalls", { item })).toEqual([]);
  });
});

describe("EDITOR: formatting", () => {
  const options = { tabSize: 2, insertSpaces: true };
  const wild = "locals {\na=1\n}\nlocals {\nb=1\n}\n";

  it("whole", async () => {
    const s = await editor.stack(wild);
    const { textDocument } = s.at;
    const edits = await s.ask<TextEdit[]>("textDocument/formatting", { textDocument, options });
    expect(s.edited(edits)).toBe("locals {\n  a = 1\n}\nlocals {\n  b = 1\n}\n");
  });

  it("range", async () => {
    const s = await editor.stack(wild);
    const { textDocument } = s.at;
    const range = { start: { line: 3, character: 0 }, end: { line: 6, character: 0 } };
    const edits = await s.ask<TextEdit[]>("textDocument/rangeFormatting", { textDocument, options, range });
    expect(s.edited(edits)).toBe("locals {\na=1\n}\nlocals {\n  b = 1\n}\n");
  });

  it("on type", async () => {
    const s = await editor.stack("locals {\na=1\n}<|>\n");
    const edits = await s.ask<TextEdit[]>("textDocument/onTypeFormatting", { ...s.at, options, ch: "}" });
    expect(s.edited(edits)).toBe("locals {\n  a = 1\n}\n");
  });
});

describe("EDITOR: code actions", () => {
  /** main.cw, or another file, after the action of a title; the first place is asked about where no problem is. */
  async function mended(main: string, title: string, others?: Record<string, string>, file = "main.cw") {
    const s = await editor.stack(main, others);
    const diagnostics = await problems(s);
    const range = main.includes("<|>") ? s.range : diagnostics[0]?.range;
    if (!range) throw new Error("no place is marked, and nothing is wrong");
    const context: CodeActionContext = { diagnostics };
    const { textDocument } = s.at;
    const found = await s.ask<CodeAction[]>("textDocument/codeAction", { textDocument, range, context });
    const action = found.find((one) => one.title === title);
    if (!action?.edit)
      throw new Error(`${title} is not offered: ${found.map((one) => one.title).join(", ")}`);
    return s.edited(editsOf(action.edit, s.uri(file)));
  }

  const editsOf = ({ changes, documentChanges }: WorkspaceEdit, uri: string): TextEdit[] => [
    ...(changes?.[uri] ?? []),
    ...(documentChanges ?? []).flatMap((change) =>
      "edits" in change && change.textDocument.uri === uri
        ? change.edits.flatMap((edit) => ("newText" in edit ? [edit] : []))
        : [],
    ),
  ];

  it("did-you-mean", async () => {
    const main = `${page}output "o" {\n  value = file.pgae.path\n}\n`;
    expect(await mended(main, 'Change it to "page"')).toBe(main.replace("pgae", "page"));
  });

  it("add required attributes", async () => {
    expect(await mended('resource "repository" "a" {<|>\n}\n', "Add url")).toBe(
      'resource "repository" "a" {\n  url = ""\n}\n',
    );
  });

  it("unquote type", async () => {
    const main = (type: string) => `variable "a" {\n  type    = ${type}\n  default = "x"\n}\n`;
    expect(await mended(main('"str<|>ing"'), "Write string")).toBe(main("string"));
    const list = 'variable "a" {\n  type    = "list"\n  default = []\n}\noutput "o" {\n  value = var.a\n}\n';
    expect(await mended(list, "Write list(any)")).toBe(list.replace('"list"', "list(any)"));
  });

  it("convert quoted depends_on", async () => {
    const main = (address: string) =>
      `${page}output "o" {\n  value      = 1\n  depends_on = [${address}]\n}\n`;
    expect(await mended(main('"file.page"'), "Remove the quotes")).toBe(main("file.page"));
  });

  it("extract to variable", async () => {
    expect(await mended(page.replace('"hello"', '<|>"hello"<|>'), "Extract to var.content")).toBe(
      `variable "content" {\n  type    = string\n  default = "hello"\n}\n\n${page.replace('"hello"', "var.content")}`,
    );
  });

  it("extract to local", async () => {
    expect(await mended(page.replace('"hello"', '<|>"hello"<|>'), "Extract to local.content")).toBe(
      `locals {\n  content = "hello"\n}\n\n${page.replace('"hello"', "local.content")}`,
    );
  });

  it("inline local", async () => {
    expect(
      await mended(
        'locals {\n  a = 1\n  b = 2\n}\noutput "o" {\n  value = local.<|>a\n}\n',
        "Inline local.a",
      ),
    ).toBe('locals {\n  b = 2\n}\noutput "o" {\n  value = 1\n}\n');
  });

  it("add to cwvars", async () => {
    const main = 'variable "port" {<|>\n  type = number\n}\n';
    const s = await editor.stack(main, { "clockwork.cwvars": "" });
    const { textDocument } = s.at;
    const found = await s.ask<CodeAction[]>("textDocument/codeAction", {
      textDocument,
      range: s.range,
      context: { diagnostics: [] },
    });
    expect(found).toMatchObject([
      { edit: { changes: { [s.uri("clockwork.cwvars")]: [{ newText: "port = null\n" }] } } },
    ]);
  });

  it("create missing variable", async () => {
    expect(await mended('output "o" {\n  value = var.x\n}\n', 'Create variable "x"')).toBe(
      'variable "x" {}\n\noutput "o" {\n  value = var.x\n}\n',
    );
  });
});

describe("EDITOR: what is shown in the text", () => {
  it("EDITOR: code lenses with resolve", async () => {
    const s = await editor.stack(page);
    await s.ask("clockwork/plan", { folder: s.folderUri });
    const { textDocument } = s.at;
    const lenses = await s.ask<CodeLens[]>("textDocument/codeLens", { textDocument });
    const open = lenses.find(({ command }) => command === undefined);
    expect(await s.ask("codeLens/resolve", open ?? {})).toMatchObject({
      command: { title: "+ create", command: commands.openPlan },
    });
  });

  it("EDITOR: inlay hints with resolve", async () => {
    const long = "x".repeat(60);
    const s = await editor.stack(`locals {\n  a = "${long}"\n  b = local.a\n}\n`);
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const { textDocument } = s.at;
    const [hint] = await s.ask<InlayHint[]>("textDocument/inlayHint", { textDocument, range });
    expect(hint?.tooltip).toBeUndefined();
    expect(await s.ask("inlayHint/resolve", hint ?? {})).toMatchObject({ tooltip: `"${long}"` });
  });

  it("EDITOR: inline completion of required attributes", async () => {
    expect(editor.initialized.capabilities.inlineCompletionProvider).toBe(true);
    const s = await editor.stack('resource "image" "a" {\n  co<|>\n}\n');
    const params = { ...s.at, context: { triggerKind: 1 } };
    const found = await s.ask<InlineCompletionItem[]>("textDocument/inlineCompletion", params);
    expect(found).toMatchObject([
      {
        insertText: { kind: "snippet", value: expect.stringMatching(/^context = .*\n {2}tags/) },
        range: { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } },
      },
    ]);
  });
});

describe("EDITOR: artifacts", () => {
  it("EDITOR: check problems are shown as diagnostics inside the artifact", async () => {
    const s = await editor.stack(page, { "main.cw": page });
    expect((await cli(["build"], { cwd: s.folder })).code).toBe(0);
    const name = ".clockwork/build/scripts/ensure_file.page.mjs";
    await s.session.open(s.name(name), "#!/usr/bin/env python3\nprint(1)\n");
    expect(await s.ask("textDocument/diagnostic", { textDocument: { uri: s.uri(name) } })).toMatchObject({
      items: [{ code: "C-SHEBANG", range: { start: { line: 0 } } }],
    });
  });
});

describe("EDITOR: workspace/textDocumentContent for the scheme clockwork-plan", () => {
  it("with refresh", async () => {
    expect(editor.initialized.capabilities.workspace?.textDocumentContent).toEqual({ schemes: [planScheme] });
    const s = await editor.stack(page);
    const uri = `${planScheme}:/plan.cwplan?${encodeURIComponent(s.folderUri)}`;
    const { text } = await s.ask<{ text: string }>("workspace/textDocumentContent", { uri });
    expect(text).toContain("file.page");
    const refreshed = new Promise((resolve) => {
      s.session.connection.onRequest("workspace/textDocumentContent/refresh", resolve);
    });
    await s.change(page.replace('"page"', '"site"'));
    expect(await refreshed).toEqual({ uri });
    expect(await s.ask("workspace/textDocumentContent", { uri })).toMatchObject({
      text: expect.stringContaining("file.site"),
    });
  });
});
