import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderValue } from "../../../server/src/intake/render.ts";
import { evaluateText, grammar } from "./support.ts";

/** Expression and what `terraform console` 1.11.4 prints for it; without the second where it reports an error. */
type Recorded = readonly [expression: string, output?: string];

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync("test/intake/expressions/console.json", "utf8"),
);

/** Where we differ from Terraform on purpose. */
const deviations: readonly (readonly [expression: string, ours: string | undefined, why: string])[] = [
  ["1/0", undefined, "Terraform gives +Inf, a number that nothing else can read"],
  ["5 % 0", undefined, "Terraform gives 5"],
  ["pow(10,400)", undefined, "+Inf again"],
  ["log(0,10)", undefined, "-Inf again"],
  ['try(1/0, "x")', '"x"', "an error, so try goes on"],
  ["-0", "0", "Terraform writes -0"],
  ['format("%s", null)', undefined, "Terraform gives an unknown value"],
  ['format("%v", null)', '"null"', "Terraform gives an unknown value for a null of no type"],
  ['element(["a","b","c"], -1)', '"c"', "Terraform 1.11 crashes here; later ones count from the end"],
  [
    '{a=1}[sensitive("a")]',
    "(sensitive value)",
    "a sensitive key of an object marks the result as one of a map does",
  ],
];

const loaded = await grammar();

const cases = recorded.map(([expression, output]) => ({ expression, output }));

test.each(cases)("$expression", ({ expression, output }) => {
  const { value, diagnostics } = evaluateText(loaded, expression);
  if (output === undefined) expect(diagnostics.length).toBeGreaterThan(0);
  else {
    expect(diagnostics).toEqual([]);
    expect(renderValue(value)).toBe(output);
  }
});

const deviating = deviations.map(([expression, ours]) => ({ expression, ours }));

test.each(deviating)("$expression is not as in Terraform", ({ expression, ours }) => {
  const { value, diagnostics } = evaluateText(loaded, expression);
  if (ours === undefined) expect(diagnostics.length).toBe(1);
  else expect(renderValue(value)).toBe(ours);
});
