/**
 * The door to tree-sitter's grammars of other people's languages. Each is loaded when a script of its language comes along;
 * no node of a tree outlives the function that looks at it.
 */
import { Language, type Node, Parser } from "web-tree-sitter";
import type { Place } from "./read.ts";

/** The bytes of a .wasm file beside the bundles, by its name. */
export type ReadWasm = (name: string) => Promise<Uint8Array>;

type GrammarName = "bash" | "python" | "go";

export class Parsers {
  readonly readWasm: ReadWasm;
  readonly #parsers = new Map<GrammarName, Promise<Parser>>();

  constructor(readWasm: ReadWasm) {
    this.readWasm = readWasm;
  }

  /** Hands the tree's root to `look`, and frees the tree. */
  async parse<T>(name: GrammarName, text: string, look: (root: Node) => T): Promise<T> {
    const loading = this.#parsers.get(name) ?? this.#load(name);
    this.#parsers.set(name, loading);
    // What could not be read is tried again.
    loading.catch(() => this.#parsers.delete(name));
    const parser = await loading;
    const tree = parser.parse(text);
    if (!tree) throw new Error(`tree-sitter gave no tree for ${name}`);
    try {
      return look(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  async #load(name: GrammarName): Promise<Parser> {
    const [runtime, grammar] = await Promise.all([
      this.readWasm("web-tree-sitter.wasm"),
      this.readWasm(`tree-sitter-${name}.wasm`),
    ]);
    await Parser.init({ wasmBinary: runtime, locateFile: (file: string) => file });
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
    return parser;
  }
}

/** The node and all below it, parents first, in the text's order. Without recursion: trees are as deep as somebody makes them. */
function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    const { children } = node;
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child) waiting.push(child);
    }
  }
}

/** What is wrong, and where. */
export interface Problem extends Place {
  readonly problem: string;
}

/** Where a tree says that the text breaks off from the grammar first; undefined where it does nowhere. */
export function breakIn(root: Node): Problem | undefined {
  if (!root.hasError) return undefined;
  for (const node of nodesOf(root)) {
    const { startIndex: start, endIndex: end } = node;
    if (node.isMissing) return { problem: `${node.type} is missing`, start, end };
    if (!node.isError) continue;
    const inner = node.children.find((child) => child.isError);
    return { problem: "this is not expected here", start: inner?.startIndex ?? start, end };
  }
  return { problem: "this is not expected here", start: root.startIndex, end: root.endIndex };
}
