/*
 * What nobody thought of: random expressions, the same ones in every run (`npm run robustness` takes others), give what
 * terraform gives where it is installed. One that does not goes into `expressions/found.txt` when it has been mended.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { type Answer, isRefusal } from "./answer.ts";
import { expression } from "./arbitrary.ts";
import { clockwork } from "./clockwork.ts";
import { askTerraform, terraformVersion } from "./terraform.ts";

const { terraform }: { readonly terraform: string } = JSON.parse(
  readFileSync("test/conformance/recorded.json", "utf8"),
);
const installed = terraformVersion();
const skipped = installed === terraform ? "" : `: skipped, terraform is ${installed ?? "not on PATH"}`;

/** Longer ones are hard to read, and found by their parts. */
const maxLength = 200;

test.skipIf(installed !== terraform)(`random expressions are terraform's${skipped}`, async () => {
  const ours = await clockwork();
  const { seed = 0 } = fc.readConfigureGlobal() ?? {};
  const tried = [...new Set(fc.sample(expression, { numRuns: runs(1500), seed }))].filter(
    (e) => e.length < maxLength,
  );
  const theirs = askTerraform(tried);
  const different: Record<string, { readonly ours: Answer; readonly theirs: Answer | undefined }> = {};
  let values = 0;
  for (const [i, e] of tried.entries()) {
    const [a, b] = [await ours(e), theirs[i]];
    if (b && !isRefusal(b)) values++;
    if (isRefusal(a) && b && isRefusal(b)) continue;
    if (!isDeepStrictEqual(a, b)) different[e] = { ours: a, theirs: b };
  }
  expect(values).toBeGreaterThan(tried.length / 4);
  expect(different).toEqual({});
});
