/** What comes of all parts together: the IR, in order of addresses, and what only the whole shows to be wrong. */
import { compareAddresses } from "./address.ts";
import { checkMoves } from "./check-moves.ts";
import { withImplicitEdges } from "./implicit-edges.ts";
import type { Ir, ResourceIr, Settings, VerifyIr } from "./ir.ts";
import { NameCollisions } from "./name-collisions.ts";
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
    const made = [...world.parts.all()].map((part) => part.made);
    this.#resources = sorted(
      this.#resources,
      made.flatMap((m) => m.resources),
    );
    const resources = this.#resources;
    const checks = made.flatMap((m) => m.checks);
    const brought = made.flatMap((m) => m.verifies);
    this.#verifies = sorted(this.#verifies, [...withImplicitEdges(checks, resources), ...brought]);
    const outputs = made.flatMap((m) => m.output ?? []);
    const removals = [...readRemoved(stack, "", report), ...made.flatMap((m) => m.removals)];
    this.#names.check(stack.kinds, resources, report);
    checkMoves(world.moves, removals, resources, report);
    return {
      kinds: stack.kinds,
      resources,
      verifies: this.#verifies,
      outputs: outputs.sort((a, b) => (a.name < b.name ? -1 : 1)),
      moves: [...world.moves],
      removals,
      protections: new Map(made.flatMap((m) => m.protections)),
      settings,
    };
  }
}

/** By address. What was there before is in order already, which makes sorting it again nearly free. */
function sorted<T extends { readonly address: string }>(
  before: readonly T[],
  now: readonly T[],
): readonly T[] {
  const fresh = new Set(now);
  const kept = before.filter((node) => fresh.delete(node));
  return [...kept, ...fresh].sort((a, b) => compareAddresses(a.address, b.address));
}
