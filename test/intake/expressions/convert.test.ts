import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import { convert, describeProblem } from "../../../server/src/intake/convert.ts";
import { renderValue } from "../../../server/src/intake/render.ts";
import type { Type } from "../../../server/src/intake/type.ts";
import { describeType, stringType } from "../../../server/src/intake/type.ts";
import { typeFromExpression } from "../../../server/src/intake/type-expression.ts";
import { typeOf } from "../../../server/src/intake/values.ts";
import { evaluateText, grammar, origin, parseExpression } from "./support.ts";

const loaded = await grammar();

function readType(text: string): { type: Type; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const { expression } = parseExpression(loaded, text);
  return { type: typeFromExpression(expression, origin, (d) => diagnostics.push(d)), diagnostics };
}

function converted(value: string, type: string): string {
  const result = convert(evaluateText(loaded, value).value, readType(type).type);
  if (result.kind === "problem") return describeProblem(result, "x");
  return `${describeType(typeOf(result))} ${renderValue(result).replace(/\s+/g, " ")}`;
}

describe("conversions", () => {
  test.each([
    ["1", "string", 'string "1"'],
    ["true", "string", 'string "true"'],
    ['"1.50"', "number", "number 1.5"],
    ['"1"', "bool", "bool true"],
    ["null", "string", "string tostring(null)"],
    ['[1, "a"]', "list(string)", 'list(string) tolist([ "1", "a", ])'],
    ["[]", "list(number)", "list(number) tolist([])"],
    ['[3, 1, "1"]', "set(number)", "set(number) toset([ 1, 3, ])"],
    ["{ b = 1, a = true }", "map(string)", 'map(string) tomap({ "a" = "true" "b" = "1" })'],
    ["[1, true]", "list(any)", "x: all items must have one type"],
    ['[1, "a"]', "list(any)", 'list(string) tolist([ "1", "a", ])'],
    ["[[1], []]", "list(list(any))", "list(list(number)) tolist([ tolist([ 1, ]), tolist([]), ])"],
    [
      '{ a = [1], b = ["x"] }',
      "map(list(any))",
      'map(list(string)) tomap({ "a" = tolist([ "1", ]) "b" = tolist([ "x", ]) })',
    ],
    ["[1, 2]", "tuple([string, number])", 'tuple([string, number]) [ "1", 2, ]'],
    ["{ a = 1, extra = 2 }", "object({ a = string })", 'object({ a = string }) { "a" = "1" }'],
    ["tomap({ a = 1 })", "object({ a = string })", 'object({ a = string }) { "a" = "1" }'],
    ["{}", "object({ a = optional(string) })", 'object({ a = string }) { "a" = tostring(null) }'],
    ["{}", "object({ a = optional(number, 3) })", 'object({ a = number }) { "a" = 3 }'],
    ["{ a = null }", 'object({ a = optional(number, "3") })', 'object({ a = number }) { "a" = 3 }'],
    [
      "{}",
      'object({ a = optional(object({ b = optional(string, "x") }), {}) })',
      'object({ a = object({ b = string }) }) { "a" = { "b" = "x" } }',
    ],
    [
      "[{ n = 1 }, { n = 2, p = 8 }]",
      "list(object({ n = number, p = optional(number, 80) }))",
      'list(object({ n = number, p = number })) tolist([ { "n" = 1 "p" = 80 }, { "n" = 2 "p" = 8 }, ])',
    ],
    ['toset(["b", "a"])', "list(string)", 'list(string) tolist([ "a", "b", ])'],
    ["{ a = 1 }", "any", 'object({ a = number }) { "a" = 1 }'],
  ])("%s to %s", (value, type, expected) => {
    expect(converted(value, type)).toBe(expected);
  });
});

describe("problems name the path inside the value", () => {
  test.each([
    [
      '[{ external = "abc" }]',
      "list(object({ external = number }))",
      'x[0].external: a number is required, "abc" is none',
    ],
    [
      '{ a = { "b c" = [1, []] } }',
      "map(map(list(string)))",
      'x.a["b c"][1]: a string is required, a tuple is none',
    ],
    ["{ a = 1 }", "object({ a = number, b = string, c = bool })", 'x: attributes "b", "c" are required'],
    ["[{}]", "list(object({ a = number }))", 'x[0]: attribute "a" is required'],
    ["[1]", "tuple([number, number])", "x: a tuple of 2 items is required, this one has 1"],
    ["1", "list(string)", "x: a list(string) is required, 1 is none"],
    ['"True"', "bool", "x: a bool is required, write true in lower case"],
    ["[1]", "map(string)", "x: a map(string) is required, a tuple is none"],
    ["[null, tolist(null)]", "list(string)", "x[1]: a string is required, a list(any) is none"],
    ['sensitive(["s3cret"])', "list(number)", "x: a list(number) is required, the sensitive value is none"],
  ])("%s as %s", (value, type, message) => {
    expect(converted(value, type)).toBe(message);
  });
});

test("a run-time value keeps its parts as a string and loses them as a number", () => {
  const parts = [{ address: "service.web", output: "port" }];
  const port = { kind: "unknown", type: { kind: "number" }, parts } as const;
  expect(convert(port, stringType)).toEqual({ kind: "unknown", type: stringType, parts });
  expect(convert({ kind: "unknown", type: stringType, parts }, { kind: "number" })).toEqual({
    kind: "unknown",
    type: { kind: "number" },
  });
});

describe("types", () => {
  test.each([
    ["string", "string"],
    ["any", "any"],
    ["list(string)", "list(string)"],
    ["set(number)", "set(number)"],
    ["map(map(bool))", "map(map(bool))"],
    ["tuple([string, list(any)])", "tuple([string, list(any)])"],
    ["tuple([])", "tuple([])"],
    ["object({})", "object({})"],
    [
      'object({ b = string, a = optional(number), "c" = optional(list(string), []) })',
      "object({ a = optional(number), b = string, c = optional(list(string)) })",
    ],
    ["(string)", "string"],
  ])("%s", (text, expected) => {
    const { type, diagnostics } = readType(text);
    expect(diagnostics).toEqual([]);
    expect(describeType(type)).toBe(expected);
  });

  test.each([
    ["strin", 'There is no type "strin"', 'Did you mean "string"?'],
    ["set(list)", "The type list needs the type of its elements", "Write list(any), or list(string)."],
    ["set", "The type set needs the type of its elements", "Write set(any), or set(string)."],
    ["object", "The type object needs its attributes", "Write object({ name = string })."],
    ["lst(string)", 'There is no type "lst"', 'Did you mean "list"?'],
    ["string(1)", "The type string takes no arguments", "Write string."],
    [
      "list(string, number)",
      "The type list takes one argument",
      "Write list(string), object({ a = number }) or tuple([string]).",
    ],
    ["optional(string)", "Only an attribute of an object type can be optional", undefined],
    [
      "object([string])",
      "The type object takes its attributes in braces",
      "Write object({ name = string }).",
    ],
    ["tuple(string)", "The type tuple takes a list of types", "Write tuple([string, number])."],
    ["1", "This is no type", "Types are string, number, bool, any, list, set, map, object, tuple."],
    ['"strin"', "A type is written without quotes", 'Did you mean "string"?'],
    ['"list(string)"', "A type is written without quotes", undefined],
    ["object({ a = string, a = number })", 'The attribute "a" stands twice in the type', undefined],
    ["object({ (a) = string })", "The name of an attribute is written as it is", undefined],
    [
      "object({ a = optional() })",
      "optional takes a type and, if you like, a default",
      "Write optional(number, 3).",
    ],
  ])("%s is none", (text, message, hint) => {
    const { type, diagnostics } = readType(text);
    expect(type.kind === "dynamic" || diagnostics.length > 0).toBe(true);
    expect(diagnostics.map((d) => [d.code, d.message, d.hint])).toEqual([["invalid-type", message, hint]]);
  });

  test.each([
    ['"string"', "string", "string"],
    ['"number"', "number", "number"],
    ["list", "list(any)", "list(any)"],
    ['"list"', "list(any)", "list(any)"],
    ['"map"', "map(any)", "map(any)"],
    ["map", "map(any)", "map(any)"],
  ])("%s is accepted, with a fix", (text, expected, fixed) => {
    const { type, diagnostics } = readType(text);
    expect(describeType(type)).toBe(expected);
    expect(diagnostics.map((d) => d.code)).toEqual(["deprecated-form"]);
    expect(diagnostics[0]?.fix?.edits.map((e) => e.text)).toEqual([fixed]);
  });

  test("a default must be a constant of the type", () => {
    expect(
      readType("object({ a = optional(number, var.x) })").diagnostics.map((d) => [d.code, d.message]),
    ).toEqual([["unknown-reference", 'A default in a type is a constant: it cannot refer to "var.x"']]);
    expect(
      readType('object({ a = optional(number, "x") })').diagnostics.map((d) => [d.code, d.message]),
    ).toEqual([["wrong-type", 'Default of an optional attribute: a number is required, "x" is none']]);
  });
});
