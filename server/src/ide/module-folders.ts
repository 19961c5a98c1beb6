import { folderOf } from "../intake/module-block.ts";
import type { SourceFile } from "../syntax/chunk.ts";

/** The folders that the module blocks of a file use, relative to the file's own, which is the stack's. */
export function moduleFolders({ chunks }: Pick<SourceFile, "chunks">): readonly string[] {
  const blocks = chunks.flatMap(({ items }) => items.filter((item) => item.type === "block"));
  return blocks.flatMap((block) => (block.keyword.name === "module" ? (folderOf(block, ".") ?? []) : []));
}
