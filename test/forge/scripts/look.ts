import { readFile } from "node:fs/promises";
import { scriptRules } from "../../../server/src/forge/scripts/rules.ts";

const at: Readonly<Record<string, string>> = {
  "sh-syntax.wasm": "sh-syntax/main.wasm",
  "web-tree-sitter.wasm": "web-tree-sitter/web-tree-sitter.wasm",
};

/** The rules with the parsers from the packages, as the build copies them. */
export const look = scriptRules((name) =>
  readFile(`node_modules/${at[name] ?? `${name.replace(".wasm", "")}/${name}`}`),
);
