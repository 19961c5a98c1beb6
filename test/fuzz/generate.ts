import type { Edit } from "../../server/src/syntax/editing.ts";
import type { Corpus } from "./corpus.ts";
import { maxLength, mutate } from "./mutate.ts";
import { Random } from "./random.ts";

/** What is tried: a file, which is then edited, or an expression in a stack. */
export type Input =
  | { readonly kind: "file"; readonly text: string; readonly edits: readonly Edit[] }
  | { readonly kind: "expression"; readonly text: string };

/** The input that a seed and an index name. */
export function generate(corpus: Corpus, seed: number, index: number): Input {
  const random = new Random(seed, index);
  if (random.oneIn(3)) return { kind: "expression", text: mutated(corpus, corpus.expressions, random) };
  const text = mutated(corpus, corpus.files, random);
  return { kind: "file", text, edits: editsOf(text, corpus, random) };
}

function mutated(corpus: Corpus, seeds: readonly string[], random: Random): string {
  let text = random.oneIn(20) ? "" : random.pick(seeds);
  // In a file an expression is the value of an attribute.
  const others = random.oneIn(2) ? seeds : corpus.expressions;
  if (seeds === corpus.files && random.oneIn(6))
    text = `locals {\n  a = ${random.pick(corpus.expressions)}\n}\n`;
  for (let left = random.small(10); left >= 0; left--)
    text = mutate(text, corpus, others, random).slice(0, maxLength);
  return text;
}

/** Edits as an editor sends them, each of the text that the one before has left. */
function editsOf(text: string, corpus: Corpus, random: Random): Edit[] {
  let { length } = text;
  return Array.from({ length: random.small(5) }, () => {
    const start = random.below(length + 1);
    const end = Math.min(length, start + (random.oneIn(2) ? 0 : random.small(60)));
    const put = random.oneIn(3)
      ? ""
      : random.oneIn(8)
        ? random.pick(corpus.files).slice(0, 300)
        : random.pick(corpus.words);
    length += put.length - (end - start);
    return { start, end, text: put };
  });
}
