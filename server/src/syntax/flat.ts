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
  /** Where the parser first had to skip or invent something, or the scanner found a string without end; -1 if nowhere. */
  readonly broken: number;
}

/** Reads a whole tree. The result may be overwritten by the next call. */
export type Flatten = (tree: Tree) => FlatTree;

export function breaksText(kind: number): boolean {
  return (
    kind === Kind.error ||
    kind === Kind.unclosed_string ||
    kind === Kind.template_unclosed ||
    kind === Kind.heredoc_unclosed ||
    kind === Kind.incomplete
  );
}

/** Reads a tree through tree-sitter's public cursor, node by node: slow, but always right. */
export function cursorFlatten({ kinds, fields }: Numbering): Flatten {
  return (tree) => {
    const cursor = tree.walk();
    const nodes: number[] = [];
    const open: number[] = [];
    let broken = -1;
    for (;;) {
      const at = nodes.length;
      const kind = kinds[cursor.nodeTypeId] ?? Kind.other;
      if (broken < 0 && breaksText(kind)) broken = cursor.startIndex;
      nodes.push(kind, fields[cursor.currentFieldId] ?? 0, cursor.startIndex, cursor.endIndex, at + stride);
      if (cursor.gotoFirstChild()) {
        open.push(at);
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        const parent = open.pop();
        if (parent === undefined) {
          if (broken < 0 && tree.rootNode.hasError) broken = tree.rootNode.startIndex;
          cursor.delete();
          return { nodes: Int32Array.from(nodes), broken };
        }
        nodes[parent + 4] = nodes.length;
        cursor.gotoParent();
      }
    }
  };
}
