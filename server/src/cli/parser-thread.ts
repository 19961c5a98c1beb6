/**
 * The second thread of a command that reads a large stack: parses what the first one hands it, until that ends it. It has
 * a grammar of its own, loaded while the first one still reads files.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { flattenParts, type Work } from "../syntax/parallel.ts";
import { loadGrammar } from "../syntax/parser.ts";

const read = (name: string) => readFileSync(join(__dirname, name));
const grammar = loadGrammar({
  runtime: read("web-tree-sitter.wasm"),
  grammar: read("tree-sitter-clockwork.wasm"),
});

parentPort?.on("message", (work: Work) => {
  grammar.then((loaded) => {
    flattenParts(loaded, work, (part) => parentPort?.postMessage(part, [part.nodes.buffer as ArrayBuffer]));
  });
});
