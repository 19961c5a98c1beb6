/**
 * What the daemon may do by itself. It judges what a patch really changes, which the core has worked out by comparing what is
 * there with what would be; what a patch says of itself is never asked. Whatever no line here speaks of needs a person.
 *
 * The seed's default policy: "Auto-apply: artifact patches to retries/healthchecks/logging. Require approval: `.cw` changes to
 * ports, mounts, privileges. Never auto: destructive ops or secrets rotation → runbook."
 */

import type { ChangeAction } from "../assembly/plan.ts";
import { inRange, type KnobName, knobNames } from "../forge/knobs.ts";
import { kindOf } from "../intake/address.ts";
import { metaAttributes } from "../intake/schema/kinds.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { AttributeSchema, KindSchema, Risk } from "../intake/schema/schema.ts";
import type { Fault } from "../state/observation.ts";

/** From the smallest change to the one that changes nothing. */
export const patchKinds = ["rerun", "knob", "artifact", "cw", "runbook"] as const;
export type PatchKind = (typeof patchKinds)[number];

/** One thing that a patch changes. */
export type Effect =
  /**
   * A step that would run. `fault`: what the observer saw of its resource. `carries`: it belongs to what the patch changes or
   * runs, and nothing else waits for it to run: no edit of the files or of its script.
   */
  | {
      readonly type: "step";
      readonly address: string;
      readonly kind: string;
      readonly action: ChangeAction;
      readonly fault?: Fault;
      readonly carries: boolean;
    }
  /** A value in the manifest. */
  | { readonly type: "knob"; readonly step: string; readonly knob: string; readonly value: unknown }
  /** An attribute in the files: `health_check.timeout`. `secret`: the value is sensitive, before or after. */
  | {
      readonly type: "attribute";
      readonly address: string;
      readonly kind: string;
      readonly path: string;
      readonly secret: boolean;
    }
  /** The text of an artifact, below build/. */
  | { readonly type: "script"; readonly path: string }
  /** Anything else of the files: a block that comes or goes, a variable, a setting. `what` is shown to people. */
  | { readonly type: "other"; readonly what: string };

/** Why a patch is in its class. */
export const rules = {
  "nothing-changes": "A patch that changes nothing is none.",
  "knob-in-range":
    "Retries, timeouts, intervals, health checks and logging may be turned within their ranges.",
  "knob-out-of-range": "A knob may not leave its range.",
  "gone-is-made-again": "What is gone, and comes back the same by running its step again, is made again.",
  "carries-it-out": "The step takes in what the patch changes.",
  "step-needs-approval": "Running this step again may change more than was lost.",
  "of-another": "A patch of something else than what was found needs approval.",
  "more-than-the-patch": "Other changes are waiting, which would be applied along with it.",
  "script-needs-approval": "The text of a script is a person's to approve.",
  "file-needs-approval": "What the files say is a person's to approve.",
  "never-by-itself": "This attribute is never changed by a program.",
  "data-may-be-lost": "Nothing that may hold data is made anew by a program.",
  "not-ours": "What does not belong to the stack is not touched.",
  destroys: "Nothing is removed or replaced by a program.",
  secret: "Secrets are changed by people.",
  unlisted: "What no rule allows needs approval.",
} as const;
export type Rule = keyof typeof rules;

export interface Verdict {
  readonly class: Risk;
  readonly rule: Rule;
  /** The effect that decided. */
  readonly effect?: Effect;
}

/** The strictest of what its effects get. */
export function judge(patch: PatchKind, effects: readonly Effect[], kinds: Kinds): Verdict {
  const own = effects.filter(({ type }) => type !== "step" || patch === "rerun");
  if (own.length === 0) return { class: "never", rule: "nothing-changes" };
  const verdicts = effects.map((effect) => ({ ...judgeEffect(patch, effect, kinds), effect }));
  return verdicts.reduce((worst, next) => (order[next.class] > order[worst.class] ? next : worst));
}

/** Whether steps do nothing but carry out a knob, so that it may be taken back by them, too. */
export function carriesOnly(steps: readonly Effect[], kinds: Kinds): boolean {
  return steps.every((effect) => judgeEffect("knob", effect, kinds).class === "safe");
}

const order: Readonly<Record<Risk, number>> = { safe: 0, approve: 1, never: 2 };

type Judged = Pick<Verdict, "class" | "rule">;

function judgeEffect(patch: PatchKind, effect: Effect, kinds: Kinds): Judged {
  switch (effect.type) {
    case "step":
      return judgeStep(patch, effect);
    case "knob":
      return patch === "knob" ? judgeKnob(effect) : unlisted;
    case "attribute":
      return judgeAttribute(effect, kinds);
    case "script":
      return { class: "approve", rule: "script-needs-approval" };
    case "other":
      return unlisted;
  }
}

const unlisted: Judged = { class: "approve", rule: "unlisted" };

/** A turned knob is a change of its own; the step that takes it in is not. */
function judgeKnob({ knob, value }: Extract<Effect, { type: "knob" }>): Judged {
  const known = knobNames.find((name): name is KnobName => name === knob);
  if (known === undefined) return unlisted;
  return inRange(known, value)
    ? { class: "safe", rule: "knob-in-range" }
    : { class: "never", rule: "knob-out-of-range" };
}

function judgeStep(
  patch: PatchKind,
  { action, fault, kind, carries }: Extract<Effect, { type: "step" }>,
): Judged {
  if (action === "none" || action === "move") return { class: "safe", rule: "gone-is-made-again" };
  if (action === "delete" || action === "replace" || action === "forget")
    return { class: "never", rule: "destroys" };
  if (fault === "foreign") return { class: "never", rule: "not-ours" };
  const remake = fault && remakes[kind]?.[fault];
  if (remake?.class === "never") return remake;
  // Whatever is the matter with others has its own budget.
  if (!carries) return { class: "approve", rule: "more-than-the-patch" };
  if (fault) return remake ?? { class: "approve", rule: "step-needs-approval" };
  // What a knob or a text changes is judged by itself.
  return patch === "rerun"
    ? { class: "approve", rule: "step-needs-approval" }
    : { class: "safe", rule: "carries-it-out" };
}

const again: Judged = { class: "safe", rule: "gone-is-made-again" };
const dataLost: Judged = { class: "never", rule: "data-may-be-lost" };

/**
 * Which faults of which kinds are mended by running the step once more. An image is built anew from what there is today, and a
 * task may do anything: both are a person's to approve, as is everything that is not named here. A file that somebody edited
 * holds what that person wrote.
 */
const remakes: Readonly<Record<string, Readonly<Partial<Record<Fault, Judged>>>>> = {
  repository: { gone: again },
  network: { gone: again },
  volume: { gone: dataLost, changed: dataLost },
  service: { gone: again, stopped: again },
  file: { gone: again },
  directory: { gone: again },
};

function judgeAttribute(
  { address, kind, path, secret }: Extract<Effect, { type: "attribute" }>,
  kinds: Kinds,
): Judged {
  if (secret) return { class: "never", rule: "secret" };
  const schema = (kindOf(address) === "verify" ? kinds.checks : kinds.resources).get(kind);
  const attribute = schema && attributeAt(schema, path);
  if (attribute?.risk === "never") return { class: "never", rule: "never-by-itself" };
  if (attribute?.replace) return { class: "never", rule: "destroys" };
  return attribute ? { class: "approve", rule: "file-needs-approval" } : unlisted;
}

/** The innermost attribute that the table has for a path such as `ports[0].external`. */
function attributeAt(kind: KindSchema, path: string): AttributeSchema | undefined {
  const [first = "", ...rest] = path.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const outer = [...kind.attributes, ...metaAttributes].find(({ name }) => name === first);
  const inner = outer?.block?.attributes.find(({ name }) => name === rest[0]);
  return inner ?? outer;
}
