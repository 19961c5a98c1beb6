/*
 * Is our layout Terraform's? `fmt/in` holds files in every style, `fmt/out` what terraform 1.11.4 made of those it does not
 * refuse; where that terraform is on PATH, the recorded files are compared with what it makes now. After a change of the
 * inputs, or for a new terraform, all answers are recorded anew by
 *
 *     CLOCKWORK_UPDATE_FMT=1 npx vitest run test/conformance/fmt.test.ts
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import type { SourceFile } from "../../server/src/syntax/chunk.ts";
import { parse } from "../../server/src/syntax/document.ts";
import { format } from "../../server/src/syntax/format.ts";
import type { Grammar } from "../../server/src/syntax/parser.ts";
import { shape, testGrammar } from "../syntax/grammar.ts";
import { terraformFmt, terraformVersion } from "./terraform.ts";

const inputs = "test/conformance/fmt/in";
const outputs = "test/conformance/fmt/out";
const recordedVersion = "1.11.4";

const version = terraformVersion();
const asked = version === recordedVersion;
if (asked && process.env["CLOCKWORK_UPDATE_FMT"] === "1") record();

const names = readdirSync(inputs);
const accepted = names.filter((name) => existsSync(join(outputs, name)));

let grammar: Grammar;
beforeAll(async () => {
  grammar = await testGrammar();
});

const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");
const problems = (file: SourceFile): readonly string[] =>
  file.chunks.flatMap((c) =>
    c.diagnostics.flatMap((d) => (d.code === "invalid-expression" ? [] : [d.message])),
  );
const hasErrorNode = (text: string): boolean => grammar.parser.parse(text)?.rootNode.hasError ?? true;

/** What a file says, without how: bare labels and quoted ones are equal, so are x and (x), and `"${x}"`. */
function meaning(file: SourceFile): unknown {
  const items = shape(file.chunks.flatMap((c) => c.items));
  const text = JSON.stringify(items, (key, value) => (key === "quoted" ? undefined : plain(value)));
  return JSON.parse(text);
}

const sole = z.object({
  type: z.literal("template"),
  heredoc: z.literal(false),
  parts: z.tuple([z.object({ type: z.literal("interpolation"), expression: z.unknown() })]),
});
const inParentheses = z.object({ type: z.literal("parentheses"), inner: z.unknown() });

function plain(value: unknown): unknown {
  const template = sole.safeParse(value);
  if (template.success) return plain(template.data.parts[0].expression);
  const parentheses = inParentheses.safeParse(value);
  return parentheses.success ? plain(parentheses.data.inner) : value;
}

describe.each(accepted)("%s", (name) => {
  const before = read(inputs, name);
  const after = read(outputs, name);

  test("parses, and is laid out as terraform fmt does it", () => {
    expect(hasErrorNode(before)).toBe(false);
    expect(problems(parse(grammar, name, before))).toEqual([]);
    expect(format(before)).toBe(after);
  });

  test("stays as it is then", () => {
    expect(problems(parse(grammar, name, after))).toEqual([]);
    expect(format(after)).toBe(after);
  });

  // Old names of types are given the new form of what they meant.
  if (name.startsWith("old-types")) return;
  test("means the same", () => {
    expect(meaning(parse(grammar, name, after))).toEqual(meaning(parse(grammar, name, before)));
  });
});

test.each(names.filter((name) => !accepted.includes(name)))("%s has a diagnostic", (name) => {
  expect(name).toMatch(/^refused-/);
  expect(problems(parse(grammar, name, read(inputs, name)))).not.toEqual([]);
});

test("there are many", () => expect(names.length).toBeGreaterThan(150));

test.skipIf(!asked)(
  `terraform ${recordedVersion} gives the recorded files${asked ? "" : `: skipped, terraform is ${version ?? "not on PATH"}`}`,
  () => {
    const now = terraformFmt(inputs);
    expect([...now.keys()]).toEqual(accepted);
    for (const [name, text] of now) expect([name, text]).toEqual([name, read(outputs, name)]);
  },
);

function record(): void {
  const now = terraformFmt(inputs);
  rmSync(outputs, { recursive: true, force: true });
  cpSync(inputs, outputs, {
    recursive: true,
    filter: (path) => path === inputs || now.has(path.slice(inputs.length + 1)),
  });
  for (const [name, text] of now) writeFileSync(join(outputs, name), text);
}
