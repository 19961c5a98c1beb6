import { beforeAll, describe, expect, test } from "vitest";
import type { Expression, TemplatePart } from "../../server/src/syntax/ast.ts";
import { parse } from "../../server/src/syntax/document.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { single, testGrammar } from "./grammar.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

/** The expression with all its parentheses, in a short notation of our own. */
function written(e: Expression): string {
  switch (e.type) {
    case "number":
      return e.text;
    case "bool":
      return String(e.value);
    case "null":
      return "null";
    case "template":
      return `"${e.parts.map(part).join("")}"`;
    case "tuple":
      return `[${e.items.map(written).join(", ")}]`;
    case "object":
      return `{${e.items.map((i) => `${written(i.key)} = ${written(i.value)}`).join(", ")}}`;
    case "variable":
      return e.name === "" ? "@" : e.name;
    case "get-attribute":
      return `${written(e.object)}.${e.name.name}`;
    case "index":
      return `${written(e.collection)}[${written(e.key)}]`;
    case "splat":
      return `splat(${written(e.source)}${e.full ? "[*]" : ".*"}: ${written(e.each)})`;
    case "call":
      return `${e.name.name}(${e.args.map(written).join(", ")}${e.expand ? "..." : ""})`;
    case "unary":
      return `(${e.operator}${written(e.operand)})`;
    case "binary":
      return `(${written(e.left)} ${e.operator} ${written(e.right)})`;
    case "conditional":
      return `(${written(e.condition)} ? ${written(e.then)} : ${written(e.otherwise)})`;
    case "for-tuple": {
      const names = e.key ? `${e.key.name}, ${e.value.name}` : e.value.name;
      const condition = e.condition ? ` if ${written(e.condition)}` : "";
      return `[for ${names} in ${written(e.collection)}: ${written(e.result)}${condition}]`;
    }
    case "for-object": {
      const names = e.key ? `${e.key.name}, ${e.value.name}` : e.value.name;
      const condition = e.condition ? ` if ${written(e.condition)}` : "";
      const value = `${written(e.resultValue)}${e.grouping ? "..." : ""}`;
      return `{for ${names} in ${written(e.collection)}: ${written(e.resultKey)} => ${value}${condition}}`;
    }
    case "parentheses":
      return `paren(${written(e.inner)})`;
    case "missing":
      return e.partial ? `missing(${written(e.partial)})` : "missing";
  }
}

function part(p: TemplatePart): string {
  switch (p.type) {
    case "literal":
      return p.value;
    case "interpolation":
      return `<${written(p.expression)}>`;
    case "if":
      return `<if ${written(p.condition)}|${p.then.map(part).join("")}|${p.otherwise.map(part).join("")}>`;
    case "for": {
      const names = p.key ? `${p.key.name}, ${p.value.name}` : p.value.name;
      return `<for ${names} in ${written(p.collection)}|${p.body.map(part).join("")}>`;
    }
  }
}

function read(text: string): string {
  const { value, messages } = single(parse(grammar, "a.cw", `a = ${text}\n`));
  expect(messages).toEqual([]);
  return value ? written(value) : "none";
}

describe("operators", () => {
  test.each([
    ["1 + 2 * 3", "(1 + (2 * 3))"],
    ["1 - 2 - 3", "((1 - 2) - 3)"],
    ["a || b && c == d < e + f % g", "(a || (b && (c == (d < (e + (f % g))))))"],
    ["!a && b", "((!a) && b)"],
    ["-a.b[0] + - 1", "((-a.b[0]) + (-1))"],
    ["!-a", "(!(-a))"],
    ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
    ["a == b ? c + 1 : d", "((a == b) ? (c + 1) : d)"],
    ["(1 + 2) * 3", "(paren((1 + 2)) * 3)"],
    ["a-b", "a-b"],
    ["a - b", "(a - b)"],
    ["[1,\n\n2]", "[1, 2]"],
  ])("%s", (text, expected) => expect(read(text)).toBe(expected));
});

describe("traversals", () => {
  test.each([
    ["var.a.b", "var.a.b"],
    ["true", "true"],
    ["null", "null"],
    ["a . b", "a.b"],
    ["a.0.b", "a[0].b"],
    ['a["b"].c', 'a["b"].c'],
    ["a[*].b[0].c", "splat(a[*]: @.b[0].c)"],
    ["a.*.b[0]", "splat(a.*: @.b)[0]"],
    ["a.*.0.b", "splat(a.*: @[0].b)"],
    ["a[*].b[*].c", "splat(a[*]: splat(@.b[*]: @.c))"],
    ["a.*.b[*].c", "splat(splat(a.*: @.b)[*]: @.c)"],
    ["a[*]", "splat(a[*]: @)"],
    ["f(a)[0].b", "f(a)[0].b"],
    ["{a = 1}.a", "{a = 1}.a"],
  ])("%s", (text, expected) => expect(read(text)).toBe(expected));
});

describe("collections, calls, for", () => {
  test.each([
    ['{ a = 1, "b" : 2, (c) = 3 }', '{a = 1, "b" = 2, paren(c) = 3}'],
    ["{\n a = 1\n\n b = 2,\n}", "{a = 1, b = 2}"],
    ["{ true = 1, null = 2 }", "{true = 1, null = 2}"],
    ["f(1, b...)", "f(1, b...)"],
    ["ns::f(1,)", "ns::f(1)"],
    ["[for a in b : a.c if a.d]", "[for a in b: a.c if a.d]"],
    ["{for k, v in m : k => v... if v}", "{for k, v in m: k => v... if v}"],
    ["{ # c\n for k, v in m :\n k => v\n}", "{for k, v in m: k => v}"],
  ])("%s", (text, expected) => expect(read(text)).toBe(expected));
});

describe("strings and templates", () => {
  test.each([
    ['"a\\n\\"\\\\\\u00e9\\U0001f680"', '"a\n"\\é🚀"'],
    ['"$${a} %%{b} $ % $$$${c}"', '"${a} %{b} $ % $$${c}"'],
    ['"a ${b} c"', '"a <b> c"'],
    ['"a  ${~ b ~}  c"', '"a<b>c"'],
    ['"${"${a}"}"', '"<"<a>">"'],
    ['"%{ if a }b%{ else }c%{ endif }"', '"<if a|b|c>"'],
    ['"%{ for k, v in m ~} ${k}%{ endfor }"', '"<for k, v in m|<k>>"'],
    ['""', '""'],
    // Terraform 1.11's console gives the same for these.
    ["<<EOT\n  a\n b ${c}\nEOT", '"  a\n b <c>\n"'],
    ["<<-EOT\n    a\n      b\n\n    c\n  EOT", '"a\n  b\n\nc\n"'],
    ["<<-EOT\n    ${a}\n      b\n  EOT", '"<a>\n  b\n"'],
    ["<<-EOT\n  a\n ${~ b ~}\n  c\n  EOT", '"  a\n<b>  c\n"'],
    ["<<EOT\nEOT", '""'],
    ["<<EOT\n\\n $${a}\nEOT", '"\\n ${a}\n"'],
  ])("%s", (text, expected) => expect(read(text)).toBe(expected));
});

test("a chain of 400 is read", () => {
  expect(read(Array.from({ length: 400 }, () => "1").join(" + "))).toMatch(/^\(+1 \+ 1/);
});

test.each([
  ["brackets", `${"[".repeat(3000)}${"]".repeat(3000)}`],
  ["operators", Array.from({ length: 20_000 }, () => "1").join(" + ")],
  ["names", `a${".b".repeat(20_000)}`],
  ["names of a call", `f()${".b".repeat(20_000)}`],
  ["names of elements", `a[*]${".b".repeat(20_000)}`],
  ["names between indexes", `a${`[0]${".b".repeat(400)}`.repeat(50)}`],
  ["indexes", `a${"[0]".repeat(20_000)}`],
  ["conditions", `${"a ? b : ".repeat(20_000)}c`],
  ["signs", `${"-".repeat(20_000)}1`],
  ["templates", `${'"${'.repeat(900)}a${'}"'.repeat(900)}`],
])("%s without end are refused, not overflowed", (_, text) => {
  const { messages } = single(parse(grammar, "a.cw", `a = ${text}\n`));
  expect(messages).toEqual(["syntax-error: An expression is nested more than 500 levels deep"]);
});

test.each([
  ["sound", "a {\n".repeat(5000) + "}\n".repeat(5000)],
  ["that never close", " a {\n".repeat(5000)],
  ["in pieces", `a {\n${" a {\n".repeat(5000)} = 1\n`],
])("blocks without end, %s, are refused, not overflowed", (_, text) => {
  const { messages } = single(parse(grammar, "a.cw", text));
  expect(messages).toContain("syntax-error: Blocks are nested more than 500 levels deep");
});
