import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "../../server/src/syntax/document.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { testGrammar } from "./grammar.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

/** Every problem as `line:column "text under it" message`, lines and columns from 1. */
function problems(text: string): string[] {
  return parse(grammar, "a.cw", text).chunks.flatMap((chunk) =>
    chunk.diagnostics.map(({ message, span }) => {
      const start = chunk.origin.start + (span?.start ?? 0);
      const before = text.slice(0, start).split("\n");
      const marked = text.slice(start, chunk.origin.start + (span?.end ?? 0));
      return `${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${JSON.stringify(marked)} ${message}`;
    }),
  );
}

/** The names that could still be read, blocks with theirs in brackets. */
function names(text: string): string {
  const chunks = parse(grammar, "a.cw", text).chunks;
  type Item = (typeof chunks)[number]["items"][number];
  const name = (item: Item): string =>
    item.type === "attribute"
      ? item.name.name
      : `${item.keyword.name}[${item.body.items.map(name).join(" ")}]`;
  return chunks
    .flatMap((c) => c.items)
    .map(name)
    .join(" ");
}

describe("one mistake, one diagnostic, the neighbours intact", () => {
  test.each([
    ["no value", "a {\n  b =\n  c = 1\n}\n", '2:3 "b =" Attribute "b" has no value', "a[b c]"],
    ["a dot at the end", "a {\n  b = var.\n  c = 1\n}\n", '2:10 "." Expected a name behind "."', "a[b c]"],
    ["a name alone", "a {\n  b = 1\n  c\n  d = 2\n}\n", '3:3 "c" "c" is neither set nor a block', "a[b c d]"],
    ["open parenthesis", "a {\n  b = f(1\n  c = 1\n}\n", '2:10 "" Missing ")"', "a[b c]"],
    ["open bracket", "a {\n  b = [1\n  c = 1\n}\n", '2:9 "" Missing "]"', "a[b c]"],
    ["open sequence", 'a {\n  b = "${c"\n  d = 1\n}\n', '2:11 "" Missing "}" behind ${', "a[b d]"],
    [
      "open string",
      'a {\n  b = "c\n  d = 1\n}\n',
      '2:7 "\\"c" The string has no closing quote on its line',
      "a[b d]",
    ],
    [
      "stray quote",
      'a {\n  b = "c""\n  d = 1\n}\n',
      '2:10 "\\"" A second string behind the value of "b"',
      "a[b d]",
    ],
    ["colon", "a {\n  b : 1\n}\n", '2:5 ":" Attribute "b" is set with ":"', "a[b]"],
    ["semicolon", "a {\n  b = 1;\n  c = 2\n}\n", '2:8 ";" ";" behind attribute "b"', "a[b c]"],
    ["comma", "a {\n  b = 1,\n  c = 2\n}\n", '2:8 "," "," behind attribute "b"', "a[b c]"],
    [
      "single quotes",
      "a {\n  b = 'c'\n  d = 1\n}\n",
      "2:7 \"'c'\" Strings are written in double quotes",
      "a[b d]",
    ],
    ["unit", "a {\n  b = 10mb\n  c = 1\n}\n", '2:7 "10mb" "10mb" is not a number', "a[b c]"],
    ["no comma", 'a {\n  b = ["c" "d"]\n}\n', '2:11 " " Missing comma between elements of a list', "a[b]"],
    [
      "no equals",
      'a {\n  b "c"\n  d = 1\n}\n',
      '2:3 "b \\"c\\"" Missing "=" between "b" and its value',
      "a[b[] d]",
    ],
    ["no braces", 'a "b"\nc = 1\n', '1:1 "a \\"b\\"" Block "a" has no braces', "a[] c"],
    [
      "brace below",
      "a\n{\n  b = 1\n}\n",
      '2:1 "{" A block\'s opening brace stands on the line of its name',
      "a[b]",
    ],
    [
      "inner brace missing",
      "a {\n  b {\n    c = 1\n  d = 2\n}\ne {\n}\n",
      '4:8 "" Missing "}": block "b" is not closed',
      "a[b[c d]] e[]",
    ],
    [
      "outer brace missing",
      "a {\n  b = 1\n\ne {\n}\n",
      '2:8 "" Missing "}": block "a" is not closed',
      "a[b] e[]",
    ],
    ["brace too many", "a {\n}\n}\nb {\n}\n", '3:1 "}" This closing brace closes nothing', "a[] b[]"],
    ["two on a line", "a = 1 b = 2\n", '1:7 "b" A second item on the line of attribute "a"', "a b"],
    [
      "two in one line's block",
      "a { b = 1, c = 2 }\n",
      '1:10 "," Block "a" has more on its first line than one attribute',
      "a[b]",
    ],
    [
      "half a one-line block",
      "a { b = 1\n}\n",
      '1:10 "" A block that begins on one line with its attribute ends on it too',
      "a[b]",
    ],
    [
      "heredoc without end",
      "a {\n  b = <<EOT\n  c\n}\nd {\n}\n",
      '2:7 "<<EOT" The heredoc has no end marker "EOT"',
      "a[b] d[]",
    ],
    [
      "heredoc ended by the file",
      "a = <<EOT\nb\nEOT",
      '1:5 "<<EOT" The heredoc has no end marker "EOT"',
      "a",
    ],
    [
      "label without quote",
      'a "b {\n  c = 1\n}\nd = 1\n',
      '1:3 "\\"b {" The string has no closing quote on its line',
      "a[c] d",
    ],
    [
      "label with template",
      'a "${b}" {\n  c = 1\n}\n',
      '1:4 "${" A block\'s label cannot contain a template',
      "a[c]",
    ],
    ["escape", 'a = "\\q"\n', '1:6 "\\\\q" There is no escape "\\q"', "a"],
    [
      "dotted key",
      "a = { b.c = 1 }\n",
      '1:7 "b.c" The key "b.c" may be a name with dots or a reference',
      "a",
    ],
    ["dotted number", "a = 1.2.3\n", '1:5 "1.2.3" "1.2.3" is not a number', "a"],
    [
      "first key for",
      "a = {\n  for = 1\n}\n",
      '2:3 "for" The first key of an object cannot be the bare word "for"',
      "a",
    ],
    ["glued keyword", "a = [for b in c : b ifd]\n", '1:21 "ifd" Expected "]" instead of "ifd"', "a"],
    ["double legacy index", "a = b.0.1\n", '1:7 "0.1" ".0.1" is not an index', "a"],
    ["double splat", "a = b.*.c.*.d\n", '1:11 "*" An attribute splat cannot follow another', "a"],
    ["if without endif", 'a = "%{ if b }c"\n', '1:6 "%{ if b }" %{ if } has no %{ endif }', "a"],
    [
      "endfor without for",
      'a = "b%{ endfor }"\n',
      '1:7 "%{ endfor }" %{ endfor } has no %{ for } before it',
      "a",
    ],
    ["unknown directive", 'a = "%{ when b }c"\n', '1:6 "%{ when" There is no template directive "when"', "a"],
    [
      "arrow in an object",
      "a = {\n  b => 1\n}\n",
      '2:5 "=>" Objects use "=" or ":" between key and value',
      "a",
    ],
    ["for without in", "a = [for b c : d]\n", '1:12 "c" Expected "in" in a for expression', "a"],
    ["no other case", "a = b ? c\n", '1:10 "" Expected ":" and the value for the other case', "a"],
    ["one ampersand", "a = b & c\n", '1:7 "&" Unexpected "&" behind the value of "a"', "a"],
  ])("%s", (_, text, problem, kept) => {
    expect(problems(text)).toEqual([problem]);
    expect(names(text)).toBe(kept);
  });
});

test("a broken block hides no problem of another", () => {
  const text = 'a {\n  b = \n}\nc {\n  d = "\\q"\n}\ne {\n  f = [1 2]\n}\n';
  expect(problems(text)).toHaveLength(3);
});

test("what cannot be closed any more is named where it was opened", () => {
  const [chunk] = parse(grammar, "a.cw", "a {\n  b = f(1\n  c = 2\n}\n").chunks;
  const [related] = chunk?.diagnostics[0]?.related ?? [];
  expect(related?.span).toMatchObject({ start: 11, end: 12 });
});
