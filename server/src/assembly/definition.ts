import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { KindSchema } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import type { DefinitionRecord, ResourceRecord } from "../state/state.ts";
import { fingerprint } from "./canonical.ts";

/** What the state is to remember of a kind that the stack defines itself; undefined for a built-in one. */
export function definitionOf({ own, remove }: KindSchema): DefinitionRecord | undefined {
  if (!own) return undefined;
  const { scripts, guide = null, capabilities } = own;
  const made = fingerprint(scripts.ensure ? { ...scripts.ensure } : { guide });
  return {
    made,
    capabilities: { ...capabilities, writes: [...capabilities.writes] },
    ...(scripts.observe && { observe: { ...scripts.observe } }),
    ...(scripts.remove && { remove: { ...scripts.remove } }),
    ...(!remove && { remove: null }),
  };
}

/** The step that removes a resource; undefined where there is nothing to run and it is only forgotten. */
export function removalStep(kinds: Kinds, record: ResourceRecord): KindSchema["remove"] {
  const kind = kinds.resources.get(record.kind);
  // What is left of a kind may have been made when it had a script, or when it had none.
  const isRemembered = kind?.own !== undefined && kind.own.span === undefined;
  return isRemembered && record.definition?.remove === null ? undefined : kind?.remove;
}

export function isSameDefinition(a: DefinitionRecord | undefined, b: DefinitionRecord | undefined): boolean {
  return fingerprint(asJson(a)) === fingerprint(asJson(b));
}

function asJson(definition: DefinitionRecord | undefined): Json {
  if (!definition) return null;
  const { made, remove, observe, capabilities } = definition;
  const removal = remove ? { ...remove } : remove === null ? "nothing" : "compiler";
  return { made, removal, observe: observe ? { ...observe } : null, capabilities: { ...capabilities } };
}
