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

/** The other thread, as its work comes over to this one; `when` says when it does it. */
async function* other(work: Work, when: Promise<void>): AsyncGenerator<FlatPart, void> {
  await when;
  const done: FlatPart[] = [];
  flattenParts(grammar, work, (part) => done.push(structuredClone(part)));
  yield* done;
}

test("two threads find what one does, however they divide the work", async () => {
  const files = manyFiles();
  const alone = files.map(({ file, text }) => absoluteFile(parse(grammar, file, text)));
  const shares: number[] = [];
  /** Which part of the work is the other thread's. */
  const peer = (share: number) => (work: Work) => {
    const count = Math.floor(work.parts.length * share);
    shares.push(count);
    const theirs = other({ ...work, parts: work.parts.slice(0, count), next: counter() }, Promise.resolve());
    work.next[0] = count;
    return theirs;
  };
  for (const share of [0, 0.5, 1]) {
    const together = await parseAll({ ...grammar, peer: peer(share) }, files);
    expect(together.map(absoluteFile), `${share}`).toEqual(alone);
  }
  const [none, some, all = 0] = shares;
  expect(none).toBe(0);
  expect(some).toBeGreaterThan(1);
  expect(all).toBeGreaterThan(files.length);
});

test("a thread that ends before its work is no end of the file", async () => {
  const peer = (work: Work) => {
    work.next[0] = 1;
    return other({ ...work, parts: [] }, Promise.resolve());
  };
  await expect(parseAll({ ...grammar, peer }, manyFiles())).rejects.toThrow("ended before its work");
});

const counter = () => new Int32Array(new SharedArrayBuffer(4));
