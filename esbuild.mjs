// Builds dist/ from whatever entry points exist. Everything is bundled as CommonJS: VS Code loads extensions so, and one
// format keeps one way of finding the .wasm files, which lie beside the bundles.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const entries = {
  cli: "server/src/cli/main.ts",
  supervisor: "server/src/forge/supervisor/main.ts",
  server: "server/src/lsp/main.ts",
  extension: "client/src/extension.ts",
};

await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await build({
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
  // web-tree-sitter reads import.meta.url, which CommonJS does not have; the .wasm bytes are handed to it instead.
  define: { "import.meta.url": '"file:///clockwork"' },
  banner: { js: "#!/usr/bin/env node" },
});
await Promise.all([
  copyFile("node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/web-tree-sitter.wasm"),
  copyFile("grammar/tree-sitter-clockwork.wasm", "dist/tree-sitter-clockwork.wasm"),
]);
