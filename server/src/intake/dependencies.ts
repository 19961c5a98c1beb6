/**
 * What expressions refer to, as far as their text says: the edges of the IR and the order in which things are evaluated.
 * Each expression is looked through once, each local value's references are found once.
 */
import type { Expression } from "../syntax/ast.ts";
import { referencedPaths } from "./references.ts";
import type { PathStep } from "./scope.ts";
import type { AttributeSource } from "./shape.ts";
import type { Stack } from "./stack.ts";

/** A reference to a resource: the path as written, and whose address it leads to, perhaps through local values. */
export interface ResourceReference {
  readonly path: readonly PathStep[];
  readonly address: string;
}

export class Dependencies {
  readonly #stack: Stack;
  /** Addresses behind local values, by name. */
  readonly #locals = new Map<string, ReadonlySet<string>>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** Every static traversal in an expression. Found anew each time: that is quicker than it would be to keep them. */
  paths(expression: Expression): readonly PathStep[][] {
    return referencedPaths(expression);
  }

  /** The resources behind an expression, in order of their references. */
  *resources(expression: Expression): Iterable<ResourceReference> {
    for (const path of this.paths(expression)) {
      for (const address of this.#targets(path)) yield { path, address };
    }
  }

  #targets(path: readonly PathStep[]): Iterable<string> {
    const [root, name] = path;
    if (!root || !name) return [];
    if (root.name === "local") return this.#behindLocal(name.name);
    const address = `${root.name}.${name.name}`;
    return this.#stack.resources.has(address) ? [address] : [];
  }

  /** Without recursion: local values may form a longer chain than the call stack. In a circle the last one met just ends. */
  #behindLocal(name: string): ReadonlySet<string> {
    const open = new Set<string>();
    const path = [name];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const expression = this.#stack.locals.get(top)?.expression;
      const paths = expression ? this.paths(expression) : [];
      if (!open.has(top) && !this.#locals.has(top)) {
        open.add(top);
        for (const [root, step] of paths) {
          const inner = root?.name === "local" && step ? step.name : undefined;
          if (inner !== undefined && !open.has(inner) && !this.#locals.has(inner)) path.push(inner);
        }
        if (path.at(-1) !== top) continue;
      }
      path.pop();
      if (!this.#locals.has(top)) this.#locals.set(top, this.#directlyBehind(paths));
    }
    return this.#locals.get(name) ?? new Set();
  }

  /** Once the locals inside are done. */
  #directlyBehind(paths: readonly PathStep[][]): ReadonlySet<string> {
    const sets = paths.map(([root, step]): ReadonlySet<string> => {
      if (!root || !step) return new Set();
      if (root.name === "local") return this.#locals.get(step.name) ?? new Set();
      const address = `${root.name}.${step.name}`;
      return new Set(this.#stack.resources.has(address) ? [address] : []);
    });
    const [only, ...others] = sets.filter((s) => s.size > 0);
    return only && others.length === 0 ? only : new Set(sets.flatMap((s) => [...s]));
  }
}

/** Every expression an attribute's value is made of. */
export function expressionsOf(source: AttributeSource): readonly Expression[] {
  if (source.form !== "blocks") return [source.expression];
  return source.blocks.flatMap((block) => [...block.attributes.values()].flatMap(expressionsOf));
}
