/** The canonical layout as edits, as few and as small as the text allows. Text with syntax errors is left as it is. */
import { hasErrors } from "../diagnostics/diagnostic.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { format } from "../syntax/format.ts";
import type { Range } from "./snapshot.ts";

export interface LayoutEdit extends Range {
  readonly text: string;
}

export function formatFile({ text, chunks }: SourceFile): readonly LayoutEdit[] {
  return chunks.some(({ diagnostics }) => hasErrors(diagnostics)) ? [] : changes(text, format(text), 0);
}

/** Only the lines that a range touches; what is broken elsewhere in the file does no harm. */
export function formatRange(source: SourceFile, { start, end }: Range): readonly LayoutEdit[] {
  const { text } = source;
  const first = text.lastIndexOf("\n", start - 1) + 1;
  const behind = text.indexOf("\n", Math.max(end - (end > start && text[end - 1] === "\n" ? 1 : 0), start));
  const last = behind < 0 ? text.length : behind;
  return groups(source)
    .filter((group) => group.start <= last && group.end >= first && group.isSound)
    .flatMap((group) => {
      const part = text.slice(group.start, group.end);
      return changes(part, format(part), group.start);
    })
    .filter((edit) => edit.start >= first && edit.end <= last);
}

/**
 * After a character was typed right before a place: a closing brace lays out its block, a new line those before it. The line of
 * the place keeps the white space that the editor has put there.
 */
export function formatTyped(source: SourceFile, offset: number, typed: string): readonly LayoutEdit[] {
  const { text } = source;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  if (typed === "\n") {
    const group = groups(source).find((g) => g.start <= offset && offset <= g.end);
    if (!group || lineStart === 0) return [];
    return formatRange(source, { start: group.start, end: lineStart - 1 });
  }
  const open = openingOf(source, offset);
  return open === undefined ? [] : formatRange(source, { start: open, end: offset });
}

/** Where the innermost block or object that ends at a place begins. */
function openingOf({ text, chunks }: SourceFile, offset: number): number | undefined {
  if (text[offset - 1] !== "}") return undefined;
  const chunk = chunks.find((c) => c.origin.start < offset && offset <= c.origin.start + c.length);
  const first = chunk?.items.find(({ end }) => chunk.origin.start + end >= offset);
  return chunk && first && chunk.origin.start + first.start;
}

interface Group extends Range {
  readonly isSound: boolean;
}

/** Chunks without a blank line between them: nothing is aligned across one. */
function groups({ text, chunks }: SourceFile): readonly Group[] {
  const found: { start: number; end: number; isSound: boolean }[] = [];
  for (const chunk of chunks) {
    const { start } = chunk.origin;
    const end = start + chunk.length;
    const last = found.at(-1);
    const isSound = !hasErrors(chunk.diagnostics);
    if (!last || /^[ \t]*\r?\n/.test(text.slice(start, start + 256))) found.push({ start, end, isSound });
    else {
      last.end = end;
      last.isSound &&= isSound && endsLine(text, chunk);
    }
  }
  return found;
}

const endsLine = (text: string, { origin }: Chunk): boolean => text[origin.start - 1] === "\n";

/** Line by line where there are as many as before. */
function changes(before: string, after: string, base: number): readonly LayoutEdit[] {
  if (before === after) return [];
  const old = before.split("\n");
  const laidOut = after.split("\n");
  if (old.length !== laidOut.length) return [change(before, after, base)];
  const edits: LayoutEdit[] = [];
  let at = base;
  for (const [i, line] of old.entries()) {
    const wanted = laidOut[i] ?? line;
    if (wanted !== line) edits.push(change(line, wanted, at));
    at += line.length + 1;
  }
  return edits;
}

/** Without what both have at their beginning and end. */
function change(before: string, after: string, base: number): LayoutEdit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return {
    start: base + head,
    end: base + before.length - tail,
    text: after.slice(head, after.length - tail),
  };
}
