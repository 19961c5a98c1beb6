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

/** What two threads parse together: parts of texts, handed out one by one. */
export interface Work {
  readonly texts: readonly string[];
  readonly parts: readonly Part[];
  /** One number that both threads share: the first part that nobody has taken. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

export interface Part {
  /** Index of the text. */
  readonly text: number;
  /** A few of its chunks. Absent where the part is the whole text, which whoever takes it cuts into chunks. */
  readonly chunks?: readonly ChunkRange[];
}

/** A part as it comes from the other thread: the chunks' flat trees one after the other. */
export interface FlatPart {
  readonly part: number;
  readonly nodes: Int32Array;
  /** For each chunk where it is, how many of the nodes' numbers are its own, where its text is broken (-1 for nowhere). */
  readonly chunks: readonly {
    readonly range: ChunkRange;
    readonly length: number;
    readonly broken: number;
  }[];
}

type Take = (range: ChunkRange, flat: FlatTree) => void;

/** The other thread: begins at once to take parts, until there are none left, and gives each as soon as it has it. */
export type ParsePeer = (work: Work) => AsyncIterator<FlatPart, void>;

/** Of a text that is larger than one part, parts of this size: neither thread waits long for the other's last one. */
const partSize = 64_000;
const largestPart = 256_000;

/** Less text is parsed before the other thread has begun. */
const worthHelp = 300_000;

/** Parses files as `parse` does, with the help of the grammar's peer where it has one and there is enough to do. */
export async function parseAll(grammar: Grammar, files: readonly SourceText[]): Promise<SourceFile[]> {
  const { peer } = grammar;
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (!peer || size < worthHelp) return files.map(({ file, text }) => parse(grammar, file, text));
  const work = divide(files.map((f) => f.text));
  const theirs = peer(work);
  const chunks = work.parts.map((): Chunk[] => []);
  const keep = (index: number, { start, end }: ChunkRange, flat: FlatTree) => {
    const { file, text } = files[work.parts[index]?.text ?? 0] as SourceText;
    chunks[index]?.push(lowerFlat({ file, start }, text.slice(start, end), flat));
  };
  let left = work.parts.length;
  takeParts(work, (part, index) => {
    flattenPart(grammar, work, part, (range, flat) => keep(index, range, flat));
    left--;
  });
  for (; left > 0; left--) {
    const { value: flat } = await theirs.next();
    if (!flat) throw new Error("the other thread has ended before its work");
    splitPart(flat, (range, tree) => keep(flat.part, range, tree));
  }
  await theirs.return?.();
  return files.map(({ file, text }, i) => ({
    file,
    text,
    chunks: chunks.filter((_, index) => work.parts[index]?.text === i).flat(),
  }));
}

/** What the other thread does. The nodes' buffers can be transferred. */
export function flattenParts(grammar: Grammar, work: Work, give: (flat: FlatPart) => void): void {
  takeParts(work, (part, index) => {
    const rows: Int32Array[] = [];
    const chunks: FlatPart["chunks"][number][] = [];
    flattenPart(grammar, work, part, (range, { nodes, broken }) => {
      rows.push(nodes.slice());
      chunks.push({ range, length: nodes.length, broken });
    });
    give({ part: index, nodes: joined(rows), chunks });
  });
}

/** Gives each chunk's flat tree to `take`, valid until it returns. */
function flattenPart(grammar: Grammar, { texts }: Work, { text: index, chunks }: Part, take: Take): void {
  const text = texts[index] ?? "";
  for (const range of chunks ?? splitChunks(text)) {
    const tree = parseText(grammar, text.slice(range.start, range.end));
    take(range, grammar.flatten(tree));
    tree.delete();
  }
}

function divide(texts: readonly string[]): Work {
  const parts = texts.flatMap((content, text): Part[] =>
    content.length <= largestPart ? [{ text }] : divided(content).map((chunks) => ({ text, chunks })),
  );
  return { texts, parts, next: new Int32Array(new SharedArrayBuffer(4)) };
}

function divided(content: string): ChunkRange[][] {
  const parts: ChunkRange[][] = [];
  let size = partSize;
  for (const range of splitChunks(content)) {
    if (size >= partSize) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(range);
    size += range.end - range.start;
  }
  return parts;
}

function takeParts({ parts, next }: Work, take: (part: Part, index: number) => void): void {
  for (let at = Atomics.add(next, 0, 1); at < parts.length; at = Atomics.add(next, 0, 1))
    take(parts[at] as Part, at);
}

function splitPart({ nodes, chunks }: FlatPart, take: Take): void {
  let at = 0;
  for (const { range, length, broken } of chunks) {
    take(range, { nodes: nodes.subarray(at, at + length), broken });
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
