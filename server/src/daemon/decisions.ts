/** How decisions are worded, told apart and named. */
import { createHash } from "node:crypto";
import { type Effect, type Rule, rules, type Verdict } from "./policy.ts";
import { type DecisionRecord, type Finding, isSameGround } from "./records.ts";
import type { Prepared } from "./world.ts";

/** What the policy says, or why a patch that it allows is not made by itself. */
export interface Judgement {
  readonly class: Verdict["class"];
  readonly rule: Rule | keyof typeof hurdles;
}

export const hurdles = {
  quarantined: "Fixes have failed too often: a person has to look at it first.",
  "has-failed": "This very fix has failed before.",
} as const;

export const sentences: Readonly<Record<Judgement["rule"], string>> = { ...rules, ...hurdles };

export const waits = {
  quarantined: hurdles.quarantined,
  "cooling-down": "It was mended a short while ago.",
  "fixes-per-hour": "It was mended as often as an hour allows.",
  "fixes-per-day": "The stack was mended as often as a day allows.",
} as const;

/** The same patch for the same reason, and nothing has moved underneath. */
export function isAlike(
  last: DecisionRecord,
  { rule }: Finding,
  { id, basis, effects }: Pick<Prepared<unknown>, "id" | "basis" | "effects">,
): boolean {
  const same = last.finding.rule === rule && last.patch.id === id && isSameGround(last.basis, basis);
  return same && last.effects.join("\n") === effects.map(describeEffect).join("\n");
}

export function isOutcome(last: DecisionRecord, outcome: string, because: string): boolean {
  return last.outcome === outcome && last.because === because;
}

export function decisionId(address: string, patchId: string, count: number): string {
  return createHash("sha256").update(`${address}\0${patchId}\0${count}`).digest("hex").slice(0, 16);
}

export function describeEffect(effect: Effect): string {
  switch (effect.type) {
    case "step":
      return `${effect.action} ${effect.address}`;
    case "knob":
      return `${effect.knob} of ${effect.step} becomes ${JSON.stringify(effect.value)}`;
    case "attribute":
      return `${effect.path} of ${effect.address} changes`;
    case "script":
      return `the text of ${effect.path} changes`;
    case "other":
      return effect.what;
  }
}
