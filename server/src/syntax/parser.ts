/**
 * The one door to tree-sitter. It knows how the two wasm modules are loaded and how a tree is read; nothing outside
 * syntax/ ever sees a tree or a node of one.
 */
import { Language, Parser } from "web-tree-sitter";
import { cursorFlatten, type Flatten } from "./flat.ts";
import { type Numbering, numbering } from "./kinds.ts";
import type { ParsePeer } from "./parallel.ts";
import { agrees, hasFlatten, type Runtime, wasmFlatten } from "./wasm-flatten.ts";

/** A loaded grammar. One serves any number of documents, one after the other. */
export interface Grammar {
  readonly parser: Parser;
  readonly numbering: Numbering;
  readonly flatten: Flatten;
  /** Helps with large stacks, where there is one. */
  readonly peer?: ParsePeer;
}

/** web-tree-sitter has one runtime in a process, made by the first call of its `init`; this is that one. */
let firstRuntime: Partial<Runtime> | undefined;

/**
 * Loads the parser's runtime and the grammar from their bytes (`web-tree-sitter.wasm`, `tree-sitter-clockwork.wasm`).
 * May be called again; the runtime is then the first call's.
 */
export async function loadGrammar(wasm: { runtime: Uint8Array; grammar: Uint8Array }): Promise<Grammar> {
  const options: Partial<Runtime> & { wasmBinary: Uint8Array; locateFile: (file: string) => string } = {
    wasmBinary: wasm.runtime,
    locateFile: (file) => file,
  };
  firstRuntime ??= options;
  const runtime = firstRuntime;
  await Parser.init(options);
  const { language, exports } = await loadLanguage(runtime, wasm.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const numbers = numbering(language);
  const flatten = fastest(parser, runtime, exports, numbers);
  return { parser, numbering: numbers, flatten };
}

/** Loads the language, and catches the functions of its module on the way, which web-tree-sitter keeps to itself. */
async function loadLanguage(
  runtime: Partial<Runtime>,
  bytes: Uint8Array,
): Promise<{ language: Language; exports: object }> {
  const load = runtime.loadWebAssemblyModule;
  if (!load) return { language: await Language.load(bytes), exports: {} };
  let exports: object = {};
  runtime.loadWebAssemblyModule = async (binary, flags) => {
    exports = await load(binary, flags);
    return exports;
  };
  const language = await Language.load(bytes);
  runtime.loadWebAssemblyModule = load;
  return { language, exports };
}

function fastest(parser: Parser, runtime: Partial<Runtime>, exports: object, numbers: Numbering): Flatten {
  if (isRuntime(runtime) && hasFlatten(exports)) {
    const fast = wasmFlatten(runtime, exports, numbers);
    if (agrees(parser, fast, numbers)) return fast;
  }
  return cursorFlatten(numbers);
}

function isRuntime(runtime: Partial<Runtime>): runtime is Runtime {
  return runtime.HEAPU8 !== undefined && runtime.HEAP32 !== undefined;
}
