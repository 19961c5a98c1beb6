/**
 * The parts of a stack's own folder: what is evaluated by itself and kept until it, or something it depends on, changes.
 * What a part may depend on stands in its text (`block-names.ts`), so nothing has to be noted down while it is evaluated.
 */

import type { Span } from "../diagnostics/span.ts";
import { namesInBlock, namesInExpressions } from "./block-names.ts";
import type { OutputIr, RemovalIr, ResourceIr, VerifyIr } from "./ir.ts";
import type { LoweredNode } from "./node.ts";
import type { Output } from "./output.ts";
import type { LocalDeclaration, ModuleDeclaration, NodeDeclaration } from "./stack.ts";
import type { GivenValue, Variable } from "./variable.ts";

/** What a part is evaluated from: the same objects for as long as their text is the same. */
export type Thing =
  | { readonly kind: "local"; readonly declaration: LocalDeclaration }
  | { readonly kind: "output"; readonly declaration: Output }
  | { readonly kind: "node"; readonly declaration: NodeDeclaration }
  /** With everything inside of its instances. */
  | { readonly kind: "module"; readonly declaration: ModuleDeclaration }
  /** Its validations, which may speak of anything; its value is no part. */
  | { readonly kind: "variable"; readonly declaration: Variable; readonly given: GivenValue | undefined };

/** Takes a thing by its key; it is made of its declaration only where the part is not what it was. */
export type Take = <D extends object>(key: string, declaration: D, make: (declaration: D) => Thing) => void;

/** What comes of a part. */
export interface Outcome {
  readonly resources: readonly ResourceIr[];
  /** Blocks of checks. */
  readonly checks: readonly LoweredNode[];
  /** Checks that resources bring with them. */
  readonly verifies: readonly VerifyIr[];
  readonly removals: readonly RemovalIr[];
  /** Addresses of blocks that say so, and where. */
  readonly protections: readonly (readonly [string, Span])[];
  readonly output?: OutputIr;
}

export const nothingMade: Outcome = {
  resources: [],
  checks: [],
  verifies: [],
  removals: [],
  protections: [],
};

export interface Part {
  /** What others call it: `local.x`, `service.web`, `verify.http.up`, `module.m`. Nobody calls `output.x` and `variable x`. */
  readonly key: string;
  readonly thing: Thing;
  made: Outcome;
}

export interface Changes {
  /** Those that are new or whose text is. */
  readonly edited: readonly Part[];
  /** Those that are gone, and what edited ones were before. */
  readonly replaced: readonly Part[];
  /** Names that are there now and were not, or the other way round. */
  readonly names: readonly string[];
}

/** How a part is evaluated anew. */
export interface Renewal<Seen> {
  readonly forget: (part: Part) => void;
  readonly evaluate: (part: Part) => void;
  /** What others can see of a part, to be compared by `isSame`. */
  readonly seen: (part: Part) => Seen;
  readonly isSame: (part: Part, before: Seen) => boolean;
  /** What is said of a part names places in others, so it follows them even where no value has changed. */
  readonly isBound: (key: string) => boolean;
}

export class Parts {
  #parts: ReadonlyMap<string, Part> = new Map();
  /** The keys of the parts that a name stands in; made when it is needed first. */
  #dependants: Map<string, Set<string>> | undefined;

  all(): Iterable<Part> {
    return this.#parts.values();
  }

  has(key: string): boolean {
    return this.#parts.has(key);
  }

  /** `things` takes what the files have now, in order. */
  update(things: (take: Take) => void): Changes {
    const before = this.#parts;
    const now = new Map<string, Part>();
    const edited: Part[] = [];
    const replaced: Part[] = [];
    const names: string[] = [];
    things((key, declaration, make) => {
      const known = before.get(key);
      if (known && isSameThing(known.thing, declaration, make)) {
        now.set(key, known);
        return;
      }
      const part = { key, thing: make(declaration), made: nothingMade };
      now.set(key, part);
      edited.push(part);
      if (known) replaced.push(known);
      else names.push(key);
    });
    for (const [key, part] of now.size - names.length < before.size ? before : none) {
      if (now.has(key)) continue;
      replaced.push(part);
      names.push(key);
    }
    this.#parts = now;
    this.#reindex(replaced, edited);
    return { edited, replaced, names };
  }

  /** The parts in whose text one of the names stands. */
  dependants(name: string): Iterable<string> {
    return this.#index().get(name) ?? none;
  }

  /**
   * Evaluates parts anew, and all that depend on them for as long as what those see of them changes: each once, after
   * everything it depends on.
   */
  renew<Seen>(start: Iterable<string>, { forget, evaluate, seen, isSame, isBound }: Renewal<Seen>): void {
    const due = new Set([...start].filter((key) => this.#parts.has(key)));
    const waits = this.#waits(due);
    const ready = [...waits].flatMap(([key, count]) => (count === 0 ? [key] : []));
    for (const key of ready) {
      const part = this.#parts.get(key);
      const isDue = part !== undefined && due.has(key);
      let hasChanged = false;
      if (isDue) {
        const before = seen(part);
        forget(part);
        evaluate(part);
        hasChanged = !isSame(part, before);
      }
      waits.delete(key);
      for (const dependant of this.dependants(key)) {
        const left = waits.get(dependant);
        if (left === undefined || dependant === key) continue;
        if (hasChanged || (isDue && isBound(dependant))) due.add(dependant);
        waits.set(dependant, left - 1);
        if (left === 1) ready.push(dependant);
      }
    }
    // Those that depend on each other in circles, and what depends on them.
    const left = [...waits.keys()].flatMap((key) => this.#parts.get(key) ?? []);
    for (const part of left) forget(part);
    for (const part of left) evaluate(part);
  }

  /** All that may be concerned, each with the number of those concerned that it depends on. */
  #waits(start: Iterable<string>): Map<string, number> {
    const waits = new Map([...start].map((key) => [key, 0]));
    for (const key of waits.keys()) {
      for (const dependant of this.dependants(key)) if (!waits.has(dependant)) waits.set(dependant, 0);
    }
    for (const key of waits.keys()) {
      for (const dependant of this.dependants(key))
        if (dependant !== key) waits.set(dependant, (waits.get(dependant) ?? 0) + 1);
    }
    return waits;
  }

  #index(): Map<string, Set<string>> {
    if (this.#dependants) return this.#dependants;
    this.#dependants = new Map();
    this.#reindex([], this.#parts.values());
    return this.#dependants;
  }

  #reindex(gone: Iterable<Part>, come: Iterable<Part>): void {
    const dependants = this.#dependants;
    if (!dependants) return;
    for (const { key, thing } of gone) {
      for (const name of namesIn(thing)) {
        const keys = dependants.get(name);
        keys?.delete(key);
        if (keys?.size === 0) dependants.delete(name);
      }
    }
    for (const { key, thing } of come) {
      for (const name of namesIn(thing)) {
        const keys = dependants.get(name);
        if (keys) keys.add(key);
        else dependants.set(name, new Set([key]));
      }
    }
  }
}

const none: readonly never[] = [];

function isSameThing<D extends object>(a: Thing, declaration: D, make: (declaration: D) => Thing): boolean {
  if (a.declaration !== declaration) return false;
  if (a.kind !== "variable") return true;
  const b = make(declaration);
  return b.kind === "variable" && a.given === b.given;
}

function namesIn({ kind, declaration }: Thing): ReadonlySet<string> {
  switch (kind) {
    case "local":
      return namesInExpressions([declaration.expression]);
    case "output":
      return namesInBlock(declaration.declaration.block);
    case "variable":
      return namesInBlock(declaration.declaration.block);
    default:
      return namesInBlock(declaration.block);
  }
}
