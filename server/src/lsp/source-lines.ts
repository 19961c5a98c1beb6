import { type LineIndex, lineIndex } from "../diagnostics/line-index.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";

/** All that places of the protocol need of a text's lines. */
export type Lines = Pick<LineIndex, "positionAt">;

/**
 * The lines of a parsed file. Those of a chunk are found once, so that after an edit only what it touched is looked through,
 * whatever the size of the file.
 */
export function sourceLines({ text, chunks }: SourceFile): Lines {
  const linesBefore: number[] = [];
  let [end, lines] = [0, 0];
  for (const chunk of chunks) {
    // A file that was edited since is not made of these chunks any more.
    if (chunk.origin.start !== end) return lineIndex(text);
    linesBefore.push(lines);
    const starts = startsIn(chunk, text);
    lines += starts.length;
    end += chunk.length;
    // What follows a chunk begins on a line of its own.
    if (end !== text.length && starts.at(-1) !== chunk.length) return lineIndex(text);
  }
  if (end !== text.length) return lineIndex(text);
  const startOf = (at: number): number => chunks[at]?.origin.start ?? 0;
  return {
    positionAt(offset) {
      const place = Math.min(Math.max(offset, 0), text.length);
      const at = countUntil(chunks.length, startOf, place) - 1;
      const starts = (chunks[at] && known.get(chunks[at])) ?? [];
      const within = place - startOf(at);
      const line = countUntil(starts.length, (i) => starts[i] ?? 0, within);
      return { line: (linesBefore[at] ?? 0) + line, column: within - (starts[line - 1] ?? 0) };
    },
  };
}

/** Offsets in a chunk behind its line breaks. */
const known = new WeakMap<Chunk, readonly number[]>();

function startsIn(chunk: Chunk, text: string): readonly number[] {
  let starts = known.get(chunk);
  if (!starts) {
    const from = chunk.origin.start;
    const lines = lineIndex(text.slice(from, from + chunk.length));
    starts = Array.from({ length: lines.count - 1 }, (_, i) => lines.startOf(i + 1));
    known.set(chunk, starts);
  }
  return starts;
}

/** How many of the ascending values, `count` of them, are at most `most`. */
function countUntil(count: number, valueAt: (index: number) => number, most: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
