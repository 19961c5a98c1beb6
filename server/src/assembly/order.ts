import { compareAddresses } from "../intake/address.ts";
import type { Action, ActionList } from "./actions.ts";
import { orderBy } from "./graph.ts";
import type { Draft } from "./steps.ts";

/** Dependencies first; among equals the phase, then the address, never the place in a file. */
export function order(drafts: readonly Draft[]): ActionList {
  const byId = new Map(drafts.map((d) => [d.id, d]));
  const groups = sharedNeeds(drafts);
  const names = new Map([...groups].map(([name, set]) => [set, name]));
  const ids = orderBy(
    [...groups.keys(), ...byId.keys()],
    (id) => groups.get(id) ?? needsOf(byId.get(id) as Draft, names),
    // A group is done as soon as its last step is, before anything else can be.
    (a, b) => Number(groups.has(b)) - Number(groups.has(a)) || compareDrafts(byId.get(a), byId.get(b)),
  ).filter((id) => byId.has(id));
  const place = new Map(ids.map((id, i) => [id, i]));
  const sorted = new Map<ReadonlySet<string>, string[]>();
  const inOrder = (needs: ReadonlySet<string>) => {
    const known = sorted.get(needs);
    if (known) return known;
    const list = [...needs].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    sorted.set(needs, list);
    return list;
  };
  return { version: "1", steps: ids.map((id) => finished(byId.get(id) as Draft, inOrder)) };
}

/** Long sets of needs that several drafts share, by a name that no step has: many checks of many resources stay cheap. */
function sharedNeeds(drafts: readonly Draft[]): ReadonlyMap<string, ReadonlySet<string>> {
  const times = new Map<ReadonlySet<string>, number>();
  for (const { behind } of drafts) times.set(behind, (times.get(behind) ?? 0) + 1);
  const shared = [...times].filter(([set, count]) => count > 1 && set.size > 1);
  return new Map(shared.map(([set], i) => [`group ${i}`, set]));
}

function needsOf(draft: Draft, groups: ReadonlyMap<ReadonlySet<string>, string>): Iterable<string> {
  const group = groups.get(draft.behind);
  if (group !== undefined) return [group, ...draft.needs];
  return draft.needs.size === 0 ? draft.behind : new Set([...draft.behind, ...draft.needs]);
}

function compareDrafts(a: Draft | undefined, b: Draft | undefined): number {
  if (!a || !b) return 0;
  return a.phase - b.phase || compareAddresses(a.address, b.address) || (a.id < b.id ? -1 : 1);
}

function finished(draft: Draft, inOrder: (needs: ReadonlySet<string>) => string[]): Action {
  const { name, args, id, ...rest } = draft.action;
  const all = draft.needs.size === 0 ? draft.behind : new Set([...draft.behind, ...draft.needs]);
  return {
    name,
    args,
    ...(id !== undefined && { id }),
    ...(all.size > 0 && { needs: inOrder(all) }),
    ...rest,
  };
}
