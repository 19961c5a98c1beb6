// Builds dist/. Everything is bundled as CommonJS (a worker's script aside): VS Code loads extensions so, and one format keeps
// one way of finding the .wasm files, which lie beside the bundles. `node esbuild.mjs server cli` builds those two alone.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { notices } from "./scripts/notices.mjs";

const entries = {
  cli: "server/src/cli/start.ts",
  main: "server/src/cli/main.ts",
  parser: "server/src/cli/parser-thread.ts",
  // What only a build with an agent needs.
  anthropic: "server/src/agent/anthropic.ts",
  // What only scripts need that somebody wrote: parsers.
  scripts: "server/src/forge/scripts/rules.ts",
  supervisor: "server/src/forge/supervisor/main.ts",
  guard: "server/src/host/node-guard-main.ts",
  server: "server/src/lsp/main.ts",
  extension: "client/src/extension.ts",
};
/** What a browser gets, in dist/web, and what runs in a webview's page: the extension as CommonJS, the others as scripts. */
const webEntries = {
  "web/extension": { entry: "client/src/browser.ts", format: "cjs" },
  "web/server": { entry: "server/src/lsp/worker.ts", format: "iife" },
  graph: { entry: "client/src/graph/webview/main.ts", format: "iife", minifyIdentifiers: true },
};
/** By their names in dist/. */
const assets = {
  "web-tree-sitter.wasm": "node_modules/web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-clockwork.wasm": "grammar/tree-sitter-clockwork.wasm",
  "tree-sitter-bash.wasm": "node_modules/tree-sitter-bash/tree-sitter-bash.wasm",
  "tree-sitter-go.wasm": "node_modules/tree-sitter-go/tree-sitter-go.wasm",
  "tree-sitter-python.wasm": "node_modules/tree-sitter-python/tree-sitter-python.wasm",
  "sh-syntax.wasm": "node_modules/sh-syntax/main.wasm",
};

/** web-tree-sitter imports Node's "module" late; in code that V8 takes from its cache, an import() finds no loader. */
const requireModule = {
  name: "require-module",
  setup({ onLoad }) {
    onLoad({ filter: /web-tree-sitter\.js$/ }, async ({ path }) => {
      const [before, after, ...more] = (await readFile(path, "utf8")).split('await import("module")');
      if (after === undefined || more.length > 0) throw new Error(`${path} is not as it was`);
      return { contents: `${before}process.getBuiltinModule("module")${after}` };
    });
  },
};

/** sh-syntax says of its runtime that it is not worth running, and means another name of the file. */
const runtimeOfShSyntax = {
  name: "runtime-of-sh-syntax",
  setup({ onResolve }) {
    const path = resolve("node_modules/sh-syntax/vendors/wasm_exec.cjs");
    onResolve({ filter: /\/wasm_exec\.cjs$/ }, () => ({ path, sideEffects: true }));
  },
};

/** cli.js compiles the program itself, to keep what V8 makes of it. It reads the text a byte a character, which halves its memory. */
async function wrapProgram(path) {
  const text = await readFile(path, "latin1");
  const strange = /[^\0-\x7f]+/.exec(text);
  if (strange)
    throw new Error(
      `${path} must be ASCII: write an escape at …${text.slice(strange.index - 40, strange.index)}`,
    );
  await writeFile(path, `(function (exports, require, module, __filename, __dirname) {${text}\n})`, "latin1");
}

const common = {
  outdir: "dist",
  bundle: true,
  external: ["vscode"],
  sourcemap: process.env.CLOCKWORK_SOURCEMAP ? "linked" : false,
  minifySyntax: true,
  // Less text to read at every start; names stay, so that a stack trace can be read.
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  // web-tree-sitter reads import.meta.url, which CommonJS does not have; the .wasm bytes are handed to it instead.
  define: { "import.meta.url": '"file:///clockwork"' },
  plugins: [requireModule, runtimeOfShSyntax],
};
// Its modules for browsers: of those for Node, all run at every start, whether there is YAML to read or not.
const yaml = "./node_modules/yaml/browser/dist/index.js";

// Without what finds its .wasm in a folder of packages.
const shSyntax = "./node_modules/sh-syntax/lib/browser.js";

const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

await mkdir("dist", { recursive: true });
const metafiles = await Promise.all([
  build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(entries).filter(([name]) => isWanted(name))),
    platform: "node",
    target: "node20.19",
    format: "cjs",
    alias: { yaml, "sh-syntax": shSyntax },
  }),
  ...Object.entries(webEntries)
    .filter(([name]) => isWanted(name))
    .map(([name, { entry, ...options }]) =>
      build({
        ...common,
        ...options,
        entryPoints: { [name]: entry },
        platform: "browser",
        target: "es2023",
        // A browser's own hashes only answer later, and the core is synchronous.
        alias: { yaml, "node:crypto": "./server/src/host/browser-crypto.ts" },
      }),
    ),
]);
const outputs = metafiles.flatMap(({ metafile }) => Object.keys(metafile.outputs));
if (outputs.includes("dist/main.js")) await wrapProgram("dist/main.js");
await Promise.all(Object.entries(assets).map(([name, path]) => copyFile(path, join("dist", name))));

// What an earlier build left is removed last, so that dist/ is never without its files while something runs from it.
if (wanted.length === 0) {
  const licenses = "dist/licenses.txt";
  await writeFile(
    licenses,
    await notices(
      metafiles.map(({ metafile }) => metafile),
      Object.values(assets),
    ),
  );
  const made = new Set([licenses, ...outputs, ...Object.keys(assets).map((name) => `dist/${name}`)]);
  const found = await readdir("dist", { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const stale = files.filter((path) => !made.has(path.replaceAll("\\", "/")));
  await Promise.all(stale.map((path) => rm(path)));
}
