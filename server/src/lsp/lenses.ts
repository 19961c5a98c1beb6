import { commands } from "../protocol.ts";
import type { Block } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";

/** A command over a piece of the text, in absolute offsets. */
export interface Lens {
  readonly start: number;
  readonly end: number;
  readonly title: string;
  readonly command: string;
  /** The stack's folder, as an address. */
  readonly argument: string;
}

/** `plan` and `apply` for the whole stack, over a file's first block; none where there is no block. */
export function lenses(source: SourceFile, folderUri: string): readonly Lens[] {
  const first = firstBlock(source);
  if (first === undefined) return [];
  return [
    { ...first, title: "plan", command: commands.plan, argument: folderUri },
    { ...first, title: "apply", command: commands.apply, argument: folderUri },
  ];
}

function firstBlock(source: SourceFile): { start: number; end: number } | undefined {
  for (const { origin, items } of source.chunks) {
    const block = items.find((item): item is Block => item.type === "block");
    if (block === undefined) continue;
    return { start: origin.start + block.keyword.start, end: origin.start + block.keyword.end };
  }
  return undefined;
}
