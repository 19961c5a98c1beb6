/** What comes of all parts together: the IR, in order of addresses, and what only the whole shows to be wrong. */

import type { Span } from "../diagnostics/span.ts";
import { compareAddresses } from "./address.ts";
import { checkMoves } from "./check-moves.ts";
import { withImplicitEdges } from "./implicit-edges.ts";
import type { Ir, OutputIr, RemovalIr, ResourceIr, Settings, VerifyIr } from "./ir.ts";
import { NameCollisions } from "./name-collisions.ts";
import type { LoweredNode } from "./node.ts";
import { nothingMade, type Outcome } from "./parts.ts";
import { readRemoved } from "./removed.ts";
import type { Report } from "./scope.ts";
import type { World } from "./world.ts";

/** Makes the IR again after each edit. */
export class StackIr {
  readonly #names = new NameCollisions();
  #resources: readonly ResourceIr[] = [];
  #verifies: readonly VerifyIr[] = [];

  make(world: World, settings: Settings, report: Report): Ir {
    const { stack } = world.lowering.root;
    const all = new All();
    for (const { made } of world.parts.all()) if (made !== nothingMade) all.add(made);
    const resources = sorted(this.#resources, all.resources);
    this.#resources = resources;
    const implicit = withImplicitEdges(all.checks, resources);
    this.#verifies = sorted(this.#verifies, [...implicit, ...all.verifies]);
    const removals = [...readRemoved(stack, "", report), ...all.removals];
    this.#names.check(stack.kinds, resources, report);
    checkMoves(world.moves, removals, resources, report);
    return {
      kinds: stack.kinds,
      resources,
      verifies: this.#verifies,
      outputs: all.outputs.sort((a, b) => (a.name < b.name ? -1 : 1)),
      moves: [...world.moves],
      removals,
      protections: new Map(all.protections),
      settings,
    };
  }
}

/** What all parts have made. */
class All {
  readonly resources: ResourceIr[] = [];
  readonly checks: LoweredNode[] = [];
  readonly verifies: VerifyIr[] = [];
  readonly removals: RemovalIr[] = [];
  readonly protections: (readonly [string, Span])[] = [];
  readonly outputs: OutputIr[] = [];

  add({ resources, checks, verifies, removals, protections, output }: Outcome): void {
    for (const resource of resources) this.resources.push(resource);
    for (const check of checks) this.checks.push(check);
    for (const verify of verifies) this.verifies.push(verify);
    for (const removal of removals) this.removals.push(removal);
    for (const protection of protections) this.protections.push(protection);
    if (output) this.outputs.push(output);
  }
}

/** By address. What was there before is in order already, which makes sorting it again nearly free. */
function sorted<T extends { readonly address: string }>(
  before: readonly T[],
  now: readonly T[],
): readonly T[] {
  const fresh = new Set(now);
  const kept = before.filter((node) => fresh.delete(node));
  if (kept.length === before.length && fresh.size === 0) return before;
  return [...kept, ...fresh].sort((a, b) => compareAddresses(a.address, b.address));
}
