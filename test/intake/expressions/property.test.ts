import fc from "fast-check";
import { expect, test } from "vitest";
import { convert } from "../../../server/src/intake/convert.ts";
import { parseRegex } from "../../../server/src/intake/functions/regex-parse.ts";
import { compileRegex, findMatch } from "../../../server/src/intake/functions/regex-run.ts";
import { functions } from "../../../server/src/intake/functions/table.ts";
import { arithmetic, formatNumber, parseNumber } from "../../../server/src/intake/number.ts";
import { renderValue } from "../../../server/src/intake/render.ts";
import { stringType } from "../../../server/src/intake/type.ts";
import type { Value } from "../../../server/src/intake/value.ts";
import { typeOf } from "../../../server/src/intake/values.ts";
import { runs } from "../../support/runs.ts";
import { evaluateText, grammar, type Names } from "./support.ts";

const loaded = await grammar();

const names: Names = {
  "var.s": { kind: "string", value: "x" },
  "var.u": { kind: "unknown", type: stringType, parts: [{ address: "a.b", output: "c" }] },
  "var.d": { kind: "unknown", type: { kind: "dynamic" } },
  "var.l": { kind: "unknown", type: { kind: "list", element: stringType } },
  "var.p": { kind: "string", value: "secret-marker", sensitive: true },
};

const called = [...functions].flatMap(([name, entry]) => ("refused" in entry ? [] : [name]));

/** Text of an expression, mostly a valid one, of anything in anything. */
const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "null",
      "true",
      "1",
      "0",
      "-1.5",
      '"a"',
      '""',
      '"2"',
      "[]",
      "{}",
      "x",
      "var.s",
      "var.u",
      "var.d",
      "var.l",
      "var.p",
      '"[a-z"',
      '"10.0.0.0/8"',
      '"2020-01-01T00:00:00Z"',
      '"%d %s"',
    ),
    tie("part").map((p) => `(${p})`),
    fc.array(tie("expression"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", '"c d"', "(var.u)", "(1)"), tie("expression")), {
        maxLength: 3,
      })
      .map((items) => `{${items.map(([k, v]) => `${k} = ${v}`).join(", ")}}`),
    fc
      .tuple(
        fc.constantFrom(...called),
        fc.array(tie("expression"), { maxLength: 3 }),
        fc.constantFrom("", "..."),
      )
      .map(([f, args, dots]) => `${f}(${args.join(", ")}${args.length > 0 ? dots : ""})`),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"),
        tie("expression"),
      )
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(".a", "[0]", '["a"]', "[*]", "[*].a", ".*.a", ".0", "[var.u]"),
      )
      .map(([a, step]) => `(${a})${step}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([c, r, i]) => `[for k, x in ${c}: ${r} if ${i}]`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"), fc.constantFrom("", "..."))
      .map(([c, k, v, dots]) => `{for k, x in ${c}: ${k} => ${v}${dots}}`),
    fc
      .tuple(tie("expression"), tie("expression"))
      .map(([a, b]) => `"p\${${a}}q%{ for x in ${b} }\${x}%{ endfor }"`),
    fc
      .tuple(tie("expression"), tie("expression"))
      .map(([a, b]) => `"%{ if ${a} }\${${b}}%{ else }n%{ endif }"`),
  ),
  part: tie("expression"),
}));

/** What every value must hold to. */
function invariant(value: Value): void {
  if (value.kind === "list" || value.kind === "set") {
    for (const item of value.items) expect(typeOf(item)).toEqual(value.element);
  }
  if (value.kind === "map")
    for (const field of value.fields.values()) expect(typeOf(field)).toEqual(value.element);
  if ("fields" in value) expect([...value.fields.keys()]).toEqual([...value.fields.keys()].toSorted());
  if ("items" in value) value.items.forEach(invariant);
  if ("fields" in value) for (const field of value.fields.values()) invariant(field);
}

test("evaluation of anything ends, throws nothing and shows no sensitive value", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const { value, diagnostics } = evaluateText(loaded, text, names);
      invariant(value);
      // nonsensitive() is there to show what it is given.
      if (!text.includes("nonsensitive")) {
        expect(JSON.stringify(diagnostics.map((d) => [d.message, d.hint]))).not.toContain("secret-marker");
        expect(renderValue(value)).not.toContain("secret-marker");
      }
      for (const { span } of diagnostics) {
        expect(span && span.start >= 0 && span.start <= span.end && span.end <= text.length + 9).toBe(true);
      }
    }),
    { numRuns: runs(4000) },
  );
});

test("the same text gives the same value and problems", () => {
  fc.assert(
    fc.property(expression, (text) => {
      expect(evaluateText(loaded, text, names)).toEqual(evaluateText(loaded, text, names));
    }),
    { numRuns: runs(300) },
  );
});

test("a value converted to its own type is itself", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const { value } = evaluateText(loaded, text, names);
      const again = convert(value, typeOf(value));
      expect(again.kind === "problem" ? again : renderValue(again)).toEqual(renderValue(value));
    }),
    { numRuns: runs(1000) },
  );
});

test("numbers are written so that they read as themselves", () => {
  // Not so small that doubles lose digits themselves.
  const decimal = fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 })
    .filter((n) => n === 0 || Math.abs(n) > 1e-100);
  fc.assert(
    fc.property(
      decimal,
      decimal,
      fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const),
      (a, b, operator) => {
        const x = parseNumber(String(a));
        const y = parseNumber(String(b));
        if (!x || !y || (operator === "/" && y.isZero())) return;
        const result = arithmetic(operator, x, y);
        const again = result && parseNumber(formatNumber(result));
        expect(again?.toFixed()).toBe(result?.toFixed());
        // Doubles are a coarse check of what 512 bits give.
        const coarse = operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : a / b;
        const size = Math.max(Math.abs(a), Math.abs(b), Math.abs(coarse), Number.MIN_VALUE);
        if (result && size > 1e-290) expect(Math.abs(result.toNumber() - coarse) / size).toBeLessThan(1e-14);
      },
    ),
    { numRuns: runs(2000) },
  );
});

test("patterns match what the engine of JS matches", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    ".",
    "[ab]",
    "[^a]",
    "\\w",
    "\\b",
    "^",
    "$",
    "(a|b)",
    "(?:ab)",
    "(b)",
  );
  const piece = fc
    .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}"))
    .map(([a, q]) => (/^[\^$]$|\\b/.test(a) ? a : a + q));
  const pattern = fc
    .array(
      fc.array(piece, { minLength: 1, maxLength: 4 }).map((p) => p.join("")),
      { minLength: 1, maxLength: 2 },
    )
    .map((p) => p.join("|"));
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[ab c]{0,8}$/), (source, text) => {
      const parsed = parseRegex(source);
      if (typeof parsed === "string") throw new Error(`${source}: ${parsed}`);
      const program = compileRegex(parsed.root);
      if (!program) throw new Error(source);
      const match = findMatch(
        program,
        Array.from(text, (c) => c.codePointAt(0) ?? 0),
        0,
        { left: 1e6 },
      );
      const reference = new RegExp(source, "u").exec(text);
      expect(match && text.slice(match[0], match[1])).toBe(reference?.[0]);
      expect(match?.[0]).toBe(reference?.index);
    }),
    { numRuns: runs(3000) },
  );
});
