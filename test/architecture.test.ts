import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/*
 * Who may import whom. Rooms stand in the order the data flows; a room may import only rooms that its row names, so the
 * program cannot grow a circle. A foreign library has one door.
 */

/** What each room may import of ours: a file, a folder, or both of one name. The longest entry that fits a path is its room. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  // The product's name and version, for the faces and required_version.
  "package.json": [],
  "server/src/protocol": [],
  "server/src/diagnostics": ["server/src/protocol"],
  "server/src/host": [],
  "server/src/syntax": ["server/src/diagnostics"],
  "server/src/intake": ["server/src/syntax", "server/src/diagnostics", "server/src/host", "package.json"],
  "server/src/state": ["server/src/intake", "server/src/diagnostics", "server/src/host"],
  "server/src/assembly": ["server/src/intake", "server/src/state", "server/src/diagnostics"],
  "server/src/agent": ["server/src/protocol"],
  "server/src/forge": [
    "server/src/forge/supervisor",
    "server/src/forge/mask",
    "server/src/forge/mask-forms",
    "server/src/assembly",
    "server/src/agent",
    "server/src/intake",
    "server/src/state",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/protocol",
  ],
  // A program of its own, which outlives the one that started it: it brings neither plans nor compilers along.
  "server/src/forge/supervisor": ["server/src/host", "server/src/state", "server/src/forge/mask"],
  "server/src/forge/mask": ["server/src/forge/mask-forms"],
  "server/src/forge/mask-forms": [],
  "server/src/analyse": [
    "server/src/intake",
    "server/src/assembly",
    "server/src/syntax",
    "server/src/diagnostics",
    "server/src/host",
  ],
  "server/src/plan.ts": [
    "server/src/analyse",
    "server/src/intake",
    "server/src/assembly",
    "server/src/forge",
    "server/src/state",
    "server/src/diagnostics",
    "server/src/host",
  ],
  "server/src/pipeline": [
    "server/src/plan.ts",
    "server/src/analyse",
    "server/src/intake",
    "server/src/assembly",
    "server/src/forge",
    "server/src/state",
    "server/src/syntax",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/protocol",
  ],
  // Decides by itself what of the pipeline is done, and when.
  "server/src/daemon": [
    "server/src/forge/mask",
    "server/src/pipeline",
    "server/src/plan.ts",
    "server/src/analyse",
    "server/src/forge",
    "server/src/assembly",
    "server/src/intake",
    "server/src/syntax",
    "server/src/state",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/agent",
    "server/src/protocol",
  ],
  // What faces that start nothing show of the daemon, from its files.
  "server/src/daemon/shown": [
    "server/src/daemon",
    "server/src/plan.ts",
    "server/src/forge",
    "server/src/state",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/protocol",
  ],
  // A tool's entry: the contracts as JSON Schemas.
  "server/src/schemas.ts": [
    "server/src/intake",
    "server/src/state",
    "server/src/assembly",
    "server/src/forge",
  ],
  "server/src/ide": [
    "server/src/syntax",
    "server/src/intake",
    "server/src/assembly",
    "server/src/state",
    "server/src/diagnostics",
  ],
  // What language models are told, in the editor and over MCP.
  "server/src/tools": ["server/src/assembly", "server/src/protocol"],
  "server/src/lsp": [
    "server/src/ide",
    "server/src/tools",
    "server/src/daemon/shown",
    "server/src/plan.ts",
    "server/src/analyse",
    "server/src/forge",
    "server/src/assembly",
    "server/src/intake",
    "server/src/syntax",
    "server/src/state",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/protocol",
    "package.json",
  ],
  "server/src/cli": [
    "server/src/tools",
    "server/src/forge/mask",
    "server/src/daemon",
    "server/src/pipeline",
    "server/src/analyse",
    "server/src/forge",
    "server/src/assembly",
    "server/src/state",
    "server/src/intake",
    "server/src/syntax",
    "server/src/diagnostics",
    "server/src/host",
    "server/src/agent",
    "server/src/protocol",
    "package.json",
  ],
  "client/src": ["server/src/protocol"],
};

/** Who may import a foreign library: paths, each a file or a folder (with a slash at its end). */
const doors: readonly { readonly library: RegExp; readonly at: readonly string[] }[] = [
  { library: /^vscode$|^vscode-languageclient(\/|$)/, at: ["client/src/"] },
  { library: /^vscode-languageserver/, at: ["server/src/lsp/"] },
  // Our grammar, and those of the languages of scripts.
  { library: /^web-tree-sitter$/, at: ["server/src/syntax/", "server/src/forge/scripts/"] },
  { library: /^(?:@babel\/parser|sh-syntax)$/, at: ["server/src/forge/scripts/"] },
  { library: /^@dagrejs\/dagre$/, at: ["client/src/graph/"] },
  { library: /^@anthropic-ai\/sdk(\/|$)/, at: ["server/src/agent/anthropic"] },
  { library: /^commander$/, at: ["server/src/cli/"] },
  { library: /^node-diff3$/, at: ["server/src/forge/merge", "client/src/artifacts/hunks"] },
  { library: /^yaml$/, at: ["server/src/intake/functions/yaml-decode"] },
  { library: /^decimal\.js$/, at: ["server/src/intake/"] },
  {
    library: /^zod(\/|$)/,
    at: [
      "server/src/schemas.ts",
      "server/src/agent/",
      "server/src/assembly/",
      "server/src/cli/",
      "server/src/daemon/",
      "server/src/diagnostics/schema-messages.ts",
      "server/src/forge/",
      "server/src/intake/",
      "server/src/lsp/",
      "server/src/state/",
    ],
  },
  { library: /^@noble\/hashes\//, at: ["server/src/host/browser-crypto.ts"] },
  // A hash is a pure function.
  { library: /^node:crypto$/, at: ["server/src/"] },
  // The command line turns what a person typed into absolute paths.
  { library: /^node:path$/, at: ["server/src/cli/"] },
  {
    library: /^node:/,
    at: [
      "server/src/host/node",
      "server/src/cli/main.ts",
      "server/src/cli/parser-thread.ts",
      "server/src/cli/start.ts",
      "server/src/lsp/main.ts",
      "server/src/forge/supervisor/",
      "client/src/",
    ],
  },
];

interface Import {
  /** From the repository's root, with forward slashes. */
  readonly from: string;
  /** As written. */
  readonly specifier: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** All imports and re-exports, also dynamic and of types alone, as TypeScript itself finds them. */
function importsOf(from: string, text: string): readonly Import[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map((file) => ({ from, specifier: file.fileName }));
}

function roomOf(path: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => path === room || path === `${room}.ts` || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** What is wrong with an import, or undefined. */
function complaint({ from, specifier }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return `${from} is in no room`;
  return specifier.startsWith(".") ? ownComplaint(from, room, specifier) : foreignComplaint(from, specifier);
}

function ownComplaint(from: string, room: string, specifier: string): string | undefined {
  const target = join(dirname(from), specifier).replaceAll("\\", "/");
  if (!/\.(?:ts|json)$/.test(target)) return `${from} imports ${specifier}, which does not end in .ts`;
  const other = roomOf(target);
  if (other === undefined) return `${from} imports ${target}, which is in no room`;
  return other === room || rooms[room]?.includes(other)
    ? undefined
    : `${from} imports ${target}: ${room} may not import ${other}`;
}

function foreignComplaint(from: string, specifier: string): string | undefined {
  const door = doors.filter(({ library }) => library.test(specifier));
  if (door.length === 0) return `${from} imports ${specifier}, which has no door`;
  return door.some(({ at }) => at.some((path) => from.startsWith(path)))
    ? undefined
    : `${from} imports ${specifier} beside its door`;
}

const files = [...sources("server/src"), ...sources("client/src")];
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")));

describe("the program", () => {
  test("has imports to check", () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  test("imports only what its rooms may import", () => {
    expect(imports.map(complaint).filter((c) => c !== undefined)).toEqual([]);
  });

  test("reads the process only in the mains and the host", () => {
    const allowed =
      /^(?:server\/src\/(?:cli|lsp)\/main\.ts|server\/src\/cli\/start\.ts|server\/src\/host\/node|server\/src\/forge\/supervisor\/|client\/src\/)/;
    const readers = files.filter(
      (f) => !allowed.test(f) && usesProcess(f, readFileSync(join(root, f), "utf8")),
    );
    expect(readers).toEqual([]);
  });
});

const processMembers =
  /^(?:arch|argv|cwd|env|execPath|exit|exitCode|kill|on|once|pid|platform|ppid|stderr|stdin|stdout|version|versions)$/;

/** Whether the global `process` is used, by the syntax: not a property, nor a variable or parameter that the file declares. */
function usesProcess(name: string, text: string): boolean {
  if (!text.includes("process")) return false;
  let used = false;
  let declared = false;
  const isProcess = (node: ts.Node) => ts.isIdentifier(node) && node.text === "process";
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && isProcess(node.expression)) {
      used ||= processMembers.test(node.name.text);
    }
    if ((ts.isParameter(node) || ts.isVariableDeclaration(node)) && isProcess(node.name)) declared = true;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return used && !declared;
}

describe("the rooms", () => {
  test("have no circle", () => {
    const done = new Set<string>();
    const visit = (room: string, path: readonly string[]): void => {
      expect(path, `${[...path, room].join(" -> ")}`).not.toContain(room);
      if (done.has(room)) return;
      for (const next of rooms[room] ?? []) visit(next, [...path, room]);
      done.add(room);
    };
    for (const room of Object.keys(rooms)) visit(room, []);
  });

  test("name only rooms that exist in the table", () => {
    const named = Object.values(rooms).flat();
    expect(named.filter((room) => !(room in rooms))).toEqual([]);
  });
});

describe("the check itself", () => {
  const complaints = (from: string, text: string) => importsOf(from, text).map(complaint);

  test.each([
    [
      "server/src/syntax/x.ts",
      'import { load } from "../intake/load.ts";',
      "server/src/syntax may not import server/src/intake",
    ],
    [
      "server/src/lsp/x.ts",
      'export { a } from "../cli/args.ts";',
      "server/src/lsp may not import server/src/cli",
    ],
    [
      "server/src/assembly/x.ts",
      'const m = await import("../forge/write.ts");',
      "server/src/assembly may not import",
    ],
    [
      "client/src/x.ts",
      'import type { Plan } from "../../server/src/assembly/plan.ts";',
      "client/src may not import",
    ],
    [
      "server/src/protocol.ts",
      'import type { Plan } from "./assembly/plan.ts";',
      "may not import server/src/assembly",
    ],
    ["server/src/forge/supervisor/x.ts", 'import "../run.ts";', "may not import server/src/forge"],
    ["server/src/intake/x.ts", 'import { z } from "../state";', "does not end in .ts"],
    ["server/src/helpers/x.ts", 'import "./y.ts";', "in no room"],
    ["server/src/intake/x.ts", 'import { readFile } from "node:fs/promises";', "beside its door"],
    ["server/src/cli/commands/plan.ts", 'import { argv } from "node:process";', "beside its door"],
    ["server/src/ide/x.ts", 'import { Hover } from "vscode-languageserver-types";', "beside its door"],
    ["server/src/ide/x.ts", 'import { z } from "zod";', "beside its door"],
    ["server/src/intake/x.ts", 'import { Parser } from "web-tree-sitter";', "beside its door"],
    ["server/src/cli/x.ts", 'import _ from "lodash";', "has no door"],
  ])("finds in %s: %s", (from, text, expected) => {
    const [found, ...more] = complaints(from, text);
    expect(found).toContain(expected);
    expect(more).toEqual([]);
  });

  test("lets through what is allowed", () => {
    const text = `
      import { createHash } from "node:crypto";
      import { diagnostic } from "../diagnostics/diagnostic.ts";
      import type { SourceFile } from "../syntax/chunk.ts";
      // import "../forge/write.ts";
      const text = 'import "../forge/write.ts"';
    `;
    expect(complaints("server/src/intake/x.ts", text)).toEqual([undefined, undefined, undefined]);
  });

  test("sees the global process, and no other", () => {
    expect(usesProcess("a.ts", "const home = process.env.HOME;")).toBe(true);
    expect(usesProcess("a.ts", "// process.env\nconst a = 'process.env';")).toBe(false);
    expect(usesProcess("a.ts", "const f = (process: Proc) => process.pid;")).toBe(false);
    expect(usesProcess("a.ts", "host.process.run(); x.process.env;")).toBe(false);
  });
});
