import type { Tree } from "web-tree-sitter";
import { Kind, type Numbering } from "./kinds.ts";

/** Numbers that one node takes in a `FlatTree`. */
export const stride = 5;

/**
 * A tree as one row of numbers, parents before children: for each visible node its kind, its field, start and end in
 * UTF-16 code units, and the index behind its last descendant, which is where its next sibling stands.
 */
export interface FlatTree {
  readonly nodes: Int32Array;
  /** Numbers in use. */
  readonly length: number;
  /** Where the parser first had to skip or invent something, or the scanner found a string without end; -1 if nowhere. */
  readonly broken: number;
}

let buffer = new Int32Array(5 * 4096);

/** Reads a whole tree. The result is overwritten by the next call. */
export function flatten(tree: Tree, { kinds, fields }: Numbering): FlatTree {
  const cursor = tree.walk();
  const open: number[] = [];
  let length = 0;
  let broken = -1;
  for (;;) {
    if (length + stride > buffer.length) {
      const larger = new Int32Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    const at = length;
    const kind = kinds[cursor.nodeTypeId] ?? Kind.other;
    if (broken < 0 && (isUnclosed(kind) || kind === Kind.error)) broken = cursor.startIndex;
    buffer[at] = kind;
    buffer[at + 1] = fields[cursor.currentFieldId] ?? 0;
    buffer[at + 2] = cursor.startIndex;
    buffer[at + 3] = cursor.endIndex;
    length += stride;
    if (cursor.gotoFirstChild()) {
      open.push(at);
      continue;
    }
    buffer[at + 4] = length;
    while (!cursor.gotoNextSibling()) {
      const parent = open.pop();
      if (parent === undefined) {
        if (broken < 0 && tree.rootNode.hasError) broken = tree.rootNode.startIndex;
        cursor.delete();
        return { nodes: buffer, length, broken };
      }
      buffer[parent + 4] = length;
      cursor.gotoParent();
    }
  }
}

function isUnclosed(kind: number): boolean {
  return kind === Kind.unclosed_string || kind === Kind.template_unclosed || kind === Kind.heredoc_unclosed;
}
