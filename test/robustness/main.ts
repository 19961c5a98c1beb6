import { parseArgs } from "node:util";
import { killApplies, killAtCalls } from "./applies.ts";
import { liveHours } from "./daemon.ts";
import { killDaemons } from "./daemon-crashes.ts";
import { flood } from "./flood.ts";
import { fillDisk } from "./full-disk.ts";
import { takeLocks } from "./locks.ts";
import type { Result } from "./result.ts";
import { failEveryCall, killAtEveryCall } from "./syscalls.ts";
import { endTrees } from "./trees.ts";
import { killWriters } from "./writes.ts";

interface Wish {
  /** With worker.cjs in it; for everything that is made. */
  readonly home: string;
  readonly count: number | undefined;
  readonly seed: number;
  /** How late something may be, in milliseconds. */
  readonly slack: number;
}

const harnesses: Readonly<Record<string, (wish: Wish) => Promise<Result>>> = {
  writes: ({ home, count = 1000, seed }) => killWriters(home, count, seed),
  applies: ({ home, count = 1000, seed }) => killApplies(home, count, seed),
  calls: ({ home, count = 1 }) => killAtCalls(home, count),
  disk: ({ home, count = 60 }) => fillDisk(home, count),
  daemon: ({ count = 10_000, seed }) => liveHours(count, seed),
  "daemon-crashes": ({ home, count = 1 }) => killDaemons(home, count),
  flood: ({ home, count = 100 }) => flood(home, count),
  locks: ({ home, count = 400, seed, slack }) => takeLocks(home, count, seed, slack),
  trees: ({ home, count = 1, slack }) => endTrees(home, count, slack),
  syscalls: ({ home, count = 1 }) => killAtEveryCall(home, count),
  errors: ({ home, count = 1 }) => failEveryCall(home, count),
};

export async function main(args: readonly string[], home: string): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { count: { type: "string" }, seed: { type: "string" }, slack: { type: "string" } },
    allowPositionals: true,
  });
  const [name = ""] = positionals;
  const harness = harnesses[name];
  if (!harness) throw new Error(`${name}: one of ${Object.keys(harnesses).join(", ")}`);
  const count = values.count === undefined ? undefined : Number(values.count);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const { found, ...result } = await harness({ home, count, seed, slack: Number(values.slack ?? 1000) });
  for (const problem of found) console.log(problem);
  console.log(JSON.stringify({ ...result, found: found.length }));
  return found.length === 0 ? 0 : 1;
}
