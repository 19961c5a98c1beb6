import { expect, test } from "vitest";
import type { Diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import { evaluate } from "../../../server/src/intake/evaluate.ts";
import { createBudget, type Scope } from "../../../server/src/intake/scope.ts";
import type { Expression } from "../../../server/src/syntax/ast.ts";
import { evaluateText, grammar, parseExpression, scopeOf } from "./support.ts";

const loaded = await grammar();

const messages = (text: string): string[] => evaluateText(loaded, text).diagnostics.map((d) => d.message);
const loops = (n: number, inner: string, open: string, close: string): string =>
  `${open.repeat(n)}${inner}${close.repeat(n)}`;

test.each([
  ["a range of 10^12", "range(1e12)", /1024 numbers/],
  ["loops in loops", loops(4, "1", "[for x in range(1000): ", "]"), /takes too long|parts/],
  [
    "loops whose problems are forgotten",
    `try("${loops(5, "", "%{for x in range(1000)}", "%{endfor}")}", 1)`,
    /takes too long|parts/,
  ],
  [
    "template loops that write nothing",
    `"${loops(5, "", "%{for x in range(1000)}", "%{endfor}")}"`,
    /takes too long/,
  ],
  [
    "template loops that write much",
    `"${loops(4, "abcdefghij", "%{for x in range(1000)}", "%{endfor}")}"`,
    /8 million|takes too long/,
  ],
  ["a product of sets", `setproduct(${Array(5).fill("range(100)").join(", ")})`, /500000 values/],
  ["a wide field", 'format("%2000000d", 1)', /width is too large/],
  ["many wide fields", `format("${"%900000d".repeat(20)}", ${Array(20).fill("1").join(", ")})`, /8 million/],
  ["a long replacement", `replace(format("%1000000s", ""), " ", format("%1000000s", ""))`, /8 million/],
  ["an evil pattern", `regex("^(a|a)*$", "${"a".repeat(200)}!")`, /matches no part/],
  ["a large pattern", 'regex("((a{500}){500}){500}", "a")', /too large/],
  [
    "a heavy pattern in a loop",
    `[for i in range(1000): can(regex("(a?){900}(b?){900}c", "${"ab".repeat(400)}"))]`,
    /takes too long/,
  ],
  [
    "large values compared in a loop",
    "[for a in range(1000): setproduct(range(300), range(300)) == setproduct(range(300), range(300))]",
    /takes too long/,
  ],
  [
    "a function of large values in a loop",
    "[for a in range(1000): length(setunion(setproduct(range(300), range(300))))]",
    /takes too long/,
  ],
  ["deep YAML", `yamldecode("${"[".repeat(4000)}")`, /nested more than 500 levels/],
])("%s ends with a problem", (_, text, message) => {
  const started = performance.now();
  const found = messages(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
  expect(performance.now() - started).toBeLessThan(20_000);
});

/** `local.x20 = [local.x19, local.x19]` and so on: each twice as large as the one before. */
function doubling(step: string, levels: number): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { expression } = parseExpression(loaded, step);
  const { expression: first } = parseExpression(loaded, '"aaaaaaaaaaaaaaaa"');
  let value = evaluate(first, scopeOf({}, diagnostics));
  for (let i = 0; i < levels; i++) value = evaluate(expression, scopeOf({ "local.x": value }, diagnostics));
  return diagnostics;
}

test.each([
  '"${local.x}${local.x}"',
  "[local.x, local.x]",
  "{ a = local.x, b = local.x }",
  "concat([local.x], [local.x])",
])("%s cannot go on doubling", (step) => {
  const diagnostics = doubling(step, 30);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.message).toMatch(/8 million|parts/);
});

test("a list of a hundred thousand values is no list of arguments", () => {
  const pairs = "setproduct(range(400), range(400))";
  expect(evaluateText(loaded, `length(concat(${pairs}, []))`)).toMatchObject({ diagnostics: [] });
});

test("values cannot be nested without end", () => {
  const diagnostics = doubling("[local.x]", 2000);
  expect(diagnostics[0]?.message).toMatch(/nested more than 500 levels/);
});

test("jsondecode does not follow any depth", () => {
  expect(messages(`jsondecode("${"[".repeat(10_000)}")`)).toEqual([
    "jsondecode: the JSON is nested more than 500 levels deep",
  ]);
});

const at = { start: 0, end: 1 };
const one: Expression = { type: "number", text: "1", ...at };
const wraps: Readonly<Record<string, (inner: Expression) => Expression>> = {
  parentheses: (inner) => ({ type: "parentheses", inner, ...at }),
  tuple: (inner) => ({ type: "tuple", items: [inner], ...at }),
  call: (inner) => ({ type: "call", name: { name: "try", ...at }, args: [inner], expand: false, ...at }),
  index: (inner) => ({ type: "index", collection: inner, key: one, ...at }),
  "get-attribute": (object) => ({ type: "get-attribute", object, name: { name: "a", ...at }, ...at }),
  splat: (source) => ({
    type: "splat",
    source,
    full: true,
    each: { type: "variable", name: "", ...at },
    ...at,
  }),
  unary: (operand) => ({ type: "unary", operator: "-", operand, ...at }),
  right: (right) => ({ type: "binary", operator: "+", left: one, right, ...at }),
  left: (left) => ({ type: "binary", operator: "+", left, right: one, ...at }),
  conditional: (then) => ({ type: "conditional", condition: one, then, otherwise: one, ...at }),
  template: (expression) => ({
    type: "template",
    heredoc: false,
    parts: [
      {
        type: "for",
        value: { name: "x", ...at },
        collection: { type: "tuple", items: [one], ...at },
        body: [{ type: "interpolation", expression, ...at }],
        ...at,
      },
      { type: "literal", value: "x", ...at },
    ],
    ...at,
  }),
};

test.each(Object.keys(wraps))("20000 times %s does not overflow the stack", (name) => {
  let expression: Expression = one;
  const wrap = wraps[name];
  if (!wrap) throw new Error(name);
  for (let i = 0; i < 20_000; i++) expression = wrap(expression);
  const diagnostics: Diagnostic[] = [];
  evaluate(expression, scopeOf({}, diagnostics));
  if (name === "left") expect(diagnostics).toEqual([]);
  else expect(diagnostics.length).toBeGreaterThan(0);
});

test("evaluations inside each other share depth and steps", () => {
  const { expression } = parseExpression(loaded, "1 + local.x");
  const diagnostics: Diagnostic[] = [];
  let calls = 0;
  const scope: Scope = {
    ...scopeOf({}, diagnostics),
    budget: createBudget(),
    resolve: () => {
      calls++;
      return { value: evaluate(expression, scope), consumed: 2 };
    },
  };
  evaluate(expression, scope);
  expect(diagnostics.map((d) => d.message)).toEqual(["Expressions are nested more than 500 levels deep"]);
  expect(calls).toBeLessThanOrEqual(250);
  expect(scope.budget.depth).toBe(0);
});
