/** New variables and local values: a free name, and the place where the stack keeps its others. */
import type { Folder } from "../../intake/folder.ts";
import type { Block } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import type { FileEdit } from "./action.ts";
import { appendToBody, insertAfter, insertBefore } from "./insert.ts";

/** The first of `name`, `name_2` … that nothing is called yet. */
export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  const base = wanted.replace(/[^\p{ID_Continue}-]+/gu, "_").replace(/^[^\p{ID_Start}_]+/u, "") || "value";
  if (!taken.has(base)) return base;
  let n = 2;
  while (taken.has(`${base}_${n}`)) n++;
  return `${base}_${n}`;
}

/** In the last locals block of the file or of the folder; else in a new one before the item at `item`. */
export function declareLocal(
  folder: Folder,
  source: SourceFile,
  item: number,
  name: string,
  value: string,
): FileEdit {
  const line = `${name} = ${value}`;
  const found = lastBlock([source], "locals") ?? lastBlock(folder.files, "locals");
  if (found) return appendToBody(found.source, found.block, found.start, [line]);
  return insertBefore(source, item, `locals {\n  ${line}\n}`);
}

/** Behind the last variable of the file or of the folder; else before the item at `item`. */
export function declareVariable(folder: Folder, source: SourceFile, item: number, block: string): FileEdit {
  const found = lastBlock([source], "variable") ?? lastBlock(folder.files, "variable");
  return found
    ? insertAfter(found.source, found.start + found.block.end, block)
    : insertBefore(source, item, block);
}

interface FoundBlock {
  readonly source: SourceFile;
  readonly block: Block;
  /** Of its chunk. */
  readonly start: number;
}

/** Only whole ones: what is broken may end anywhere. */
function lastBlock(files: readonly SourceFile[], keyword: string): FoundBlock | undefined {
  for (const source of files.toReversed()) {
    for (const { items, origin, diagnostics } of source.chunks.toReversed()) {
      if (diagnostics.length > 0) continue;
      for (const block of items)
        if (block.type === "block" && block.keyword.name === keyword)
          return { source, block, start: origin.start };
    }
  }
  return undefined;
}
