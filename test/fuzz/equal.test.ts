import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isDeepEqual } from "./equal.ts";

test("says what Node says", () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(null, undefined, 0, -0, Number.NaN, "", "a", true),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { noNullPrototype: true }),
      fc.array(fc.tuple(fc.constantFrom("a", 1), tie("value")), { maxLength: 2 }).map((all) => new Map(all)),
    ),
  }));
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isDeepEqual(a, structuredClone(a))).toBe(true);
      expect(isDeepEqual(a, b)).toBe(isDeepStrictEqual(a, b));
    }),
  );
});

test("of values deeper than any call stack", () => {
  const deep = (end: number): unknown => {
    let value: unknown = end;
    for (let i = 0; i < 100_000; i++) value = { in: [value] };
    return value;
  };
  expect(isDeepEqual(deep(1), deep(1))).toBe(true);
  expect(isDeepEqual(deep(1), deep(2))).toBe(false);
});
