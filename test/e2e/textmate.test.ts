import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installation } from "./lib/server.ts";

// The colours of the first paint, by the library that VS Code itself paints with.

/** Of vscode-textmate, what a test needs. */
interface Grammar {
  tokenizeLine(
    line: string,
    state: unknown,
  ): {
    readonly tokens: readonly {
      readonly startIndex: number;
      readonly endIndex: number;
      readonly scopes: readonly string[];
    }[];
    readonly ruleStack: unknown;
  };
}
interface TextMate {
  readonly INITIAL: unknown;
  readonly Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar | null> };
  parseRawGrammar(text: string, path: string): unknown;
}
interface Oniguruma {
  loadWASM(bytes: Uint8Array): Promise<void>;
  createOnigScanner(sources: readonly string[]): unknown;
  createOnigString(text: string): unknown;
}

const path = "syntaxes/clockwork.tmLanguage.json";

async function load(): Promise<{ grammar: Grammar; initial: unknown }> {
  const modules = join(installation().vscode, "node_modules");
  const require = createRequire(`${modules}/`);
  const onig: Oniguruma = require(join(modules, "vscode-oniguruma"));
  const textmate: TextMate = require(join(modules, "vscode-textmate"));
  await onig.loadWASM(readFileSync(join(modules, "vscode-oniguruma/release/onig.wasm")));
  const { createOnigScanner, createOnigString } = onig;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path),
  });
  const grammar = await registry.loadGrammar("source.clockwork");
  if (!grammar) throw new Error("no grammar");
  return { grammar, initial: textmate.INITIAL };
}

test("every example is painted as before", async () => {
  const { grammar, initial } = await load();
  const examples = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(examples.length).toBeGreaterThan(3);
  for (const { name } of examples) {
    let state = initial;
    const shown = readFileSync(`examples/${name}/main.cw`, "utf8")
      .split("\n")
      .flatMap((line, i) => {
        const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
        state = ruleStack;
        return tokens
          .map(({ startIndex, endIndex, scopes }) => ({
            text: line.slice(startIndex, endIndex),
            scope: scopes.at(-1),
          }))
          .filter(({ text, scope }) => text.trim() !== "" && scope !== "source.clockwork")
          .map(({ text, scope }) => `${i + 1} ${scope?.replace(/\.clockwork$/, "")}: ${text}\n`);
      });
    expect(shown.length).toBeGreaterThan(20);
    await expect(shown.join("")).toMatchFileSnapshot(`__snapshots__/textmate/${name}.txt`);
  }
});
