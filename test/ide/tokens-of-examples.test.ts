import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { semanticTokens } from "../../server/src/ide/semantic-tokens.ts";
import { parse } from "../../server/src/syntax/document.ts";
import { testGrammar } from "../support/stack.ts";

const examples = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(examples.map(({ name }) => name))("what the words of %s are", async (name) => {
  const text = readFileSync(`examples/${name}/main.cw`, "utf8");
  const tokens = semanticTokens(parse(await testGrammar(), "main.cw", text));
  const shown = tokens.map(({ start, end, type, isDeclaration }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${line} ${type}${isDeclaration ? " declaration" : ""}: ${text.slice(start, end)}\n`;
  });
  await expect(shown.join("")).toMatchFileSnapshot(`__snapshots__/tokens/${name}.txt`);
});
