import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type Analysis, analyse } from "../server/src/analyse.ts";
import { codes } from "../server/src/diagnostics/codes.ts";
import { renderDiagnostics } from "../server/src/diagnostics/render.ts";
import { MemoryFiles } from "../server/src/host/memory-files.ts";
import { type Grammar, loadGrammar } from "../server/src/syntax/parser.ts";
import { faultsOfFixes } from "./support/fixes.ts";

/*
 * Stacks with mistakes, and what people are told about them. Every case has mistakes in at least two blocks, because a
 * broken block must not hide the problems of another. `vitest -u` rewrites the texts; a person reads the difference.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "test/cases/broken");
const cases = readdirSync(folder).sort();
let grammar: Grammar;

beforeAll(async () => {
  grammar = await loadGrammar({
    runtime: readFileSync(join(root, "node_modules/web-tree-sitter/web-tree-sitter.wasm")),
    grammar: readFileSync(join(root, "grammar/tree-sitter-clockwork.wasm")),
  });
});

function sourcesOf(name: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(folder, name)).filter((file) => file !== "diagnostics.txt");
  return Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, name, file), "utf8")]));
}

async function analysed(sources: Readonly<Record<string, string>>): Promise<Analysis> {
  const files = Object.entries(sources).map(([name, text]) => [`/stack/${name}`, text] as const);
  return analyse(new MemoryFiles(Object.fromEntries(files)), grammar, "/stack");
}

describe("a broken stack", () => {
  test.each(cases)("%s", async (name) => {
    const sources = sourcesOf(name);
    const { diagnostics } = await analysed(sources);
    const text = renderDiagnostics(diagnostics, (file) => sources[file], { color: false, width: 110 });
    await expect(text).toMatchFileSnapshot(join(folder, name, "diagnostics.txt"));
  });

  test.each(cases)("%s: no block hides the mistakes of another", async (name) => {
    const sources = sourcesOf(name);
    const { diagnostics } = await analysed(sources);
    const blocks = diagnostics.flatMap(({ span }) =>
      span
        ? [`${span.origin.file} ${blockAt(sources[span.origin.file] ?? "", span.origin.start + span.start)}`]
        : [],
    );
    expect(new Set(blocks).size).toBeGreaterThan(1);
  });

  test.each(cases)("%s: every repair mends its problem and makes no other", async (name) => {
    // What a kind needs is only known once its name is right.
    expect(await faultsOfFixes(sourcesOf(name), undefined, ["missing-attribute"])).toEqual([]);
  });

  test.each(cases)("%s: every place is inside its file, and every code in the table", async (name) => {
    const sources = sourcesOf(name);
    const { diagnostics } = await analysed(sources);
    for (const { code, span, related = [], fix } of diagnostics) {
      expect(Object.keys(codes)).toContain(code);
      const spans = [span, ...related.map((r) => r.span), ...(fix?.edits ?? []).map((e) => e.span)];
      for (const s of spans.filter((each) => each !== undefined)) {
        const text = sources[s.origin.file];
        expect(text, `${s.origin.file} of ${code}`).toBeDefined();
        expect(s.origin.start + s.start).toBeGreaterThanOrEqual(0);
        expect(s.end).toBeGreaterThanOrEqual(s.start);
        expect(s.origin.start + s.end).toBeLessThanOrEqual(text?.length ?? -1);
      }
    }
  });
});

/** The number of the blocks that begin at the margin before an offset: which of them it is in. */
function blockAt(text: string, offset: number): number {
  return (text.slice(0, offset + 1).match(/^[a-z]/gm) ?? []).length;
}
