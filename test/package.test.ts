/* What is installed: small, nothing that is not meant to be there, and silent. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Raw } from "./lsp/raw.ts";

describe("the .vsix", () => {
  const listed = execFileSync("npx", ["vsce", "ls", "--no-dependencies"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const files = listed.split("\n").filter((line) => line !== "");

  test("holds what it needs", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        ...["package.json", "README.md", "CHANGELOG.md", "LICENSE", "language-configuration.json"],
        ...["dist/extension.js", "dist/server.js", "dist/web/extension.js", "dist/web/server.js"],
        ...["dist/cli.js", "dist/main.js", "dist/supervisor.js", "dist/guard.js", "dist/parser.js"],
        ...["dist/tree-sitter-clockwork.wasm", "dist/web-tree-sitter.wasm"],
        ...["dist/scripts.js", "dist/sh-syntax.wasm", "dist/tree-sitter-bash.wasm"],
        ...["dist/tree-sitter-go.wasm", "dist/tree-sitter-python.wasm"],
        ...["syntaxes/clockwork.tmLanguage.json", "docs/diagnostics/unknown-resource.md"],
        "dist/licenses.txt",
      ]),
    );
  });

  test("holds nothing else: no sources, tests, maps, packages, and nothing of a run", () => {
    const folders =
      /^(?:dist|docs|examples|l10n|media|schemas|snippets|syntaxes)\/|^(?:ARCHITECTURE\.md|CHANGELOG\.md|LICENSE|ROBUSTNESS\.md|README\.md|language-configuration\.json|package(?:\.nls(?:\.\w+)?)?\.json)$/;
    const strange = /node_modules|\.map$|\.ts$|\.test\.|\.clockwork\/|\.vsix$|\.env|state\.json\.|build\//;
    expect(files.filter((file) => !folders.test(file) || strange.test(file))).toEqual([]);
  });

  test("holds what its pages link to", () => expect(deadLinks(files)).toEqual([]));

  test("is under three megabytes", () => {
    const bytes = files.map((file) => deflateRawSync(readFileSync(file)).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3 * 1024 * 1024);
  });
});

describe("the package for npm", () => {
  const listed = execFileSync("npm", ["pack", "--dry-run", "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = JSON.parse(listed) as [{ readonly files: readonly { readonly path: string }[] }];
  const files = packed.files.map(({ path }) => path);

  test("holds what the command line needs", () => {
    expect(files).toEqual(
      expect.arrayContaining(["dist/cli.js", "dist/main.js", "dist/licenses.txt", "LICENSE"]),
    );
  });

  test("holds what its pages link to", () => expect(deadLinks(files)).toEqual([]));
});

/** Links of shipped pages to what is not shipped. */
function deadLinks(files: readonly string[]): string[] {
  const pages = files.filter((file) => /^(?:\w+|docs\/\w+)\.md$/.test(file));
  return pages.flatMap((page) => {
    const targets = readFileSync(page, "utf8").matchAll(/\]\((?!\w+:|#)([^)#]+)/g);
    return [...targets].flatMap(([, target = ""]) => {
      const path = join(dirname(page), target);
      return files.some((file) => file === path || file.startsWith(`${path}/`)) ? [] : [`${page}: ${target}`];
    });
  });
}

test("every package that a bundle holds code of is there with its licence", () => {
  const text = readFileSync("dist/licenses.txt", "utf8");
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const [name, version] of Object.entries(dependencies))
    expect(text).toContain(`\n${name} ${version} (`);
  expect(text).toContain("Copyright (c) 2012-2014 Chris Pettitt");
});

/** In KB, with about a tenth to grow. What makes a bundle larger is worth a look: it is read at every start. */
test.for<readonly [string, number]>([
  // Half of it is the client side of the protocol, the rest commands, views and what they show.
  ["extension.js", 900],
  ["web/extension.js", 760],
  // The rooms up to the plan, of which the table of kinds and the functions are the most; the protocol; zod.
  ["server.js", 1_650],
  ["web/server.js", 1_650],
  ["main.js", 1_700],
  // The start of every command: it compiles main.js from its cache.
  ["cli.js", 4],
  ["parser.js", 125],
  ["supervisor.js", 80],
  ["guard.js", 8],
  // The SDK, which no command reads that does not ask an agent.
  ["anthropic.js", 790],
  // Among them the layout of graphs.
  ["graph.js", 80],
])("dist/%s has at most %i KB", ([name, limit]) => {
  expect(statSync(join("dist", name)).size / 1024).toBeLessThan(limit);
});

describe("no connection is opened", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clockwork-silent-"));
    cpSync("examples/hello", join(folder, "hello"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const guarded = () => ({
    ...process.env,
    NODE_OPTIONS: `--require ${resolve("test/support/no-network.cjs")}`,
    CONNECTIONS: join(folder, "connections"),
  });
  const connections = () =>
    existsSync(join(folder, "connections")) ? readFileSync(join(folder, "connections"), "utf8") : "";
  const node = (...argv: string[]) => promisify(execFile)(process.execPath, argv, { env: guarded() });

  test("a program that opens one is seen", async () => {
    await expect(node("-e", "fetch('http://127.0.0.1:65000/')")).rejects.toThrow();
    expect(connections()).toContain("127.0.0.1");
  });

  test("by validate, plan and build", async () => {
    for (const command of ["validate", "plan", "build"])
      await node("dist/cli.js", command, join(folder, "hello"));
    expect(connections()).toBe("");
  });

  test("by the language server", async () => {
    const raw = new Raw(guarded());
    const uri = `file://${folder}/hello/main.cw`;
    writeFileSync(join(folder, "hello/extra.cw"), 'output "o" {\n  value = file.page.path\n}\n');
    await raw.initialize();
    const text = readFileSync(join(folder, "hello/main.cw"), "utf8");
    raw.notify("textDocument/didOpen", { textDocument: { uri, languageId: "clockwork", version: 1, text } });
    const position = { line: 32, character: 16 };
    const hover = await raw.request("textDocument/hover", { textDocument: { uri }, position });
    expect(hover.error).toBeUndefined();
    await raw.request("shutdown");
    raw.notify("exit");
    expect(await raw.ended).toBe(0);
    expect(connections()).toBe("");
  });
});
