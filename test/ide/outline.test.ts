import { describe, expect, test } from "vitest";
import { foldingRanges, linkedRanges, selectionRanges } from "../../server/src/ide/folding.ts";
import { formatFile, formatRange, formatTyped, type LayoutEdit } from "../../server/src/ide/formatting.ts";
import { links } from "../../server/src/ide/links.ts";
import { semanticTokens } from "../../server/src/ide/semantic-tokens.ts";
import { type DocumentSymbol, documentSymbols, workspaceSymbols } from "../../server/src/ide/symbols.ts";
import { parse } from "../../server/src/syntax/document.ts";
import { format } from "../../server/src/syntax/format.ts";
import { testGrammar } from "../support/stack.ts";
import { indexOf, marked } from "./stack.ts";

const sourceOf = async (text: string) => parse(await testGrammar(), "main.cw", text);

/** The text without its marker, and where that was. */
async function placed(given: string) {
  const offset = given.indexOf("<|>");
  return { source: await sourceOf(given.replace("<|>", "")), offset };
}

describe("symbols of a document", () => {
  const tree = (symbols: readonly DocumentSymbol[], depth = 0): readonly string[] =>
    symbols.flatMap(({ name, detail, kind, children }) => [
      `${"  ".repeat(depth)}${name} (${[kind, detail].filter(Boolean).join(", ")})`,
      ...tree(children, depth + 1),
    ]);

  test("are a tree of blocks, attributes and objects", async () => {
    const source = await sourceOf(
      'resource "service" "web" {\n  env = { A = 1, "B" = { c = 2 } }\n  port {\n    internal = 1\n  }\n}\nlocals {\n  a = [1]\n}\n',
    );
    expect(tree(documentSymbols(source))).toEqual([
      "web (resource, resource service)",
      "  env (object)",
      "    A (attribute)",
      "    B (object)",
      "      c (attribute)",
      "  port (block)",
      "    internal (attribute)",
      "locals (locals)",
      "  a (list)",
    ]);
  });

  test("are there in text that is half typed", async () => {
    const source = await sourceOf(
      'variable "a" {\n  type = \n}\nresource "file" "b" {\n  path = "x\n\noutput "c" {\n',
    );
    expect(tree(documentSymbols(source)).filter((line) => !line.startsWith(" "))).toEqual([
      "a (variable, variable)",
      "b (resource, resource file)",
      "c (output, output)",
    ]);
  });
});

test("symbols of a stack are found by some of their letters", async () => {
  const { index } = await indexOf(marked('variable "im@age"'));
  const found = (query: string) =>
    workspaceSymbols(index, query).map(({ name, folder }) => `${name} ${folder ?? ""}`.trim());
  expect(found("SERweb")).toEqual(["service.web"]);
  expect(found("var.")).toEqual(["var.image", "var.name net", "var.size net"]);
  expect(found("")).toHaveLength(15);
  expect(found("zzz")).toEqual([]);
});

describe("folds", () => {
  const folded = async (text: string) => {
    const source = await sourceOf(text);
    return foldingRanges(source).map(({ start, end, kind }) => `${kind} ${source.text.slice(start, end)}`);
  };

  test("are brackets, heredocs and comments of several lines", async () => {
    expect(
      await folded("# a\n# b\nlocals {\n  a = [\n    1\n  ]\n  b = { c = 1 }\n  t = <<E\nx\nE\n}\n"),
    ).toEqual([
      "code [\n    1\n  ]",
      "code <<E\nx\nE",
      "code {\n  a = [\n    1\n  ]\n  b = { c = 1 }\n  t = <<E\nx\nE\n}",
      "comment # a\n# b",
    ]);
  });

  test("are there beside what is broken", async () => {
    expect(await folded("locals {\n  a = (1\n  b = [\n  2]\n}\n")).toContain(
      "code {\n  a = (1\n  b = [\n  2]\n}",
    );
  });

  test("do not join comments across an empty line, nor those behind code", async () => {
    expect(await folded("# a\n\n# b\nx = 1 # c\n# d\n")).toEqual([]);
    expect(await folded("/* a\nb */\nx = 1\n")).toEqual(["comment /* a\nb */"]);
  });
});

test("a selection grows from a word to the file", async () => {
  const { source, offset } = await placed('output "o" {\n  value = [var.a<|>b, "c"]\n}\n');
  expect(selectionRanges(source, offset).map(({ start, end }) => source.text.slice(start, end))).toEqual([
    "ab",
    "var.ab",
    '[var.ab, "c"]',
    'value = [var.ab, "c"]',
    '\n  value = [var.ab, "c"]\n',
    'output "o" {\n  value = [var.ab, "c"]\n}',
    source.text,
  ]);
});

test("the markers of a heredoc are edited together", async () => {
  const { source, offset } = await placed("a = <<-EO<|>T\n  x\n  EOT\n");
  expect(linkedRanges(source, offset).map(({ start, end }) => source.text.slice(start, end))).toEqual([
    "EOT",
    "EOT",
  ]);
  expect(linkedRanges(source, 15)).toEqual([]);
});

test("links lead to files, folders and addresses", async () => {
  const text = `module "m" {
  source = "./net"
}
resource "file" "f" {
  path    = "x"
  source  = "a.txt"
}
resource "image" "i" {
  context = "./app"
  tags    = ["x"]
}
resource "repository" "r" {
  url = "https://example.com/r.git"
}
locals {
  a = [file("\${path.module}/b.txt"), templatefile("../c", {}), fileset("d", "*"), secret("file:key"), file(local.b)]
}
`;
  const { index } = await indexOf({
    "main.cw": `<|>${text}`,
    "net/main.cw": 'locals {\n  a = file("${path.module}/b.txt")\n}\n',
  });
  const found = (file: string) =>
    links(index.snapshot, file).map(({ target }) =>
      target.kind === "url" ? target.url : `${target.kind} ${target.path}`,
    );
  expect(found("main.cw")).toEqual([
    "folder net",
    "file a.txt",
    "folder app",
    "https://example.com/r.git",
    "file b.txt",
    "folder d",
    "file key",
  ]);
  expect(found("net/main.cw")).toEqual(["file net/b.txt"]);
});

describe("semantic tokens", () => {
  const classes = async (text: string) => {
    const source = await sourceOf(text);
    return semanticTokens(source).map(
      ({ start, end, type, isDeclaration }) =>
        `${type}${isDeclaration ? "!" : ""} ${source.text.slice(start, end)}`,
    );
  };

  test("know what a word is", async () => {
    expect(await classes('variable "a" {\n  type = list(string) # c\n}\n')).toEqual([
      "keyword variable",
      'type! "',
      "type! a",
      'type! "',
      "property type",
      "operator =",
      "type list",
      "type string",
      "comment # c",
    ]);
    expect(await classes("locals {\n  a = [for k, v in var.x : upper(k.b) if true]\n}\n")).toEqual([
      "keyword locals",
      "property a",
      "operator =",
      "keyword for",
      "parameter! k",
      "parameter! v",
      "keyword in",
      "variable var",
      "property x",
      "operator :",
      "function upper",
      "parameter k",
      "property b",
      "keyword if",
      "constant true",
    ]);
  });

  test("go into templates, leave escapes alone and are of one line", async () => {
    expect(await classes('a = "x\\n${v.b}"\nb = <<E\n1\n2 ${c}\nE\n')).toEqual([
      "property a",
      "operator =",
      'string "',
      "string x",
      "variable v",
      "property b",
      'string "',
      "property b",
      "operator =",
      "string <<E",
      "string 1",
      "string 2 ",
      "variable c",
      "string E",
    ]);
  });

  test("know the words of broken text by their neighbours", async () => {
    expect(await classes('locals {\n  a = (b.c\n}\nresource "file" "x" {\n  path = max(\n}\n')).toEqual(
      expect.arrayContaining([
        "keyword locals",
        "variable b",
        "property c",
        "keyword resource",
        "function max",
      ]),
    );
  });

  test("of a range are those of the blocks that it touches", async () => {
    const source = await sourceOf("a = 1\nb = 2\nc = 3\n");
    expect(semanticTokens(source, { start: 7, end: 8 }).map(({ start }) => start)).toEqual(
      semanticTokens(source)
        .map(({ start }) => start)
        .filter((start) => start >= 6 && start < 12),
    );
  });
});

describe("layout", () => {
  function applied(text: string, edits: readonly LayoutEdit[]): string {
    let result = text;
    for (const { start, end, text: put } of [...edits].sort((a, b) => b.start - a.start))
      result = result.slice(0, start) + put + result.slice(end);
    return result;
  }

  const untidy = 'variable   "a" {\n type=string\n  default   = "x"\n}\n\n\nlocals {\n a=1\n bcd = 2\n}\r\n';

  test("of a file is the formatter's, in small edits", async () => {
    const source = await sourceOf(untidy);
    const edits = formatFile(source);
    expect(applied(untidy, edits)).toBe(format(untidy));
    expect(edits.every(({ start, end }) => !untidy.slice(start, end).includes("\n"))).toBe(true);
    expect(formatFile(await sourceOf(format(untidy)))).toEqual([]);
  });

  test("of a file with syntax errors is left alone", async () => {
    expect(formatFile(await sourceOf("a=1\nb = = 2\n"))).toEqual([]);
  });

  test("of a range is that of its lines, whatever is broken elsewhere", async () => {
    const text = 'locals {\n a=1\n bcd = 2\n}\n\noutput "x" {\n  value = = 1\n}\n';
    const start = text.indexOf("a=1");
    expect(applied(text, formatRange(await sourceOf(text), { start, end: start + 1 }))).toBe(
      text.replace(" a=1", "  a   = 1"),
    );
    expect(applied(text, formatRange(await sourceOf(text), { start: 0, end: text.length }))).toBe(
      text.replace(" a=1", "  a   = 1").replace(" bcd", "  bcd"),
    );
  });

  test("of all lines is that of the file", async () => {
    const text = "a=1\nbcd  = 2\n# x\n\ne=3 # y\nfgh=4     # z\nlocals {\na=1 # q\n} # r\n";
    expect(applied(text, formatRange(await sourceOf(text), { start: 0, end: text.length }))).toBe(
      format(text),
    );
  });

  test("follows a closing brace", async () => {
    const { source, offset } = await placed("x = 1\n\nlocals {\n a={\n b=1\n }\n}<|>\n");
    expect(applied(source.text, formatTyped(source, offset, "}"))).toBe(
      "x = 1\n\nlocals {\n  a = {\n    b = 1\n  }\n}\n",
    );
  });

  test("follows a new line, and keeps its indentation", async () => {
    const { source, offset } = await placed("locals {\n a=1\n  <|>\n}\n");
    expect(applied(source.text, formatTyped(source, offset, "\n"))).toBe("locals {\n  a = 1\n  \n}\n");
  });
});
