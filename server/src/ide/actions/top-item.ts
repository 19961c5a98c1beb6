import type { BodyItem } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import { chunkAt } from "../at.ts";

export interface TopItem {
  readonly item: BodyItem;
  /** In the file. */
  readonly start: number;
  /** Of its chunk. */
  readonly base: number;
}

/** The top-level block or attribute around a place. */
export function topItemAt(source: SourceFile, offset: number): TopItem | undefined {
  const chunk = chunkAt(source, offset);
  if (!chunk) return undefined;
  const base = chunk.origin.start;
  const item = chunk.items.find((i) => base + i.start <= offset && offset <= base + i.end);
  return item && { item, start: base + item.start, base };
}
