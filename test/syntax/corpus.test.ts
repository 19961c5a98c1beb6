import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { collapse, readCorpus, writeCorpus } from "./corpus.ts";
import { testGrammar } from "./grammar.ts";

/*
 * The corpus runs through web-tree-sitter. `node scripts/grammar.mjs native` runs this file again with the native
 * parser, `node scripts/grammar.mjs test --update` writes the trees as they are now.
 */
const folder = "grammar/test/corpus";
const native = process.env["CLOCKWORK_NATIVE_PARSER"];
const update = process.env["CLOCKWORK_UPDATE_CORPUS"] === "1";

interface NativeParser {
  setLanguage(language: object): void;
  parse(text: string): { readonly rootNode: { toString(): string } };
}

let parse: (text: string) => string;
beforeAll(async () => {
  if (native === undefined) {
    const { parser } = await testGrammar();
    parse = (text) => parser.parse(text)?.rootNode.toString() ?? "";
    return;
  }
  const load = createRequire(join(native, "package.json"));
  const Native: new () => NativeParser = load("tree-sitter");
  const parser = new Native();
  parser.setLanguage(load("./clockwork.node"));
  parse = (text) => parser.parse(text).rootNode.toString();
});

describe.each(readdirSync(folder))("%s", (file) => {
  const cases = readCorpus(readFileSync(join(folder, file), "utf8"));
  test.each(cases)("$name", ({ source, expected }) => {
    if (!update) expect(collapse(parse(source))).toBe(expected);
  });
  if (!update) return;
  test("is written", () => {
    const now = cases.map((c) => ({ ...c, expected: collapse(parse(c.source)) }));
    writeFileSync(join(folder, file), writeCorpus(now));
    expect(readCorpus(readFileSync(join(folder, file), "utf8"))).toEqual(now);
  });
});
