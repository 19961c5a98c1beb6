/** Where new items go in a text, and what has to stand around them. */
import type { Block } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import type { FileEdit } from "./action.ts";

/** Lines at the end of a block's body, with the body's margin. `start` is where the block's chunk begins. */
export function appendToBody(
  source: SourceFile,
  block: Block,
  start: number,
  lines: readonly string[],
): FileEdit {
  const { text, file } = source;
  const margin = marginAt(text, start + block.start);
  const last = block.body.items.at(-1);
  const brace = text.indexOf("{", start + (block.labels.at(-1) ?? block.keyword).end);
  const after = last ? start + last.end : brace + 1;
  const lineEnd = text.indexOf("\n", after);
  const rest = text.slice(after, lineEnd < 0 ? text.length : lineEnd);
  const isOneLine = rest.includes("}") && !/^\s*(?:#|\/\/)/.test(rest);
  const at = isOneLine ? after : after + rest.trimEnd().length;
  const inserted = lines.map((line) => `\n${margin}  ${line.replaceAll("\n", `\n${margin}  `)}`).join("");
  if (!isOneLine) return { file, start: at, end: at, text: inserted };
  const spaces = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
  return { file, start: at, end: at + spaces, text: `${inserted}\n${margin}` };
}

/** A whole block before the top-level item whose chunk begins at `start`, behind the comments that belong to it. */
export function insertBefore(source: SourceFile, item: number, block: string): FileEdit {
  const at = startOfComments(source.text, item);
  return { file: source.file, start: at, end: at, text: `${block}\n\n` };
}

/** A whole block behind another one. */
export function insertAfter(source: SourceFile, end: number, block: string): FileEdit {
  return { file: source.file, start: end, end, text: `\n\n${block}` };
}

/** The beginning of the lines of comments right above a place. */
function startOfComments(text: string, at: number): number {
  let start = text.lastIndexOf("\n", at - 1) + 1;
  while (start > 0) {
    const before = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ \t]*(?:#|\/\/)/.test(text.slice(before, start))) break;
    start = before;
  }
  return start;
}

export function marginAt(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? "";
}
