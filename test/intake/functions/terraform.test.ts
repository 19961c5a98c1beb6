import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { nodeReadFiles } from "../../../server/src/host/node-files.ts";
import { withFiles } from "../../../server/src/intake/read-files.ts";
import { StackFiles } from "../../../server/src/intake/stack-files.ts";
import { jsonToValue, valueToJson } from "../../../server/src/intake/to-json.ts";
import type { Json } from "../../../server/src/intake/value.ts";
import { stringValue } from "../../../server/src/intake/values.ts";
import { parseTemplate } from "../../../server/src/syntax/template-file.ts";
import { evaluateText, grammar, type Names } from "../expressions/support.ts";

/** Expression and its value in Terraform 1.11.4; without the second where it reports an error. `record.mjs` writes it. */
type Recorded = readonly [expression: string, value?: Json];

const recorded: readonly Recorded[] = JSON.parse(readFileSync("test/intake/functions/recorded.json", "utf8"));

/** Where we differ from Terraform on purpose. */
const deviations: readonly (readonly [expression: string, ours: Json | undefined, why: string])[] = [
  ['yamldecode("%YAML 1.2\\n---\\na: 1")', { a: 1 }, "Terraform reads YAML 1.1 alone"],
  [String.raw`yamldecode("a: \"\\/\"")`, { a: "/" }, "Terraform does not know this escape of YAML 1.2"],
  ['yamldecode("&k a: *k")', { a: "a" }, "Terraform keeps no anchors of keys"],
  [
    'fileset("w*b", "*.conf")',
    [],
    "Terraform takes the folder for a pattern, and answers with paths through `..`",
  ],
  ['fileset("web", "{a,{ab,b}}.*")', undefined, "Terraform misreads alternatives inside of alternatives"],
  ['fileset("web", "sub[/]c.txt")', undefined, "Terraform sees the bad pattern only where a folder matches"],
  ['fileset("web/a.txt", "")', [], 'Terraform answers "."'],
  ['fileexists("hello.txt/x")', false, "Terraform fails below a file"],
  [
    "templatestring(local.n, {})",
    "5",
    "Terraform makes no string of a number here, as it does everywhere else",
  ],
  ['rsadecrypt(file("cipher-binary.b64"), file("key.pem"))', undefined, "Terraform makes a broken string"],
];

const loaded = await grammar();
const root = resolve("test/intake/functions/stack");
const snapshot = new StackFiles((file, text) => parseTemplate(loaded, file, text));
/** As in stack/main.tf. */
const names: Names = {
  "path.module": stringValue("."),
  "local.t": stringValue("<${x}>"),
  "local.m": jsonToValue({ a: ["<${x}>"] }),
  "local.broken": stringValue("a ${ x"),
  "local.lines": stringValue("a\n${x}\n"),
  "local.n": jsonToValue(5),
};

const evaluated = (expression: string) =>
  withFiles(nodeReadFiles(), root, snapshot, () => evaluateText(loaded, expression, names, snapshot));

const cases = recorded.map((row) => ({ expression: row[0], row }));

test.each(cases)("$expression", async ({ expression, row }) => {
  const { value, diagnostics } = await evaluated(expression);
  if (row.length === 1) expect(diagnostics.length).toBeGreaterThan(0);
  else {
    expect(diagnostics).toEqual([]);
    expect(valueToJson(value)).toEqual(row[1]);
  }
});

const deviating = deviations.map(([expression, ours]) => ({ expression, ours }));

test.each(deviating)("$expression is not as in Terraform", async ({ expression, ours }) => {
  const { value, diagnostics } = await evaluated(expression);
  if (ours === undefined) expect(diagnostics.length).toBe(1);
  else expect(valueToJson(value)).toEqual(ours);
});
