/** A daemon's life with an agent that always proposes the worst; see test/daemon/hostile. */
import { readFile } from "node:fs/promises";
import { loadGrammar } from "../../server/src/syntax/parser.ts";
import { simulate } from "../daemon/hostile/simulate.ts";
import type { Result } from "./result.ts";

export async function liveHours(hours: number, seed: number): Promise<Result> {
  const grammar = await loadGrammar({
    runtime: await readFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    grammar: await readFile("grammar/tree-sitter-clockwork.wasm"),
  });
  const { figures, wrongs } = await simulate(grammar, hours, seed);
  const count = (name: string): number => wrongs.filter(({ wrong }) => wrong === name).length;
  const { apply = 0, propose = 0, runbook = 0, wait = 0 } = figures.outcomes;
  return {
    count: Math.round(figures.hours),
    seed,
    found: wrongs.map(({ seed: own, wrong, what }) => `${wrong}: ${what} (seed ${own})`),
    figures: {
      ticks: figures.ticks,
      "wishes of the agent": figures.wishes,
      "that could not be tried": figures.refused,
      applied: apply,
      proposed: propose,
      runbooks: runbook,
      waiting: wait,
      crashes: figures.crashes,
      "clock jumps": figures.clockJumps,
      "changes outside the knobs": count("outside"),
      "budget overruns": count("overrun"),
      unrecorded: count("unrecorded"),
    },
  };
}
