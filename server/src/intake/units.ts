/**
 * Units: what has a value of its own and is evaluated once, on demand, after everything its expressions refer to. That is
 * done without recursion, because a chain of references may be longer than the call stack.
 */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Setting } from "./instances.ts";
import type { Owners } from "./owners.ts";
import type { Reference } from "./references.ts";
import { broken, type Report } from "./scope.ts";
import type { Value } from "./value.ts";

export interface Unit {
  /** As references name it from the root: `local.x`, `file.page.content`, `module.m["k"].var.x`. */
  readonly name: string;
  readonly span: Span;
  readonly place: "local" | "repeat" | "resource" | "check";
  /** Where its expressions stand. */
  readonly setting: Setting;
  /** The part of the stack that what is wrong with it belongs to; absent: the one that asks for it. */
  readonly owner?: string;
  readonly references: () => readonly Reference[];
  /** Further units that it needs. */
  readonly parts?: () => readonly Unit[];
  readonly compute: () => Value;
}

/** The units without a value that another one needs. */
export interface Behind {
  readonly units: readonly Unit[];
  /** More may come to light once these have values: which instances a reference means. */
  readonly isPartial: boolean;
}

interface Visit {
  readonly unit: Unit;
  behind: Behind;
  at: number;
}

export const nothing: Behind = { units: [], isPartial: false };

export class Units {
  readonly #values = new Map<string, Value>();
  /** Names of those that are being computed, the one inside last: few, as they lie on the call stack. */
  readonly #computing: string[] = [];
  readonly #behind: (unit: Unit) => Behind;
  readonly #report: Report;
  readonly #owners: Owners;
  #isCircular = false;

  constructor(behind: (unit: Unit) => Behind, report: Report, owners: Owners) {
    this.#behind = behind;
    this.#report = report;
    this.#owners = owners;
  }

  /** Some unit needs itself: what values there are depends on where the search for the circle began. */
  get isCircular(): boolean {
    return this.#isCircular;
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  /** The value, if it has been computed. */
  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  forget(name: string): void {
    this.#values.delete(name);
  }

  /** A unit's value, after those of all units behind it; what closes a circle has no value. */
  settle(start: Unit): Value {
    const behind = this.#values.has(start.name) ? nothing : this.#behind(start);
    // Most units wait for nothing.
    if (behind === nothing) return this.#compute(start);
    const path: Visit[] = [{ unit: start, behind, at: 0 }];
    const open = new Map([[start.name, 0]]);
    for (let top = path[0]; top; top = path.at(-1)) {
      const { unit } = top;
      const isDone = this.#values.has(unit.name);
      const next = isDone ? undefined : top.behind.units[top.at++];
      if (!next) {
        if (!isDone && top.behind.isPartial) {
          top.behind = this.#behind(unit);
          top.at = 0;
          continue;
        }
        this.#compute(unit);
        open.delete(unit.name);
        path.pop();
        continue;
      }
      if (this.#values.has(next.name)) continue;
      const closes = open.get(next.name);
      if (closes === undefined && !this.#computing.includes(next.name)) {
        open.set(next.name, path.length);
        path.push(this.#visit(next));
        continue;
      }
      this.#circle(closes === undefined ? [next] : path.slice(closes).map((p) => p.unit));
      this.#values.set(next.name, broken);
    }
    return this.#values.get(start.name) ?? broken;
  }

  #visit(unit: Unit): Visit {
    return { unit, behind: this.#values.has(unit.name) ? nothing : this.#behind(unit), at: 0 };
  }

  #compute(unit: Unit): Value {
    const known = this.#values.get(unit.name);
    if (known) return known;
    this.#computing.push(unit.name);
    const value = this.#owners.run(unit.owner, unit.compute);
    this.#computing.pop();
    // A circle through it may have been found meanwhile.
    const circular = this.#values.get(unit.name);
    if (!circular) this.#values.set(unit.name, value);
    return circular ?? value;
  }

  #circle(found: readonly Unit[]): void {
    this.#isCircular = true;
    // A circle through resources is found in their graph, and reported whole; what a check needs is no edge of its service,
    // what a block says of itself no edge at all, and a block whose instances nobody knows is not there.
    const places = new Set(found.map((u) => u.place));
    const isOfSelf = found.every((u) => u.references().some((r) => r.path[0]?.name === "self"));
    const isInGraph = places.has("resource") && !places.has("check") && !places.has("repeat");
    if (isInGraph && !isOfSelf) return;
    // Wherever the search began, a circle is told from its first name on.
    const names = found.map((u) => u.name);
    const first = names.indexOf([...names].sort()[0] ?? "");
    const [start, ...others] = [...found.slice(first), ...found.slice(0, first)];
    if (!start) return;
    const loop = [start, ...others, start].map((u) => u.name).join(" → ");
    const text =
      others.length > 0
        ? `These depend on each other in a circle: ${loop}`
        : `${start.name} depends on itself`;
    this.#report(
      diagnostic("cycle", text, {
        span: start.span,
        related: others.map((u) => ({ span: u.span, message: `${u.name} is part of it` })),
        hint: others.length > 0 ? "Remove one of these references." : "Remove this reference.",
      }),
    );
  }
}
