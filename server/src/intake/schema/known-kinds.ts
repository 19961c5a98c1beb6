import { stringType } from "../type.ts";
import { resourceKinds, verifyKinds } from "./kinds.ts";
import type { AttributeSchema, KindSchema, KindScript } from "./schema.ts";

/** The kinds that a stack knows: the built-in ones and its own. */
export interface Kinds {
  /** Kinds of resources, by name. */
  readonly resources: ReadonlyMap<string, KindSchema>;
  /** Kinds of `verify` blocks, by name. */
  readonly verifies: ReadonlyMap<string, KindSchema>;
  /** Those, and the checks of the stack's own kinds by the kind's name. */
  readonly checks: ReadonlyMap<string, KindSchema>;
  /** By the name of a step: `ensure_service`, `remove_service`, `verify_http` … */
  readonly steps: ReadonlyMap<string, KindSchema>;
  /** Names of the stack's own kinds whose blocks have mistakes: what uses them is no second problem. */
  readonly invalid: ReadonlySet<string>;
}

const byName = (kinds: readonly KindSchema[]) => new Map(kinds.map((k) => [k.name, k]));

export const builtinKinds: Kinds = {
  resources: byName(resourceKinds),
  verifies: byName(verifyKinds),
  checks: byName(verifyKinds),
  steps: new Map([...resourceKinds, ...verifyKinds].flatMap(stepsOf)),
  invalid: new Set(),
};

/** The same with the stack's own kinds; names that are known already stay what they are. */
export function withKinds(
  kinds: Kinds,
  own: readonly KindSchema[],
  invalid: ReadonlySet<string> = kinds.invalid,
): Kinds {
  const added = own.filter((k) => !kinds.resources.has(k.name));
  if (added.length === 0 && invalid.size === 0) return kinds;
  const checks = added.flatMap((kind) => (kind.own?.scripts.verify ? [checkOf(kind)] : []));
  return {
    resources: new Map([...kinds.resources, ...byName(added)]),
    verifies: kinds.verifies,
    checks: new Map([...kinds.checks, ...byName(checks)]),
    steps: new Map([...kinds.steps, ...[...added, ...checks].flatMap(stepsOf)]),
    invalid,
  };
}

/** The script that a kind brings along for one of its steps, by the step's name. */
export function scriptOfStep(kinds: Kinds, step: string): KindScript | undefined {
  const kind = kinds.steps.get(step);
  const scripts = kind?.own?.scripts;
  if (kind?.remove?.step === step) return scripts?.remove;
  return kind?.phase === "verify" ? scripts?.verify : scripts?.ensure;
}

function stepsOf(kind: KindSchema): (readonly [string, KindSchema])[] {
  return [[kind.ensure, kind], ...(kind.remove ? [[kind.remove.step, kind] as const] : [])];
}

/** Its arguments are the kind's, and what the kind's steps have made. */
function checkOf(kind: KindSchema): KindSchema {
  const { remove, ...rest } = kind;
  const made = kind.outputs.map(({ name, description, type = stringType }): AttributeSchema => {
    return { name, type, description, risk: "approve" };
  });
  return {
    ...rest,
    attributes: [...kind.attributes, ...made],
    outputs: [],
    phase: "verify",
    ensure: `verify_${kind.name}`,
  };
}
