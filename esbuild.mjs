// Builds dist/ from whatever entry points exist. Everything is bundled as CommonJS: VS Code loads extensions so, and one
// format keeps one way of finding the .wasm files, which lie beside the bundles. `node esbuild.mjs server cli` builds
// those two alone.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const all = {
  cli: "server/src/cli/main.ts",
  supervisor: "server/src/forge/supervisor/main.ts",
  server: "server/src/lsp/main.ts",
  extension: "client/src/extension.ts",
};
const wanted = process.argv.slice(2);
const entries = Object.fromEntries(
  Object.entries(all).filter(
    ([name, path]) => existsSync(path) && (wanted.length === 0 || wanted.includes(name)),
  ),
);
const assets = [
  "node_modules/web-tree-sitter/web-tree-sitter.wasm",
  "grammar/tree-sitter-clockwork.wasm",
].filter((path) => existsSync(path));

await mkdir("dist", { recursive: true });
const { metafile } = await build({
  entryPoints: entries,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  external: ["vscode"],
  sourcemap: process.env.CLOCKWORK_SOURCEMAP ? "linked" : false,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  // web-tree-sitter reads import.meta.url, which CommonJS does not have; the .wasm bytes are handed to it instead.
  define: { "import.meta.url": '"file:///clockwork"' },
  banner: { js: "#!/usr/bin/env node" },
});
await Promise.all(assets.map((path) => copyFile(path, join("dist", basename(path)))));

// What an earlier whole build left is removed last, so that dist/ is never without its files while something runs from it.
const made = new Set([...Object.keys(metafile.outputs), ...assets].map((path) => basename(path)));
const stale = wanted.length > 0 ? [] : (await readdir("dist")).filter((name) => !made.has(name));
await Promise.all(stale.map((name) => rm(join("dist", name), { recursive: true })));
