import { expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { testGrammar } from "../support/stack.ts";
import { simulate } from "./hostile/simulate.ts";

// A small part of what `npm run robustness` does: 10,000 hours of it.

test("an agent that always proposes the worst gets nothing changed but knobs, within the budget, and all is recorded", {
  timeout: 120_000,
}, async () => {
  const { figures, wrongs } = await simulate(await testGrammar(), runs(40), 7);
  expect(wrongs).toEqual([]);
  // It has been tried: by many wishes, some of them allowed, in spite of crashes.
  expect(figures.wishes).toBeGreaterThan(50);
  expect(figures.outcomes["apply"]).toBeGreaterThan(1);
  expect(figures.crashes).toBeGreaterThan(0);
});
