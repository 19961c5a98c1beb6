import { resourceKinds, verifyKinds } from "./kinds.ts";
import type { KindSchema } from "./schema.ts";

/** The kinds that a stack knows: the built-in ones and its own. */
export interface Kinds {
  /** Kinds of resources, by name. */
  readonly resources: ReadonlyMap<string, KindSchema>;
  /** Kinds of checks, by name. */
  readonly verifies: ReadonlyMap<string, KindSchema>;
  /** By the name of a step: `ensure_service`, `remove_service`, `verify_http` … */
  readonly steps: ReadonlyMap<string, KindSchema>;
}

const byName = (kinds: readonly KindSchema[]) => new Map(kinds.map((k) => [k.name, k]));

export const builtinKinds: Kinds = {
  resources: byName(resourceKinds),
  verifies: byName(verifyKinds),
  steps: new Map([...resourceKinds, ...verifyKinds].flatMap(stepsOf)),
};

function stepsOf(kind: KindSchema): (readonly [string, KindSchema])[] {
  return [[kind.ensure, kind], ...(kind.remove ? [[kind.remove.step, kind] as const] : [])];
}
