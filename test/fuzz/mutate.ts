import { type Corpus, nests } from "./corpus.ts";
import type { Random } from "./random.ts";

/** Characters of the largest input; those are at most 10 KB but for letters of several bytes. */
export const maxLength = 10_000;

/** One change of a text, most of them small. */
export function mutate(text: string, corpus: Corpus, others: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.small(random.oneIn(3) ? text.length : 12));
  const part = text.slice(at, to);
  const put = (inserted: string, end = at): string => text.slice(0, at) + inserted + text.slice(end);
  switch (random.below(13)) {
    case 0:
      return put("", to);
    case 1:
      return put(part, at);
    case 2:
      return put(part.repeat(1 + random.small(20)));
    case 3:
      return text.slice(0, at);
    case 4:
      return swapped(text, random);
    case 5:
      return put(slice(random.pick(others), random), random.oneIn(2) ? at : to);
    case 6:
      return put(random.pick(others), to);
    case 7:
      return nested(text, at, to, random);
    case 8:
      return random.oneIn(4) ? text.replaceAll("\n", random.pick(["\r\n", "\r", ""])) : put("\n", to);
    case 9:
      return lines(text, random);
    default:
      return put(random.pick(corpus.words), random.oneIn(2) ? at : to);
  }
}

function slice(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  return text.slice(at, at + random.small(200));
}

function swapped(text: string, random: Random): string {
  const [a = 0, b = 0, c = 0] = [0, 0, 0].map(() => random.below(text.length + 1)).sort((x, y) => x - y);
  return text.slice(0, a) + text.slice(b, c) + text.slice(a, b) + text.slice(c);
}

/** Puts a part of a text deeply inside brackets, some of which may never close. */
function nested(text: string, at: number, to: number, random: Random): string {
  const [open, close] = nests[random.below(nests.length)] ?? ["(", ")"];
  const levels = random.oneIn(8) ? 1 + random.below(5000) : 1 + random.small(12);
  const closed = random.oneIn(4) ? random.below(levels) : levels;
  const inner = text.slice(at, to);
  return text.slice(0, at) + open.repeat(levels) + inner + close.repeat(closed) + text.slice(to);
}

/** A line taken out, put elsewhere or many times there. */
function lines(text: string, random: Random): string {
  const all = text.split("\n");
  const [line = ""] = all.splice(random.below(all.length), 1);
  const copies = random.oneIn(5) ? random.below(200) : random.below(3);
  all.splice(random.below(all.length + 1), 0, ...Array<string>(copies).fill(line));
  return all.join("\n");
}
