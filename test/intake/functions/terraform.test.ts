import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { valueToJson } from "../../../server/src/intake/to-json.ts";
import type { Json } from "../../../server/src/intake/value.ts";
import { evaluateText, grammar } from "../expressions/support.ts";

/** Expression and its value in Terraform 1.11.4; without the second where it reports an error. `record.mjs` writes it. */
type Recorded = readonly [expression: string, value?: Json];

const recorded: readonly Recorded[] = JSON.parse(readFileSync("test/intake/functions/recorded.json", "utf8"));
const loaded = await grammar();

test.each(recorded.map((row) => ({ expression: row[0], row })))("$expression", ({ expression, row }) => {
  const { value, diagnostics } = evaluateText(loaded, expression);
  if (row.length === 1) expect(diagnostics.length).toBeGreaterThan(0);
  else {
    expect(diagnostics).toEqual([]);
    expect(valueToJson(value)).toEqual(row[1]);
  }
});
