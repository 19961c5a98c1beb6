import type { Tree } from "web-tree-sitter";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lineIndex } from "../diagnostics/line-index.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Chunk, SourceFile } from "./chunk.ts";
import { splitChunks } from "./chunks.ts";
import { explain } from "./explain.ts";
import type { FlatTree } from "./flat.ts";
import { lowerChunk } from "./lower.ts";
import type { Grammar } from "./parser.ts";
import type { Reading } from "./reading.ts";

/**
 * Parses a whole file. Never fails: problems are in the chunks' diagnostics. Each chunk's tree lives only until the
 * chunk is lowered, because a tree takes some eighty times the room of its text.
 */
export function parse(grammar: Grammar, file: string, text: string): SourceFile {
  const chunks = splitChunks(text).map(({ start, end }) => {
    const part = text.slice(start, end);
    const tree = parseText(grammar, part);
    const chunk = chunkOf(grammar, { file, start }, part, tree);
    tree.delete();
    return chunk;
  });
  return { file, text, chunks };
}

export function parseText(grammar: Grammar, text: string, previous?: Tree): Tree {
  const tree = grammar.parser.parse(text, previous);
  if (!tree) throw new Error("The parser was stopped, which nothing here asks it to do.");
  return tree;
}

/** Lowers one chunk's tree and finds its problems. */
export function chunkOf(grammar: Grammar, origin: Origin, text: string, tree: Tree): Chunk {
  return lowerFlat(origin, text, grammar.flatten(tree));
}

/** Lowers a chunk from its flat tree and finds its problems. */
export function lowerFlat(origin: Origin, text: string, flat: FlatTree): Chunk {
  const diagnostics: Diagnostic[] = [];
  const reading: Reading = { text, nodes: flat.nodes, origin, diagnostics, depth: 0 };
  const items = lowerChunk(reading);
  if (flat.broken >= 0) addExplained(diagnostics, explain(origin, text, flat.broken), text);
  return { origin, length: text.length, items, diagnostics };
}

/** Puts the explained mistakes first; what lowering said about their lines is likely to come from them. */
function addExplained(diagnostics: Diagnostic[], explained: readonly Diagnostic[], text: string): void {
  const index = lineIndex(text);
  const lineOf = (d: Diagnostic): number => index.lineAt(d.span?.start ?? 0);
  const lines = new Set(explained.map(lineOf));
  const others = diagnostics.filter((d) => !lines.has(lineOf(d)));
  diagnostics.splice(0, diagnostics.length, ...explained, ...others);
}
