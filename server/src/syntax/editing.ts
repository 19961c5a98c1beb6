import { type Tree, Edit as TreeEdit } from "web-tree-sitter";
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
}

interface Part {
  readonly chunk: Chunk;
  readonly tree: Tree;
  readonly cut: boolean;
}

export function openDocument(grammar: Grammar, file: string, text: string): Document {
  const parts = splitChunks(text).map((range) => readPart(grammar, file, text, range, undefined));
  return { grammar, file, text, parts, chunks: parts.map((p) => p.chunk) };
}

/** Frees the trees; the document must not be edited afterwards. */
export function closeDocument(document: Document): void {
  for (const { tree } of document.parts) tree.delete();
  document.parts = [];
}

/** Changes the document in place. Costs what the touched chunks cost, whatever the size of the file. */
export function editDocument(document: Document, edit: Edit): void {
  const { parts: old } = document;
  const text = document.text.slice(0, edit.start) + edit.text + document.text.slice(edit.end);
  const moved = edit.text.length - (edit.end - edit.start);
  const first = firstAffected(old, edit.start);
  const parts = old.slice(0, first);
  const kept = new Set<Part>();
  let failures = 0;
  let start = parts.length === 0 ? 0 : endOf(parts[parts.length - 1]);
  while (start < text.length) {
    const behind = start - moved >= edit.end ? indexAt(old, start - moved) : -1;
    if (behind >= 0 && canReuseRest(old, behind, failures)) {
      for (const rest of old.slice(behind)) {
        rest.chunk.origin.start += moved;
        kept.add(rest);
        parts.push(rest);
      }
      break;
    }
    const range = nextChunk(text, start, failures);
    if (range.cut) failures++;
    const same = old[behind >= 0 ? behind : start <= edit.start ? indexAt(old, start) : -1];
    const result = nextPart(document, text, range, same, edit);
    if (result === same) kept.add(result);
    parts.push(result);
    start = range.end;
  }
  for (const part of old.slice(first)) if (!kept.has(part)) part.tree.delete();
  document.text = text;
  document.parts = parts;
  document.chunks = parts.map((p) => p.chunk);
}

/** The old part where its text is the same, else a new one, parsed from the old tree where that can help. */
function nextPart(
  document: Document,
  text: string,
  range: ChunkRange,
  same: Part | undefined,
  edit: Edit,
): Part {
  const { grammar, file } = document;
  if (!same) return readPart(grammar, file, text, range, undefined);
  const from = startOf(same);
  const to = from + same.chunk.length;
  const length = range.end - range.start;
  const moved = edit.text.length - (edit.end - edit.start);
  const ahead = to <= edit.start && range.start === from;
  const behind = from >= edit.end && range.start === from + moved;
  if ((ahead || behind) && same.chunk.length === length && same.cut === range.cut) {
    same.chunk.origin.start = range.start;
    return same;
  }
  const inside = from <= edit.start && edit.end <= to && length === same.chunk.length + moved;
  if (inside) editTree(same.tree, document.text.slice(from, to), from, edit);
  return readPart(grammar, file, text, range, inside ? same.tree : undefined);
}

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
function firstAffected(parts: readonly Part[], offset: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(parts[middle]) < offset) low = middle + 1;
    else high = middle;
  }
  const edited = Math.max(0, low - 1);
  const cut = parts.findIndex((p, i) => i < edited && p.cut);
  return cut < 0 ? edited : cut;
}

/** Behind the edit every border is where it was, unless so many items are cut that the count of them matters. */
function canReuseRest(parts: readonly Part[], from: number, failures: number): boolean {
  let all = 0;
  let rest = 0;
  for (let i = 0; i < parts.length; i++) {
    if (!parts[i]?.cut) continue;
    all++;
    if (i >= from) rest++;
  }
  return all < patience && failures + rest < patience;
}

function readPart(
  grammar: Grammar,
  file: string,
  text: string,
  range: ChunkRange,
  previous: Tree | undefined,
): Part {
  const part = text.slice(range.start, range.end);
  let tree = parseText(grammar, part, previous);
  // How the parser recovers depends on what it reuses; broken text is read anew, so that equal text gives equal results.
  if (previous && tree.rootNode.hasError) {
    tree.delete();
    tree = parseText(grammar, part);
  }
  return { chunk: chunkOf(grammar, { file, start: range.start }, part, tree), tree, cut: range.cut };
}

/** Tells a tree what changed in its text, which began at `origin`. */
function editTree(tree: Tree, text: string, origin: number, { start, end, text: inserted }: Edit): void {
  const startIndex = start - origin;
  const oldEndIndex = end - origin;
  const startPosition = pointAt(text, startIndex);
  const lines = inserted.split("\n");
  const lastLine = lines[lines.length - 1] ?? "";
  const change = new TreeEdit({
    startIndex,
    oldEndIndex,
    newEndIndex: startIndex + inserted.length,
    startPosition,
    oldEndPosition: pointAt(text, oldEndIndex),
    newEndPosition: {
      row: startPosition.row + lines.length - 1,
      column: lines.length === 1 ? startPosition.column + inserted.length : lastLine.length,
    },
  });
  tree.edit(change);
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", lineStart)) {
    row++;
    lineStart = i + 1;
  }
  return { row, column: offset - lineStart };
}
