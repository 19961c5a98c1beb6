import type { Chunk, SourceFile } from "./chunk.ts";
import { type ChunkRange, nextChunk, patience, splitChunks } from "./chunks.ts";
import { chunkOf, parseText } from "./document.ts";
import type { Grammar } from "./parser.ts";

/** Replaces the text from `start` to `end` (UTF-16 code units of the document before the edit). */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * An open file: a `SourceFile` that changes. An edit gives it a new `chunks` array, in which everything it did not touch
 * is the same `Chunk` object as before, so that whatever was made of a chunk can be kept under it.
 */
export interface Document extends SourceFile {
  text: string;
  chunks: readonly Chunk[];
  readonly grammar: Grammar;
  /** One for each chunk, in order. */
  parts: readonly Part[];
  /** How many of the parts were cut. */
  cuts: number;
}

interface Part extends Pick<ChunkRange, "cut" | "balanced"> {
  readonly chunk: Chunk;
}

export function openDocument(grammar: Grammar, file: string, text: string): Document {
  const parts = splitChunks(text).map((range) => readPart(grammar, file, text, range));
  const cuts = parts.filter((p) => p.cut).length;
  return { grammar, file, text, parts, cuts, chunks: parts.map((p) => p.chunk) };
}

/** Changes the document to another text; what differs from its own is taken for one edit. */
export function changeText(document: Document, text: string): void {
  const { text: before } = document;
  const most = Math.min(before.length, text.length);
  const start = commonStart(before, text, most);
  const rest = commonEnd(before, text, most - start);
  if (start === before.length && start === text.length) return;
  apply(document, { start, end: before.length - rest, text: text.slice(start, text.length - rest) }, text);
}

/** Texts are compared in pieces of this many characters first, which is as fast as memory. */
const piece = 4096;

/** How many characters two texts have in common at their beginning, at most `most`. */
function commonStart(a: string, b: string, most: number): number {
  let i = 0;
  while (i + piece <= most && a.slice(i, i + piece) === b.slice(i, i + piece)) i += piece;
  while (i < most && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

function commonEnd(a: string, b: string, most: number): number {
  const [endOfA, endOfB] = [a.length, b.length];
  let i = 0;
  const isPiece = () => a.slice(endOfA - i - piece, endOfA - i) === b.slice(endOfB - i - piece, endOfB - i);
  while (i + piece <= most && isPiece()) i += piece;
  while (i < most && a.charCodeAt(endOfA - i - 1) === b.charCodeAt(endOfB - i - 1)) i++;
  return i;
}

/** Changes the document in place. Parses and lowers the touched chunks alone, whatever the size of the file. */
export function editDocument(document: Document, edit: Edit): void {
  const text = document.text.slice(0, edit.start) + edit.text + document.text.slice(edit.end);
  apply(document, edit, text);
}

/** `text` is what the edit makes of the document's. */
function apply(document: Document, edit: Edit, text: string): void {
  const { grammar, file, parts: old } = document;
  const moved = growth(edit);
  const cuts = cutIndexes(document);
  const first = firstAffected(old, edit.start, cuts);
  const restAt = startOfBalancedRest(old, edit.end);
  const fresh: Part[] = [];
  /** Where parts that stay go, once all are found by where they were. */
  const moves: [part: Part, start: number][] = [];
  let rest = old.length;
  let failures = 0;
  for (let start = startOf(old[first]); start < text.length; ) {
    const behind = start - moved >= edit.end ? indexAt(old, start - moved) : -1;
    if (behind >= 0 && canReuseRest(cuts, behind, failures)) {
      rest = behind;
      break;
    }
    const range = nextChunk(text, start, failures, restAt === undefined ? undefined : restAt + moved);
    if (range.cut) failures++;
    const same = old[behind >= 0 ? behind : start <= edit.start ? indexAt(old, start) : -1];
    const kept = same && canStay(same, range, edit);
    fresh.push(kept ? same : readPart(grammar, file, text, range));
    if (kept) moves.push([same, range.start]);
    start = range.end;
  }
  for (const [part, start] of moves) part.chunk.origin.start = start;
  if (moved !== 0) for (let i = rest; i < old.length; i++) moveBy(old[i], moved);
  document.text = text;
  document.cuts = failures + cuts.filter((i) => i < first || i >= rest).length;
  document.parts = splice(old, first, rest, fresh);
  document.chunks = splice(
    document.chunks,
    first,
    rest,
    fresh.map((p) => p.chunk),
  );
}

function splice<E>(all: readonly E[], from: number, to: number, put: readonly E[]): readonly E[] {
  return put.length === to - from && put.every((e, i) => e === all[from + i])
    ? all
    : [...all.slice(0, from), ...put, ...all.slice(to)];
}

function moveBy(part: Part | undefined, by: number): void {
  if (part) part.chunk.origin.start += by;
}

/** Where the cut chunks are; there are hardly ever any. */
function cutIndexes({ parts, cuts }: Document): readonly number[] {
  return cuts === 0 ? [] : parts.flatMap((p, i) => (p.cut ? [i] : []));
}

/** Whether an old part's text is that of a new range. */
function canStay(part: Part, range: ChunkRange, edit: Edit): boolean {
  const from = startOf(part);
  const to = endOf(part);
  const ahead = to <= edit.start && range.start === from;
  const behind = from >= edit.end && range.start === from + growth(edit);
  return (ahead || behind) && part.chunk.length === range.end - range.start && part.cut === range.cut;
}

/** How much longer an edit makes the text. */
const growth = ({ start, end, text }: Edit): number => text.length - (end - start);

/** The index of the part that starts at an offset, or -1. */
function indexAt(parts: readonly Part[], offset: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const start = startOf(parts[middle]);
    if (start === offset) return middle;
    if (start < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function startOf(part: Part | undefined): number {
  return part?.chunk.origin.start ?? 0;
}

function endOf(part: Part | undefined): number {
  return part ? part.chunk.origin.start + part.chunk.length : 0;
}

/**
 * The first chunk whose border an edit at `offset` may move: the one before the edited one, whose end depends on what
 * follows it, or the first that was cut, whose end depends on everything behind it.
 */
function firstAffected(parts: readonly Part[], offset: number, cuts: readonly number[]): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(parts[middle]) < offset) low = middle + 1;
    else high = middle;
  }
  return Math.min(Math.max(0, low - 1), cuts[0] ?? parts.length);
}

/** Where, behind an offset, the first of the chunks starts that are all balanced. */
function startOfBalancedRest(parts: readonly Part[], offset: number): number | undefined {
  const first = parts.findLastIndex((part) => !part.balanced || startOf(part) <= offset) + 1;
  return first < parts.length ? startOf(parts[first]) : undefined;
}

/** Behind the edit every border is where it was, unless so many items are cut that the count of them matters. */
function canReuseRest(cuts: readonly number[], from: number, failures: number): boolean {
  const rest = cuts.filter((i) => i >= from).length;
  return cuts.length < patience && failures + rest < patience;
}

function readPart(grammar: Grammar, file: string, text: string, range: ChunkRange): Part {
  const part = ownText(text, range);
  const tree = parseText(grammar, part);
  const chunk = chunkOf(grammar, { file, start: range.start }, part, tree);
  tree.delete();
  return { chunk, cut: range.cut, balanced: range.balanced };
}

/**
 * A piece of a text that does not hold on to the whole: V8 makes slices that do, so that each edit would leave a whole text
 * behind for as long as the chunk lives that it changed. What is put together is copied when it is read first.
 */
function ownText(text: string, { start, end }: ChunkRange): string {
  const copy = `\n${text.slice(start, end)}`;
  copy.charCodeAt(0);
  return copy.slice(1);
}
