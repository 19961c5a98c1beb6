import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { analyse } from "../../server/src/analyse.ts";
import { starter } from "../../server/src/cli/init.ts";
import { renderDiagnostics } from "../../server/src/diagnostics/render.ts";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";
import { type Grammar, loadGrammar } from "../../server/src/syntax/parser.ts";

let grammar: Grammar;

beforeAll(async () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
  grammar = await loadGrammar({
    runtime: read("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    grammar: read("grammar/tree-sitter-clockwork.wasm"),
  });
});

test("the starter stack has no problem and makes what its comments promise", async () => {
  const files = starter();
  const memory = new MemoryFiles(
    Object.fromEntries(Object.entries(files).map(([p, text]) => [`/s/${p}`, text])),
  );
  const { diagnostics, ir } = await analyse(memory, grammar, "/s");
  expect(renderDiagnostics(diagnostics, (file) => files[file], { color: false })).toBe("");
  expect([...ir.resources, ...ir.verifies].map((r) => r.address)).toEqual([
    "directory.site",
    "file.page",
    "file.server",
    "service.web",
    "verify.http.answers",
  ]);
  const server = ir.resources.find((r) => r.address === "file.server")?.attributes.get("content");
  expect(server?.kind === "string" && server.value).toContain("http://127.0.0.1:${port}`");
});

test("the starter stack is written as fmt would", () => {
  for (const text of Object.values(starter())) {
    expect(text.endsWith("\n")).toBe(true);
    expect(text).not.toMatch(/[ \t]$/m);
  }
});
