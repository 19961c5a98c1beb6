import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { type Token, tokenize } from "../syntax/tokens.ts";

/** The tokens of a top-level item, with offsets of the file. */
export function chunkTokens({ text }: SourceFile, { origin, length }: Chunk): readonly Token[] {
  const { start } = origin;
  const tokens = tokenize(text.slice(start, start + length));
  return start === 0 ? tokens : tokens.map((t) => ({ ...t, start: t.start + start, end: t.end + start }));
}
