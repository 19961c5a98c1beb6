/**
 * The one door to tree-sitter. It knows how the two wasm modules are loaded and how a tree is read; nothing outside
 * syntax/ ever sees a tree or a node of one.
 */
import { Language, Parser } from "web-tree-sitter";
import { type Numbering, numbering } from "./kinds.ts";

/** A loaded grammar. One serves any number of documents, one after the other. */
export interface Grammar {
  readonly parser: Parser;
  readonly language: Language;
  readonly numbering: Numbering;
}

/**
 * Loads the parser's runtime and the grammar from their bytes (`web-tree-sitter.wasm`, `tree-sitter-clockwork.wasm`).
 * May be called again; the runtime is then the first call's.
 */
export async function loadGrammar(wasm: { runtime: Uint8Array; grammar: Uint8Array }): Promise<Grammar> {
  await Parser.init({ wasmBinary: wasm.runtime, locateFile: (file: string) => file });
  const language = await Language.load(wasm.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, language, numbering: numbering(language) };
}
