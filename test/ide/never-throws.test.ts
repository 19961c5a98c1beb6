/* Whatever the text and wherever the place: every feature that follows names or lays out answers, with ranges of the text. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declarationAt, incoming, outgoing } from "../../server/src/ide/calls.ts";
import { definitions, typeDefinitions } from "../../server/src/ide/definition.ts";
import { foldingRanges, linkedRanges, selectionRanges } from "../../server/src/ide/folding.ts";
import { formatFile, formatRange, formatTyped } from "../../server/src/ide/formatting.ts";
import { Index } from "../../server/src/ide/index.ts";
import { links } from "../../server/src/ide/links.ts";
import { highlights, references } from "../../server/src/ide/references.ts";
import { prepareRename, rename } from "../../server/src/ide/rename.ts";
import { semanticTokens } from "../../server/src/ide/semantic-tokens.ts";
import { type FileRange, locate, type Range, type Snapshot } from "../../server/src/ide/snapshot.ts";
import { type DocumentSymbol, documentSymbols, workspaceSymbols } from "../../server/src/ide/symbols.ts";
import { runs } from "../support/runs.ts";
import { analyseText } from "../support/stack.ts";
import { everything } from "./stack.ts";

type Files = Readonly<Record<string, string>>;

function examples(): readonly (readonly [name: string, files: Files])[] {
  return readdirSync("examples").map((name) => {
    const names = readdirSync(`examples/${name}`, { recursive: true, encoding: "utf8" });
    const own = names.filter((n) => /\.cw(?:vars)?$/.test(n));
    return [name, Object.fromEntries(own.map((n) => [n, readFileSync(`examples/${name}/${n}`, "utf8")]))];
  });
}

function sourceOf(snapshot: Snapshot, file: string) {
  const source = locate(snapshot, file)?.source;
  if (!source) throw new Error(`no ${file}`);
  return source;
}

/** All that is asked of a place. */
function ask(index: Index, file: string, offset: number): void {
  const { snapshot } = index;
  const source = sourceOf(snapshot, file);
  const place = { file, offset };
  const found: FileRange[] = [
    ...[...definitions(index, place), ...typeDefinitions(index, place)].flatMap((d) => [d.at, d.whole]),
    ...references(index, place, { withDefinition: true }).map((r) => r.at),
    ...highlights(index, place).map((r) => r.at),
  ];
  const renamed = rename(index, place, "another_name");
  const prepared = prepareRename(index, place);
  if (!("refused" in prepared)) expect(source.text.slice(prepared.start, prepared.end)).toBe(prepared.text);
  if (!("refused" in renamed)) {
    found.push(...renamed.map((e) => e.at));
    expectApart(renamed.map((e) => e.at));
  }
  const declaration = declarationAt(index, place);
  if (declaration)
    for (const { at } of [...incoming(index, declaration), ...outgoing(index, declaration)])
      found.push(...at);
  for (const range of found) expectInside(snapshot, range);
  const selections = selectionRanges(source, offset);
  for (const [i, { start, end }] of selections.entries()) {
    expect(start <= offset && offset <= end).toBe(true);
    const outer = selections[i + 1];
    if (outer)
      expect(outer.start <= start && end <= outer.end && outer.end - outer.start > end - start).toBe(true);
  }
  expect([0, 2]).toContain(linkedRanges(source, offset).length);
  for (const typed of ["}", "\n"])
    expectApart(formatTyped(source, offset, typed).map((e) => ({ file, ...e })));
}

/** All that is asked of a file. */
function askWhole(index: Index, file: string): void {
  const { snapshot } = index;
  const source = sourceOf(snapshot, file);
  const isInside = ({ start, end }: Range) => expectInside(snapshot, { file, start, end });
  for (const link of links(snapshot, file)) isInside(link);
  for (const fold of foldingRanges(source)) isInside(fold);
  const nested = ({ whole, at, children, name }: DocumentSymbol): void => {
    expect(name).not.toBe("");
    isInside(whole);
    expect(whole.start <= at.start && at.end <= whole.end).toBe(true);
    for (const child of children) {
      expect(whole.start <= child.whole.start && child.whole.end <= whole.end).toBe(true);
      nested(child);
    }
  };
  for (const symbol of documentSymbols(source)) nested(symbol);
  let last = 0;
  for (const { start, end } of semanticTokens(source)) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(source.text.slice(start, end)).toMatch(/^[^\n]+$/);
    last = end;
  }
  const all = { start: 0, end: source.text.length };
  expectApart(formatRange(source, all).map((e) => ({ file, ...e })));
  expectApart(formatFile(source).map((e) => ({ file, ...e })));
  workspaceSymbols(index, "");
}

function expectInside(snapshot: Snapshot, { file, start, end }: FileRange): void {
  const length = locate(snapshot, file)?.source.text.length ?? 0;
  expect(0 <= start && start <= end && end <= length).toBe(true);
}

/** The protocol allows no overlapping edits. */
function expectApart(ranges: readonly FileRange[]): void {
  const sorted = [...ranges].sort((a, b) =>
    a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1,
  );
  for (const [i, range] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next?.file === range.file) expect(range.end).toBeLessThanOrEqual(next.start);
  }
}

describe.each([...examples(), ["everything", everything] as const])("%s", (_, files) => {
  const whole = Object.entries(files);
  const [name = "", text = ""] = whole.find(([file]) => file === "main.cw") ?? whole[0] ?? [];

  test("at every place", async () => {
    const index = new Index(await analyseText(files));
    for (const [file, content] of whole) {
      askWhole(index, file);
      for (let offset = 0; offset <= content.length; offset++) ask(index, file, offset);
    }
  });

  test("where the text breaks off, and where a part is missing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.nat(60), fc.boolean(), async (from, length, isCut) => {
        const left = text.slice(0, from) + (isCut ? "" : text.slice(from + length));
        const index = new Index(await analyseText({ ...files, [name]: left }));
        askWhole(index, name);
        for (let offset = Math.max(0, from - 40); offset <= Math.min(left.length, from + 40); offset++)
          ask(index, name, offset);
      }),
      { numRuns: runs(40) },
    );
  });
});
