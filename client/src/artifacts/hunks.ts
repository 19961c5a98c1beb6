/**
 * The differences between a person's text and a proposed one, as things that are accepted or rejected one by one. Pure: what
 * is done to the texts is an edit that the editor carries out.
 */
import { diffIndices } from "node-diff3";

/** Whole lines, from 0. */
export interface Lines {
  readonly start: number;
  readonly count: number;
}

export interface Hunk {
  /** In the person's text, which does not change while it is reviewed. */
  readonly left: Lines;
  /** In the proposed one, as it is now. */
  readonly right: Lines;
  /** The lines there when the texts were compared. */
  readonly proposed: string;
  readonly isAccepted: boolean;
}

/** In order. */
export function hunksOf(left: string, right: string): readonly Hunk[] {
  const [a, b] = [left.split("\n"), right.split("\n")];
  const head = commonHead(a, b);
  const tail = commonTail(a, b, head);
  const [before, after] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (before.length === 0 && after.length === 0) return [];
  const found = isCostly(before, after) ? [whole(before, after)] : diffIndices(before, after);
  return found.map(({ buffer1: [start, count], buffer2: [rightStart, rightCount] }) => ({
    left: { start: head + start, count },
    right: { start: head + rightStart, count: rightCount },
    proposed: after.slice(rightStart, rightStart + rightCount).join("\n"),
    isAccepted: false,
  }));
}

/** After an edit by hand the texts are compared anew; what was accepted and is as it was stays so. */
export function comparedAnew(before: readonly Hunk[], left: string, right: string): readonly Hunk[] {
  const accepted = new Set(before.filter((hunk) => hunk.isAccepted).map(identity));
  return hunksOf(left, right).map((hunk) => ({ ...hunk, isAccepted: accepted.has(identity(hunk)) }));
}

const identity = ({ left, proposed }: Hunk): string => JSON.stringify([left.start, left.count, proposed]);

export function accepted(hunks: readonly Hunk[], which: Hunk, isAccepted = true): readonly Hunk[] {
  return hunks.map((hunk) => (hunk === which ? { ...hunk, isAccepted } : hunk));
}

/**
 * What is left once a hunk was rejected, without comparing: lines that occur several times could be paired otherwise then, and
 * other hunks would be others.
 */
export function rejected(hunks: readonly Hunk[], which: Hunk): readonly Hunk[] {
  const shift = which.left.count - which.right.count;
  const at = hunks.indexOf(which);
  const moved = ({ right, ...hunk }: Hunk): Hunk => ({
    ...hunk,
    right: { ...right, start: right.start + shift },
  });
  return [...hunks.slice(0, at), ...hunks.slice(at + 1).map(moved)];
}

/** An edit of a text, in lines and UTF-16 columns from 0. */
export interface LineEdit {
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
}

interface Place {
  readonly line: number;
  readonly character: number;
}

/** The edit of the proposed text that takes a difference out of it: there it is as in the person's. */
export function rejection(left: string, right: string, hunk: Hunk): LineEdit {
  const { start, count } = hunk.left;
  return replacement(right.split("\n"), hunk.right, left.split("\n").slice(start, start + count));
}

/** The edit that puts lines in the place of others. */
function replacement(text: readonly string[], { start, count }: Lines, by: readonly string[]): LineEdit {
  const end = (line: number): Place => ({ line, character: text[line]?.length ?? 0 });
  if (count > 0 && by.length > 0) {
    return { start: { line: start, character: 0 }, end: end(start + count - 1), text: by.join("\n") };
  }
  if (start + count < text.length) {
    const lines = by.map((line) => `${line}\n`).join("");
    return { start: { line: start, character: 0 }, end: { line: start + count, character: 0 }, text: lines };
  }
  // At the end it is the line break before that comes or goes with them.
  const lines = by.map((line) => `\n${line}`).join("");
  return { start: end(start - 1), end: end(text.length - 1), text: lines };
}

/** The difference at a line of the proposed text; lines that are gone are where they were. */
export function hunkAt(hunks: readonly Hunk[], line: number): Hunk | undefined {
  return hunks.find(({ right: { start, count } }) => line >= start && line < start + Math.max(count, 1));
}

function commonHead(a: readonly string[], b: readonly string[]): number {
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  return head;
}

function commonTail(a: readonly string[], b: readonly string[], head: number): number {
  const most = Math.min(a.length, b.length) - head;
  let tail = 0;
  while (tail < most && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return tail;
}

function whole(before: readonly string[], after: readonly string[]) {
  return { buffer1: [0, before.length] as const, buffer2: [0, after.length] as const };
}

/** Pairs of equal lines above which the comparison would be felt while typing. */
const maxPairs = 100_000;

function isCostly(a: readonly string[], b: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  return b.reduce((pairs, line) => pairs + (counts.get(line) ?? 0), 0) > maxPairs;
}
