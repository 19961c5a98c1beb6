/** What a test has measured, for the public record: `test/robustness/vitest.mjs` collects it. */
import { appendFileSync } from "node:fs";

export interface Measured {
  /** How often something was tried. */
  readonly count: number;
  /** How often it did not hold. */
  readonly found: number;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** Nobody reads it where the tests run by themselves. */
export function measured(what: Measured): void {
  const file = process.env["CLOCKWORK_FIGURES"];
  if (file) appendFileSync(file, `${JSON.stringify(what)}\n`);
}
