/** `replace_triggered_by`: what changes elsewhere makes a resource anew. */

import { kindOf } from "../intake/address.ts";
import type { ResourceIr, Trigger } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { fieldPath } from "./diff.ts";
import type { Decision } from "./plan.ts";

/** The first trigger that this plan pulls, as people write it. As in Terraform, what is new pulls none. */
export function triggeredBy(
  { lifecycle }: ResourceIr,
  changes: ReadonlyMap<string, Decision>,
  outputChanges: (trigger: Trigger, output: string) => boolean,
  kinds: Kinds,
): string | undefined {
  const trigger = lifecycle?.replaceTriggeredBy?.find((t) => {
    const change = changes.get(t.address);
    if (change?.action !== "update" && change?.action !== "replace") return false;
    const [name, ...rest] = t.path;
    if (name === undefined) return true;
    const kind = kinds.resources.get(kindOf(t.address));
    const schema = kind?.attributes.find(
      (a) => a.name === name || a.block?.name === name || a.aliases?.includes(String(name)),
    );
    if (!schema) return outputChanges(t, String(name));
    const path = fieldPath([schema.name, ...rest]);
    return change.fields?.some((f) => isWithin(f.path, path) || isWithin(path, f.path)) === true;
  });
  return trigger && fieldPath([trigger.address, ...trigger.path]);
}

/** Whether a field's path is another one's, or lies inside it. */
function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && /^(?:$|[.[])/.test(path.slice(outer.length));
}
