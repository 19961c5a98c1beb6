import { readFile } from "node:fs/promises";
import type { Expression } from "../../server/src/syntax/ast.ts";
import type { Chunk, SourceFile } from "../../server/src/syntax/chunk.ts";
import { type Grammar, loadGrammar } from "../../server/src/syntax/parser.ts";

/** The grammar as it is committed. */
export async function testGrammar(): Promise<Grammar> {
  const [runtime, grammar] = await Promise.all([
    readFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    readFile("grammar/tree-sitter-clockwork.wasm"),
  ]);
  return loadGrammar({ runtime, grammar });
}

/** Everything a chunk holds, with absolute offsets: two equal files have equal ones. */
export function absoluteItems(chunk: Chunk): unknown {
  return shift(chunk.items, chunk.origin.start);
}

export function absoluteFile(file: SourceFile): unknown {
  return file.chunks.map((c) => ({
    start: c.origin.start,
    length: c.length,
    items: absoluteItems(c),
    diagnostics: c.diagnostics.map((d) => ({
      code: d.code,
      message: d.message,
      start: d.span?.start,
      end: d.span?.end,
    })),
  }));
}

function shift(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((v) => shift(v, by));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [
      k,
      (k === "start" || k === "end") && typeof v === "number" ? v + by : shift(v, by),
    ]),
  );
}

/** The value of the only attribute of a text, and the messages about it. */
export function single(file: SourceFile): { value: Expression | undefined; messages: string[] } {
  const item = file.chunks[0]?.items[0];
  return {
    value: item?.type === "attribute" ? item.value : undefined,
    messages: file.chunks.flatMap((c) => c.diagnostics.map((d) => `${d.code}: ${d.message}`)),
  };
}

/** An AST without its offsets. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([k]) => k !== "start" && k !== "end")
      .map(([k, v]) => [k, shape(v)]),
  );
}
