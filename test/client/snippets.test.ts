import { describe, expect, test } from "vitest";
import { complete } from "../../server/src/ide/completion.ts";
import { format } from "../../server/src/syntax/format.ts";
import snippets from "../../snippets/clockwork.json" with { type: "json" };
import { placeIn } from "../support/ide.ts";
import { analyseText, problems } from "../support/stack.ts";

/** As it stands once every place has kept its text. */
const filled = (body: readonly string[]): string =>
  `${body
    .join("\n")
    .replace(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, "$1")
    .replace(/\\\$/g, "$")}\n`;

/** A block of a resource alone is no file. */
const around = (name: string, text: string): string =>
  name === "Dynamic block"
    ? `resource "service" "web" {\n  image = "nginx"\n${text.replace(/^(?=.)/gm, "  ")}}\n`
    : text;

/** Names that the rest of a stack has. */
const ofOthers =
  /^unknown-resource|^unknown-variable|^missing-variable|^unused-|^module-not-found|^invalid-module/;

describe.each(Object.entries(snippets))("%s", (name, { body }) => {
  const text = around(name, filled(body));

  test("is right but for names of the rest of a stack", async () => {
    expect(problems(await analyseText(text)).filter((problem) => !ofOthers.test(problem))).toEqual([]);
  });

  test("is laid out as the formatter has it", () => {
    expect(format(text)).toBe(text);
  });
});

test("no snippet is called what completion offers", async () => {
  const { snapshot, file, text, offset } = await placeIn("<|>");
  const offered = complete(snapshot, file, text, offset).items.map(({ label }) => label);
  expect(offered).toContain("resource");
  const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
  expect(prefixes.filter((prefix) => offered.includes(prefix))).toEqual([]);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});
