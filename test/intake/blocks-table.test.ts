/* The table of the language's own blocks says what validation takes. */
import { expect, test } from "vitest";
import { type BlockSchema, topBlocks } from "../../server/src/intake/schema/blocks.ts";
import { analyseText, problems } from "../support/stack.ts";

/** A block with all its attributes, each once, and all blocks inside of it. */
function whole({ name, labels, fields, blocks }: BlockSchema, margin = ""): string {
  const header = [name, ...labels.map((l) => `"${l.values?.[0] ?? given[l.placeholder] ?? "a"}"`)].join(" ");
  const lines = fields
    .filter((f) => f.name !== "count")
    .map((f) => `${margin}  ${f.name} = ${f.holds === "folder" ? '"./m"' : "null"}\n`);
  return `${margin}${header} {\n${lines.join("")}${blocks.map((b) => whole(b, `${margin}  `)).join("")}${margin}}\n`;
}

const given: Readonly<Record<string, string>> = { KIND: "file" };

test.each(topBlocks)("every attribute and block of $name is known", async (block) => {
  const found = await analyseText({ "main.cw": whole(block), "m/main.cw": "locals {}\n" });
  expect(problems(found).filter((p) => /^(?:unknown|unexpected)-/.test(p))).toEqual([]);
});

test.each(
  topBlocks.filter((b) => !["locals", "resource", "verify", "module", "moved", "removed"].includes(b.name)),
)("what validation names for $name is in the table", async (block) => {
  const text = whole({ ...block, fields: [], blocks: [] }).replace("{\n", "{\n  zzzzzzzzzzzzzzzzzz = 1\n");
  const { diagnostics } = await analyseText(text);
  const hint = diagnostics.find((d) => d.message.includes("zzzz"))?.hint ?? "";
  const names = [...hint.matchAll(/[a-z_]{2,}/g)].map(([n]) => n).filter((n) => n !== "has" && n !== "It");
  expect(names.length).toBeGreaterThan(0);
  const known = [...block.fields, ...block.blocks].map((f) => f.name);
  expect(names.filter((n) => n !== "t" && !known.includes(n))).toEqual([]);
});
