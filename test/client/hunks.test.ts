import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accepted,
  comparedAnew,
  type Hunk,
  hunkAt,
  hunksOf,
  type LineEdit,
  rejected,
  rejection,
} from "../../client/src/artifacts/hunks.ts";
import { runs } from "../support/runs.ts";

const text = (...lines: string[]): string => `${lines.join("\n")}\n`;
const yours = text("one", "two", "three", "four", "five");
const theirs = text("one", "2", "three", "five", "six");

function apply(to: string, { start, end, text: by }: LineEdit): string {
  const lines = to.split("\n");
  const offset = ({ line, character }: LineEdit["start"]) =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
  return to.slice(0, offset(start)) + by + to.slice(offset(end));
}

/** The proposed text after a person rejected the differences of those numbers, in some order. */
function rejecting(left: string, right: string, which: readonly number[]): string {
  let hunks = hunksOf(left, right);
  const places = hunks.map(({ left: { start } }) => start);
  let now = right;
  for (const number of which) {
    const hunk = hunks.find(({ left: { start } }) => start === places[number]);
    if (!hunk) throw new Error(`${number} is gone`);
    now = apply(now, rejection(left, now, hunk));
    hunks = rejected(hunks, hunk);
  }
  return now;
}

describe("hunks", () => {
  test("are the runs of lines that differ", () => {
    expect(hunksOf(yours, theirs).map(({ left, right }) => [left, right])).toEqual([
      [
        { start: 1, count: 1 },
        { start: 1, count: 1 },
      ],
      [
        { start: 3, count: 1 },
        { start: 3, count: 0 },
      ],
      [
        { start: 5, count: 0 },
        { start: 4, count: 1 },
      ],
    ]);
    expect(hunksOf(yours, yours)).toEqual([]);
    expect(hunksOf("", theirs)).toHaveLength(1);
  });

  test("are found by a line, those that only take lines away too", () => {
    const hunks = hunksOf(yours, theirs);
    const places = new Map(hunks.map((hunk, index) => [hunk, index]));
    const found = [0, 1, 2, 3, 4].map((line) => hunkAt(hunks, line));
    expect(found.map((hunk) => hunk && places.get(hunk))).toEqual([undefined, 0, undefined, 1, 2]);
  });

  test("stay accepted while something else is edited", () => {
    const [first, second] = hunksOf(yours, theirs);
    if (!first || !second) throw new Error("no hunks");
    const marked = accepted(hunksOf(yours, theirs), first, false);
    expect(marked.some(({ isAccepted }) => isAccepted)).toBe(false);
    const hunks = hunksOf(yours, theirs);
    const both = hunks
      .slice(0, 2)
      .reduce<readonly Hunk[]>((all, _, i) => accepted(all, all[i] ?? first), hunks);
    const edited = text("zero", "one", "2!", "three", "five", "six");
    expect(comparedAnew(both, yours, edited).map(({ isAccepted }) => isAccepted)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  test.each([
    ["the first", [0], text("one", "two", "three", "five", "six")],
    ["a removal", [1], text("one", "2", "three", "four", "five", "six")],
    ["the last", [2], text("one", "2", "three", "five")],
    ["two", [0, 2], text("one", "two", "three", "five")],
  ])("%s rejected, the others stay", (_, which, expected) => {
    expect(rejecting(yours, theirs, which)).toBe(expected);
    expect(rejecting(yours, theirs, which.toReversed())).toBe(expected);
  });

  test("of thousands of equal lines cost no time", () => {
    const many = "x\n".repeat(20_000);
    const started = performance.now();
    expect(hunksOf(`a\n${many}b\n`, `c\n${many}${many}d\n`)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("whatever the two texts are", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((all) => all.join("\n"));

  test("all rejected is yours, all accepted is theirs, and any choice is one of both at each place", () => {
    fc.assert(
      fc.property(lines, lines, fc.array(fc.nat({ max: 12 }), { maxLength: 12 }), (left, right, wish) => {
        const hunks = hunksOf(left, right);
        expect(rejecting(left, right, [...hunks.keys()])).toBe(left);
        expect(rejecting(left, right, [])).toBe(right);
        const which = [...new Set(wish)].filter((number) => number < hunks.length);
        const expected: string[] = [];
        const [a, b] = [left.split("\n"), right.split("\n")];
        let at = 0;
        for (const [number, hunk] of hunks.entries()) {
          expected.push(...a.slice(at, hunk.left.start));
          const { of, start, count } = which.includes(number)
            ? { of: a, ...hunk.left }
            : { of: b, ...hunk.right };
          expected.push(...of.slice(start, start + count));
          at = hunk.left.start + hunk.left.count;
        }
        expected.push(...a.slice(at));
        expect(rejecting(left, right, which)).toBe(expected.join("\n"));
      }),
      { numRuns: runs(2000) },
    );
  });
});
