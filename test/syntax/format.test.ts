import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parse } from "../../server/src/syntax/document.ts";
import { format } from "../../server/src/syntax/format.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { runs } from "../support/runs.ts";
import { validFile } from "./arbitrary.ts";
import { shape, testGrammar } from "./grammar.ts";

/* That the layout is `terraform fmt`'s is asked in test/conformance/fmt.test.ts. */

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

test("a long row of comments costs nothing", () => {
  const text = `a {\n  ${"#".repeat(200)}\n  ${"/* b */ ".repeat(100)}\n}\n`;
  expect(format(text)).toBe(text.replaceAll(" \n", "\n"));
});

test("a number and what follows it do not become another number", () => {
  expect(format("a = (1.5   .5)\nb = x.0 .1\nc = x.0 .d\n")).toBe("a = (1.5 .5)\nb = x.0 .1\nc = x.0.d\n");
});

test("formatting twice changes nothing more", () => {
  fc.assert(
    fc.property(validFile, (text) => {
      const once = format(text);
      expect(format(once)).toBe(once);
    }),
    { seed: 20261123, numRuns: runs(300) },
  );
});

test("a formatted file is valid and has the same comments and items", () => {
  const names = (text: string): unknown =>
    parse(grammar, "a.cw", text).chunks.flatMap((c) =>
      c.items.map((i) =>
        i.type === "attribute" ? i.name.name : shape([i.keyword, i.labels.map((l) => l.value)]),
      ),
    );
  const comments = (text: string): number => text.split("# c").length;
  fc.assert(
    fc.property(validFile, (text) => {
      const after = format(text);
      expect(parse(grammar, "a.cw", after).chunks.flatMap((c) => c.diagnostics)).toEqual([]);
      expect(names(after)).toEqual(names(text));
      expect(comments(after)).toBe(comments(text));
    }),
    { seed: 20261124, numRuns: runs(300) },
  );
});
