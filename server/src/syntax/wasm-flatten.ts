import type { Parser, Tree } from "web-tree-sitter";
import { breaksText, cursorFlatten, type FlatTree, type Flatten } from "./flat.ts";
import { Kind, type Numbering } from "./kinds.ts";

/** What web-tree-sitter's emscripten module has besides its declared parts. */
export interface Runtime {
  HEAPU8: Uint8Array;
  HEAP32: Int32Array;
  loadWebAssemblyModule: (binary: Uint8Array, flags: object) => Promise<object>;
}

/** Two functions of grammar/src/flatten.c; an address is an offset in the module's memory. */
interface Exports {
  clockwork_exchange(): number;
  clockwork_flatten(tree: number): number;
}

export function hasFlatten(exports: object): exports is Exports {
  return "clockwork_flatten" in exports && "clockwork_exchange" in exports;
}

/** The address of a tree in the module's memory, which web-tree-sitter keeps under a property it does not declare. */
function addressOf(tree: Tree): number {
  const address: unknown = Reflect.get(tree, 0);
  return typeof address === "number" ? address : 0;
}

/** Byte offsets in flatten.c's `Exchange`. */
const exchangeLayout = { numbers: 0, length: 4, broken: 8, kinds: 12, fields: 268, errorKind: 524 };

/** Reads a tree with one call into the grammar's module. */
export function wasmFlatten(runtime: Runtime, exports: Exports, { kinds, fields }: Numbering): Flatten {
  const exchange = exports.clockwork_exchange();
  const mark = (kind: number): number => (breaksText(kind) ? kind | 0x80 : kind);
  runtime.HEAPU8.set(kinds.subarray(0, 256).map(mark), exchange + exchangeLayout.kinds);
  runtime.HEAPU8.set(fields, exchange + exchangeLayout.fields);
  runtime.HEAPU8[exchange + exchangeLayout.errorKind] = mark(Kind.error);
  return (tree) => {
    if (!exports.clockwork_flatten(addressOf(tree)))
      throw new Error("Out of memory while reading a syntax tree.");
    const heap = runtime.HEAP32;
    const base = (heap[(exchange + exchangeLayout.numbers) >> 2] ?? 0) >> 2;
    const length = heap[(exchange + exchangeLayout.length) >> 2] ?? 0;
    return {
      nodes: heap.subarray(base, base + length),
      broken: heap[(exchange + exchangeLayout.broken) >> 2] ?? -1,
    };
  };
}

/** Holds every shape that a tree can have: hidden nodes, fields through them, comments, long tokens, errors. */
const sample =
  'a "b" c {\n  # c\n  d = [for k, v in x.y : "${v.z}-é😀" if !q[0].r] + 1 ? {e = f(1, g...)} : <<-E\n t ${u}\n E\n}\n) = "';

/** Whether the fast reading gives what the public one gives. */
export function agrees(parser: Parser, fast: Flatten, numbering: Numbering): boolean {
  const tree = parser.parse(sample);
  if (!tree) return false;
  const same = equal(fast(tree), cursorFlatten(numbering)(tree));
  tree.delete();
  return same;
}

export function equal(a: FlatTree, b: FlatTree): boolean {
  return (
    a.broken === b.broken && a.nodes.length === b.nodes.length && a.nodes.every((n, i) => n === b.nodes[i])
  );
}
