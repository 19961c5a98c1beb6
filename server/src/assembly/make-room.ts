import { compareAddresses } from "../intake/address.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { State } from "../state/state.ts";
import { claimsOf } from "./claims.ts";
import type { Decision } from "./plan.ts";
import type { Draft } from "./steps.ts";

/** Something that one updated resource gives up and another step takes. */
interface Move {
  readonly giver: Draft;
  readonly taker: Draft;
  readonly what: string;
}

/**
 * An update that gives something up comes before the step that takes it. Where that step must come first all the same (two
 * services that exchange their ports) the giver is replaced: removed before, ensured after.
 */
export function makeRoom(
  kinds: Kinds,
  state: State | undefined,
  changes: Map<string, Decision>,
  ensures: ReadonlyMap<string, Draft>,
): void {
  const byId = new Map([...ensures.values()].map((d) => [d.id, d]));
  for (const { giver, taker, what } of movesOf(kinds, state, changes, ensures)) {
    const change = changes.get(giver.address);
    if (change?.action !== "update" || taker.needs.has(giver.id)) continue;
    if (!waitsFor(giver, taker, byId)) taker.needs.add(giver.id);
    else
      changes.set(giver.address, {
        ...change,
        action: "replace",
        reason: `${taker.address} takes its ${what}`,
      });
  }
}

function movesOf(
  kinds: Kinds,
  state: State | undefined,
  changes: ReadonlyMap<string, Decision>,
  ensures: ReadonlyMap<string, Draft>,
): Move[] {
  const held = heldBefore(kinds, state, changes, ensures);
  if (held.size === 0) return [];
  const moves = [...ensures.values()].flatMap((taker) =>
    taker.claims().flatMap((claim): Move[] => {
      const giver = held.get(claim.key);
      return giver && giver !== taker ? [{ giver, taker, what: `${claim.space} ${claim.text}` }] : [];
    }),
  );
  return moves.sort(
    (a, b) =>
      compareAddresses(a.taker.address, b.taker.address) ||
      compareAddresses(a.giver.address, b.giver.address),
  );
}

/** By its key, what an update gives up, and the step that does. */
function heldBefore(
  kinds: Kinds,
  state: State | undefined,
  changes: ReadonlyMap<string, Decision>,
  ensures: ReadonlyMap<string, Draft>,
): ReadonlyMap<string, Draft> {
  const held = new Map<string, Draft>();
  for (const [address, record] of Object.entries(state?.resources ?? {})) {
    const giver = ensures.get(address);
    const kind = kinds.resources.get(record.kind);
    if (!giver || !kind || changes.get(address)?.action !== "update") continue;
    const kept = new Set(giver.claims().map((c) => c.key));
    for (const { key } of claimsOf(kind, record.inputs)) if (!kept.has(key)) held.set(key, giver);
  }
  return held;
}

/** Whether a step waits for another, directly or not. */
function waitsFor(step: Draft, other: Draft, byId: ReadonlyMap<string, Draft>): boolean {
  const seen = new Set<Draft>();
  const queue = [step];
  for (let draft = queue.pop(); draft; draft = queue.pop()) {
    if (draft === other) return true;
    if (seen.has(draft)) continue;
    seen.add(draft);
    for (const id of [...draft.behind, ...draft.needs]) {
      const need = byId.get(id);
      if (need) queue.push(need);
    }
  }
  return false;
}
