/**
 * The resources behind expressions, as far as the text says: the edges of the IR. What local values and the like refer to is
 * found once.
 */
import type { Evaluator } from "./evaluator.ts";
import type { Setting } from "./instances.ts";
import type { Reference } from "./references.ts";
import type { Unit } from "./units.ts";

/** A reference to a resource: as written, and whose address it leads to, perhaps through local values. */
export interface ResourceReference {
  readonly reference: Reference;
  readonly address: string;
}

export type Addresses = ReadonlySet<string>;

const nothing: Addresses = new Set();

export class Dependencies {
  readonly #evaluator: Evaluator;
  /** Addresses behind units, by name. */
  readonly #behind = new Map<string, Addresses>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** What was found behind a unit, if somebody asked. */
  known(unit: string): Addresses | undefined {
    return this.#behind.get(unit);
  }

  /** What was found behind units is looked for anew. */
  forget(units: Iterable<string>): void {
    for (const unit of units) this.#behind.delete(unit);
  }

  /** The units that somebody asked for. */
  units(): Iterable<string> {
    return this.#behind.keys();
  }

  /** The resources behind a name of the stack's own folder. */
  behind(setting: Setting, root: string, name: string): Addresses {
    const path = [root, name].map((step) => ({ name: step, start: 0, end: 0 }));
    return new Set(this.resources([{ path }], setting).map(({ address }) => address));
  }

  /** The resources behind references, in their order. */
  resources(references: readonly Reference[], setting: Setting): readonly ResourceReference[] {
    const found: ResourceReference[] = [];
    for (const reference of references) {
      // What a block says of itself makes it wait for nothing.
      if (reference.path[0]?.name === "self") continue;
      const known = this.#behindLocal(reference, setting);
      for (const address of known ?? []) found.push({ reference, address });
      if (known) continue;
      const { nodes, units } = this.#evaluator.target(reference, setting);
      for (const { address } of nodes) found.push({ reference, address });
      for (const unit of units)
        for (const address of this.#behindUnit(unit)) found.push({ reference, address });
    }
    return found;
  }

  /** Of a local value that was met before. */
  #behindLocal({ path: [root, name] }: Reference, { module }: Setting): Addresses | undefined {
    return root?.name === "local" ? this.#behind.get(`${module.prefix}local.${name?.name ?? ""}`) : undefined;
  }

  /** Without recursion: local values may form a longer chain than the call stack. In a circle the last one met just ends. */
  #behindUnit(start: Unit): Addresses {
    const known = this.#behind.get(start.name);
    if (known) return known;
    const open = new Set<string>();
    const path = [start];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const followed = top.references().map((r) => this.#evaluator.target(r, (top as Unit).setting));
      const units = [...followed.flatMap((f) => f.units), ...(top.parts?.() ?? [])];
      if (!open.has(top.name) && !this.#behind.has(top.name)) {
        open.add(top.name);
        const further = units.filter((u) => !open.has(u.name) && !this.#behind.has(u.name));
        path.push(...further);
        if (further.length > 0) continue;
      }
      path.pop();
      if (this.#behind.has(top.name)) continue;
      const sets = units.map((u) => this.#behind.get(u.name) ?? nothing);
      const nodes = followed.flatMap((f) => f.nodes.map((n) => n.address));
      this.#behind.set(top.name, union(nodes, sets));
    }
    return this.#behind.get(start.name) ?? nothing;
  }
}

/** One set is handed on where there is nothing to add. */
function union(addresses: readonly string[], sets: readonly Addresses[]): Addresses {
  const [only, ...others] = sets.filter((s) => s.size > 0);
  if (addresses.length === 0 && others.length === 0) return only ?? nothing;
  return new Set([...addresses, ...[...(only ? [only] : []), ...others].flatMap((s) => [...s])]);
}
