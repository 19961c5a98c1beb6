import { beforeAll, expect, test } from "vitest";
import { parse } from "../../server/src/syntax/document.ts";
import {
  type FlatPart,
  flattenParts,
  parseAll,
  type SourceText,
  type Work,
} from "../../server/src/syntax/parallel.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { absoluteFile, testGrammar } from "./grammar.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

/** Several parts' worth of blocks in each of several files, every seventh of them broken. */
function manyFiles(): SourceText[] {
  const block = (i: number) =>
    i % 7 === 3
      ? `resource "file" "b${i}" {\n  path = "é\n  content = [1, 2\n}\n`
      : `# Block ${i}\nresource "file" "b${i}" {\n  path    = "out/${i}.txt"\n  content = <<-EOT\n    \${upper("ü${i}")}\n  EOT\n}\n`;
  // The first is small enough to be one part.
  return [20, 2500, 2000].map((length, n) => ({
    file: `f${n}.cw`,
    text: Array.from({ length }, (_, i) => block(i + n * 10_000)).join("\n"),
  }));
}

/** The other thread's part of the work, done whenever a test says so, as it comes over to this one. */
const others = (work: Work): readonly FlatPart[] => structuredClone(flattenParts(grammar, work));

test("two threads find what one does, however they divide the work", async () => {
  const files = manyFiles();
  const alone = files.map(({ file, text }) => absoluteFile(parse(grammar, file, text)));
  let parts = 0;
  const peers = {
    "the other does everything": async (work: Work) => {
      parts = work.parts.length;
      return others(work);
    },
    "this one does everything": (work: Work) => Promise.resolve().then(() => others(work)),
    "both do some": async (work: Work) => {
      const half = Math.floor(work.parts.length / 2);
      return others({ ...work, parts: work.parts.slice(0, half) }).filter((p) => {
        work.next[0] = half;
        return p.part < half;
      });
    },
  };
  for (const [division, peer] of Object.entries(peers)) {
    const together = await parseAll({ ...grammar, peer }, files);
    expect(together.map(absoluteFile), division).toEqual(alone);
  }
  expect(parts).toBeGreaterThan(files.length);
});
