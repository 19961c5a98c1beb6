/**
 * Parsing many files with the help of a second thread. Half of a large stack's parsing is tree-sitter's own work, of which
 * nothing but rows of numbers comes out, so another thread can do it as well as this one; the syntax tree is built from
 * the numbers here.
 */
import type { Chunk, SourceFile } from "./chunk.ts";
import { type ChunkRange, splitChunks } from "./chunks.ts";
import { lowerFlat, parse, parseText } from "./document.ts";
import type { FlatTree } from "./flat.ts";
import type { Grammar } from "./parser.ts";

/** A file that has been read. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** What two threads parse together: parts of a few chunks each, handed out one by one. */
export interface Work {
  readonly texts: readonly string[];
  readonly parts: readonly Part[];
  /** One number that both threads share: the first part that nobody has taken. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

export interface Part {
  /** Index of the text. */
  readonly text: number;
  /** Index of the first chunk in its file. */
  readonly first: number;
  readonly chunks: readonly ChunkRange[];
}

/** A part as it comes from the other thread: the chunks' flat trees one after the other. */
export interface FlatPart {
  readonly part: number;
  readonly nodes: Int32Array;
  /** For each chunk how many of the nodes' numbers are its own, and where its text is broken (-1 for nowhere). */
  readonly chunks: readonly { readonly length: number; readonly broken: number }[];
}

/** The other thread: takes parts until there are none left. */
export type ParsePeer = (work: Work) => Promise<readonly FlatPart[]>;

/** Handing a part out costs little beside parsing this much, and neither thread waits long for the other's last one. */
const partSize = 64_000;

/** Parses files as `parse` does, with the help of the grammar's peer where it has one. */
export async function parseAll(grammar: Grammar, files: readonly SourceText[]): Promise<SourceFile[]> {
  const { peer } = grammar;
  if (!peer) return files.map(({ file, text }) => parse(grammar, file, text));
  const work = divide(files.map((f) => f.text));
  const theirs = peer(work);
  const chunks = files.map((): Chunk[] => []);
  const keep = (part: Part, i: number, flat: FlatTree) => {
    const { file, text } = files[part.text] as SourceText;
    const { start, end } = part.chunks[i] as ChunkRange;
    (chunks[part.text] as Chunk[])[part.first + i] = lowerFlat({ file, start }, text.slice(start, end), flat);
  };
  takeParts(work, (part) => flattenPart(grammar, work, part, (i, flat) => keep(part, i, flat)));
  for (const flat of await theirs) splitPart(flat, (i, tree) => keep(work.parts[flat.part] as Part, i, tree));
  return files.map(({ file, text }, i) => ({ file, text, chunks: chunks[i] ?? [] }));
}

/** What the other thread does. The nodes' buffers can be transferred. */
export function flattenParts(grammar: Grammar, work: Work): FlatPart[] {
  const flats: FlatPart[] = [];
  takeParts(work, (part, index) => {
    const rows: Int32Array[] = [];
    const chunks: FlatPart["chunks"][number][] = [];
    flattenPart(grammar, work, part, (_, { nodes, broken }) => {
      rows.push(nodes.slice());
      chunks.push({ length: nodes.length, broken });
    });
    flats.push({ part: index, nodes: joined(rows), chunks });
  });
  return flats;
}

/** Gives each chunk's flat tree to `take`, valid until it returns. */
function flattenPart(
  grammar: Grammar,
  { texts }: Work,
  { text, chunks }: Part,
  take: (chunk: number, flat: FlatTree) => void,
): void {
  for (const [i, { start, end }] of chunks.entries()) {
    const tree = parseText(grammar, (texts[text] ?? "").slice(start, end));
    take(i, grammar.flatten(tree));
    tree.delete();
  }
}

function divide(texts: readonly string[]): Work {
  const parts: Part[] = [];
  for (const [text, content] of texts.entries()) {
    const ranges = splitChunks(content);
    for (let first = 0; first < ranges.length; ) {
      const start = ranges[first]?.start ?? 0;
      let behind = first + 1;
      while (behind < ranges.length && (ranges[behind] as ChunkRange).end - start < partSize) behind++;
      parts.push({ text, first, chunks: ranges.slice(first, behind) });
      first = behind;
    }
  }
  return { texts, parts, next: new Int32Array(new SharedArrayBuffer(4)) };
}

function takeParts({ parts, next }: Work, take: (part: Part, index: number) => void): void {
  for (let at = Atomics.add(next, 0, 1); at < parts.length; at = Atomics.add(next, 0, 1))
    take(parts[at] as Part, at);
}

function splitPart({ nodes, chunks }: FlatPart, take: (chunk: number, flat: FlatTree) => void): void {
  let at = 0;
  for (const [i, { length, broken }] of chunks.entries()) {
    take(i, { nodes: nodes.subarray(at, at + length), broken });
    at += length;
  }
}

function joined(rows: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}
