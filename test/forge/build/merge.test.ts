import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { merge } from "../../../server/src/forge/merge.ts";
import { runs } from "../../support/runs.ts";

const text = (...lines: string[]): string => `${lines.join("\n")}\n`;
const base = text("#!/bin/bash", "one", "two", "three", "four", "five", "six");

describe("merge", () => {
  test("an unedited file is replaced", () => {
    expect(merge(base, base, "new\n")).toEqual({ kind: "replace", text: "new\n" });
  });

  test("a deleted file is written anew", () => {
    expect(merge(base, undefined, base)).toEqual({ kind: "replace", text: base });
  });

  test("an edit stays when the compiler says nothing new", () => {
    expect(merge(base, `${base}mine\n`, base)).toEqual({ kind: "keep" });
  });

  test("what both wrote alike is no conflict", () => {
    expect(merge(base, "both\n", "both\n")).toEqual({ kind: "same" });
  });

  test("edits of different lines go together", () => {
    const yours = base.replace("one", "one, edited");
    const theirs = base.replace("six", "six, newer");
    expect(merge(base, yours, theirs)).toEqual({
      kind: "merged",
      text: base.replace("one", "one, edited").replace("six", "six, newer"),
    });
  });

  test("edits of the same line conflict, and can be decided either way, with all other changes", () => {
    const yours = base.replace("three", "mine").replace("one", "my one");
    const theirs = base.replace("three", "newer").replace("six", "new six");
    expect(merge(base, yours, theirs)).toEqual({
      kind: "conflict",
      mine: yours.replace("six", "new six"),
      theirs: theirs.replace("one", "my one"),
    });
  });

  test("a file of unknown origin conflicts", () => {
    expect(merge(undefined, "foreign\n", base).kind).toBe("conflict");
  });

  test("thousands of equal lines cost no time", () => {
    const many = "x\n".repeat(50_000);
    const started = performance.now();
    const merged = merge(
      `${many}one\ntwo\nthree\n${many}`,
      `${many}1\ntwo\nthree\n${many}`,
      `${many}one\ntwo\n3\n${many}`,
    );
    expect(merged).toEqual({ kind: "merged", text: `${many}1\ntwo\n3\n${many}` });
    expect(merge(`s\n${many}t\n`, `${many}${many}`, "x\n".repeat(60_000)).kind).toBe("conflict");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("whatever the three texts are", () => {
  const shared = fc.array(fc.constantFrom("a", "b", "c", "{", "}", ""), { maxLength: 14 });
  /** Deletes and inserts; the inserted lines tell who wrote them. */
  const edited = (lines: readonly string[], who: string, seed: readonly number[]): string[] =>
    lines.flatMap((line, i) => {
      switch ((seed[i] ?? 0) % 6) {
        case 0:
          return [`${who} ${i}`, line];
        case 1:
          return [];
        case 2:
          return [`${who} ${i}`];
        default:
          return [line];
      }
    });
  const seeds = fc.array(fc.nat(), { minLength: 14, maxLength: 14 });

  test("no line that a person wrote is lost", () => {
    fc.assert(
      fc.property(shared, seeds, seeds, (lines, mine, theirs) => {
        const yours = edited(lines, "mine", mine);
        const merged = merge(lines.join("\n"), yours.join("\n"), edited(lines, "new", theirs).join("\n"));
        const own = yours.filter((l) => l.startsWith("mine"));
        if (merged.kind === "replace") expect(own).toEqual([]);
        if (merged.kind === "merged") {
          expect(merged.text.split("\n").filter((l) => l.startsWith("mine"))).toEqual(own);
        }
      }),
      { numRuns: runs(3000) },
    );
  });

  test("all that the compiler changed is in a clean merge too", () => {
    fc.assert(
      fc.property(shared, seeds, seeds, (lines, mine, theirs) => {
        const new_ = edited(lines, "new", theirs);
        const merged = merge(lines.join("\n"), edited(lines, "mine", mine).join("\n"), new_.join("\n"));
        if (merged.kind !== "merged") return;
        const own = new_.filter((l) => l.startsWith("new"));
        expect(merged.text.split("\n").filter((l) => l.startsWith("new"))).toEqual(own);
      }),
      { numRuns: runs(3000) },
    );
  });
});
