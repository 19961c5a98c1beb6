import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { Language, Query } from "web-tree-sitter";
import { parseText } from "../../server/src/syntax/document.ts";
import { cursorFlatten } from "../../server/src/syntax/flat.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { equal } from "../../server/src/syntax/wasm-flatten.ts";
import { runs } from "../support/runs.ts";
import { change, pieces, place, validFile } from "./arbitrary.ts";
import { testGrammar } from "./grammar.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

test("what is committed was generated from these inputs", () => {
  for (const line of readFileSync("grammar/src/inputs.sha256", "utf8").trim().split("\n")) {
    const [hash, file = ""] = line.split("  ");
    if (hash === "compiler") continue;
    expect(
      createHash("sha256")
        .update(readFileSync(`grammar/${file}`))
        .digest("hex"),
      file,
    ).toBe(hash);
  }
});

test("the queries fit the grammar", async () => {
  const language = await Language.load(readFileSync("grammar/tree-sitter-clockwork.wasm"));
  for (const file of readdirSync("grammar/queries")) {
    const query = new Query(language, readFileSync(`grammar/queries/${file}`, "utf8"));
    expect(query.patternCount(), file).toBeGreaterThan(0);
    query.delete();
  }
});

test("reading a tree in one call gives what the public cursor gives", () => {
  const bySteps = cursorFlatten(grammar.numbering);
  expect(grammar.flatten.toString()).not.toBe(bySteps.toString());
  const changed = fc.tuple(validFile, change).map(([text, c]) => {
    const { start, end, text: inserted } = place(text, c);
    return text.slice(0, start) + inserted + text.slice(end);
  });
  fc.assert(
    fc.property(fc.oneof(validFile, changed, pieces), (text) => {
      const tree = parseText(grammar, text);
      const same = equal(grammar.flatten(tree), bySteps(tree));
      tree.delete();
      expect(same).toBe(true);
    }),
    { seed: 20261123, numRuns: runs(400) },
  );
});
