/** What all checks share: how often they try, and how long they wait. */
import { durationMs } from "./duration.ts";
import { knob } from "./node-script.ts";
import type { Step } from "./step.ts";

type Constant = readonly [name: string, expression: string, note?: string];

const defaultTries = 10;

/** TRIES and INTERVAL_MS. A check is its own retry: `retries` of the block is how often it asks. */
export function pollConstants(step: Step): Constant[] {
  const { retries } = step.action;
  const tries = retries === undefined ? knob("retries", defaultTries) : String(retries);
  return [
    ["TRIES", retries !== undefined && retries > 0 ? tries : `Math.max(1, ${tries})`],
    ["INTERVAL_MS", milliseconds(step, "interval", 1000), "between tries"],
  ];
}

/** Milliseconds that one try may take. */
export function tryTimeout(step: Step, fallbackSeconds = 5): string {
  if (!step.args.has("timeout")) return `1000 * ${knob("timeout_s", fallbackSeconds)}`;
  return milliseconds(step, "timeout", fallbackSeconds * 1000);
}

function milliseconds(step: Step, argument: string, fallback: number): string {
  const known = step.args.known(argument);
  const value = typeof known === "string" ? durationMs(known) : undefined;
  if (value !== undefined) return String(value);
  const expression = step.args.node(argument);
  return expression === undefined ? String(fallback) : `milliseconds(${expression})`;
}
