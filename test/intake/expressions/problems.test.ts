import { describe, expect, test } from "vitest";
import { broken } from "../../../server/src/intake/scope.ts";
import { objectValue, stringValue } from "../../../server/src/intake/values.ts";
import { evaluateText, grammar } from "./support.ts";

const loaded = await grammar();
const names = {
  "var.image": stringValue("nginx"),
  "local.web": objectValue(
    new Map([
      ["port", stringValue("80")],
      ["image", stringValue("x")],
    ]),
  ),
};

/** Each problem as `code at what: message | hint`. */
function problems(text: string): string[] {
  const source = `value = ${text}\n`;
  return evaluateText(loaded, text, names).diagnostics.map(({ code, message, hint, span }) => {
    const at = span ? source.slice(span.start, span.end) : "";
    return `${code} at ${at}: ${message}${hint === undefined ? "" : ` | ${hint}`}`;
  });
}

describe("problems name the thing, where it stands and the way out", () => {
  test.each([
    [
      "local.web.prot",
      'invalid-expression at prot: This object has no attribute "prot" | Did you mean "port"?',
    ],
    [
      'local.web["imge"]',
      'invalid-expression at "imge": The object has no key "imge" | Did you mean "image"?',
    ],
    ["uper(var.image)", 'unknown-function at uper: There is no function "uper" | Did you mean "upper"?'],
    [
      'provider::aws::arn_parse("a")',
      'unknown-function at provider::aws::arn_parse: There are no functions of providers: "provider::aws::arn_parse" | Clockwork has no providers. What a provider would compute can be passed in as a variable, or made by a task.',
    ],
    ["upper()", 'wrong-arguments at upper(): Function "upper" takes 1 argument; "str" is missing'],
    [
      "substr(var.image, 1)",
      'wrong-arguments at substr(var.image, 1): Function "substr" takes 3 arguments; "length" is missing',
    ],
    ['upper("a", "b")', 'wrong-arguments at "b": Function "upper" takes only 1 argument'],
    ["upper([1])", "wrong-arguments at [1]: upper: str: a string is required, a tuple is none"],
    [
      'join(",", [1, []])',
      "wrong-arguments at [1, []]: join: lists[1]: a string is required, a tuple is none",
    ],
    ["1 + var.image", 'invalid-expression at var.image: Operand of +: a number is required, "nginx" is none'],
    ["[1, 2][5]", "invalid-expression at 5: Index 5 is out of range: the tuple has only 2 items"],
    ["0 / 0", "invalid-expression at 0 / 0: Zero divided by zero is no number"],
    [
      "[{ a = 1 }].a",
      'invalid-expression at a: A tuple has no attributes, so there is no "a" | [*].a takes it from every item',
    ],
    [
      "true ? 1 : []",
      "invalid-expression at 1 : []: The results of the conditional have no type in common: number and tuple([])",
    ],
    [
      "var.image ? 1 : 2",
      'invalid-expression at var.image: The condition must be true or false, "nginx" is neither',
    ],
    ['"a${null}"', "invalid-expression at ${null}: A null value cannot be part of a string"],
    [
      '{ for x in ["a", "a"]: x => 1 }',
      'invalid-expression at x: Two elements give the key "a" | Write ... after the value to collect the values of equal keys in a list.',
    ],
    ["nope.x", "unknown-reference at nope: There is no nope"],
    ["1e999999", "invalid-expression at 1e999999: The number is too large or too small"],
    [
      "try(var.image.x, [][0])",
      "wrong-arguments at try(var.image.x, [][0]): No argument of try can be evaluated",
    ],
    ["max(1, [2]...  )", undefined],
    ["max(1, 2...)", "wrong-arguments at 2: What is expanded with ... must be a list, a number is none"],
  ])("%s", (text, problem) => {
    expect(problems(text)).toEqual(problem === undefined ? [] : [problem]);
  });
});

describe("functions that are known by name only", () => {
  test.each([
    ["timestamp()", "impure-function"],
    ["uuid()", "impure-function"],
    ['bcrypt("x")', "impure-function"],
    ["plantimestamp()", "impure-function"],
    ['abspath(".")', "impure-function"],
    ['pathexpand("~")', "impure-function"],
  ])("%s is %s", (text, code) => {
    const { diagnostics, value } = evaluateText(loaded, text);
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
    expect(diagnostics[0]?.message).toContain(text.slice(0, text.indexOf("(")));
    expect(value).toEqual(broken);
  });

  test("an impure one says what to use", () => {
    expect(evaluateText(loaded, "timestamp()").diagnostics[0]?.hint).toMatch(/variable/);
  });
});

describe("one mistake is one problem", () => {
  test.each([
    "nope.a.b[0].c",
    "nope + 1",
    '"a${nope}b"',
    "upper(nope)",
    "[for x in nope: x.y]",
    "nope ? 1 : 2",
    "{ a = nope }.a.b",
    "[for x in [1, 2, 3]: x.y]",
    '"%{ for x in [1, 2, 3] }${x.y}%{ endfor }"',
    "[1, 2, 3][*].y",
    "[[1], [2]][*][*].y",
    "merge({ a = 1 }, nope).b",
    "{ (nope) = 1 }.x",
    "{ for x in [1, 2]: nope => x }",
    "true && nope",
    "max(nope...)",
    "{ a = 1, b = nope.x }.b.c",
  ])("%s", (text) => {
    expect(problems(text)).toHaveLength(1);
  });

  test("the branch not taken may be wrong", () => {
    expect(problems("true ? 1 : {}.x")).toEqual([]);
    expect(problems('false ? [][0] : "a"')).toEqual([]);
    expect(problems('"%{ if false }${[][0]}%{ endif }"')).toEqual([]);
  });

  test.each([
    "true ? 1 : nope.x",
    '"%{ if false }${nope}%{ endif }"',
    "try(nope.x, 1)",
    "can(nope)",
    "[for x in [1, 2, 3]: try(nope, x)]",
  ])("but it may not refer to nothing: %s", (text) => {
    expect(problems(text)).toEqual(["unknown-reference at nope: There is no nope"]);
  });

  test("broken syntax is not reported again", () => {
    expect(problems("[1, ").map((p) => p.split(" ")[0])).not.toContain("invalid-expression");
  });
});
