import type { Expression, TemplatePart } from "../syntax/ast.ts";
import type { PathStep } from "./scope.ts";

/** A traversal that begins with a name: `service.web["eu"].id`. */
export interface Reference {
  /** The names from the root up to the first index or splat: `service`, `web`. */
  readonly path: readonly PathStep[];
  /** What stands in brackets right after them: `"eu"`. */
  readonly index?: Expression;
  /** The names right after the brackets: `id`. */
  readonly after?: readonly PathStep[];
}

/** Names that are no references: `for` variables, iterators of dynamic blocks. */
export type Bound = ReadonlySet<string>;

const unbound: Bound = new Set();
const none: readonly Reference[] = [];

/**
 * Every traversal in an expression whose root is a name that is not bound. Whatever branch would be taken: dependencies do
 * not change with values.
 */
export function referencesIn(expression: Expression, bound: Bound = unbound): readonly Reference[] {
  const found: Reference[] = [];
  visit(expression, bound, found);
  return found.length === 0 ? none : found.slice();
}

/** The names of all references, up to the first index or splat. */
export function referencedPaths(expression: Expression): (readonly PathStep[])[] {
  return referencesIn(expression).map((r) => r.path);
}

function visit(e: Expression, bound: Bound, out: Reference[]): void {
  switch (e.type) {
    case "number":
    case "bool":
    case "null":
    case "missing":
      return;
    case "template":
      visitParts(e.parts, bound, out);
      return;
    case "tuple":
      for (const item of e.items) visit(item, bound, out);
      return;
    case "object":
      for (const item of e.items) {
        // A bare name as key is that name, no reference.
        if (item.key.type !== "variable") visit(item.key, bound, out);
        visit(item.value, bound, out);
      }
      return;
    case "variable":
    case "get-attribute":
    case "index":
      visitTraversal(e, bound, out);
      return;
    case "splat":
      visit(e.source, bound, out);
      visit(e.each, new Set([...bound, ""]), out);
      return;
    case "call":
      for (const arg of e.args) visit(arg, bound, out);
      return;
    case "unary":
      visit(e.operand, bound, out);
      return;
    case "binary":
      visit(e.left, bound, out);
      visit(e.right, bound, out);
      return;
    case "conditional":
      visit(e.condition, bound, out);
      visit(e.then, bound, out);
      visit(e.otherwise, bound, out);
      return;
    case "for-tuple":
    case "for-object": {
      visit(e.collection, bound, out);
      const inner = new Set([...bound, e.value.name, ...(e.key ? [e.key.name] : [])]);
      const results = e.type === "for-tuple" ? [e.result] : [e.resultKey, e.resultValue];
      for (const result of [...results, ...(e.condition ? [e.condition] : [])]) visit(result, inner, out);
      return;
    }
    case "parentheses":
      visit(e.inner, bound, out);
      return;
  }
}

function visitTraversal(e: Expression, bound: Bound, out: Reference[]): void {
  const path = staticPath(e);
  if (path) {
    if (path[0] && !bound.has(path[0].name)) out.push({ path });
    return;
  }
  const after: PathStep[] = [];
  let at = e;
  for (; at.type === "get-attribute"; at = at.object) after.push(at.name);
  if (at.type !== "index") {
    visit(at, bound, out);
    return;
  }
  const before = staticPath(at.collection);
  if (!before) visit(at.collection, bound, out);
  else if (before[0] && !bound.has(before[0].name))
    out.push({ path: before, index: at.key, after: after.reverse() });
  visit(at.key, bound, out);
}

/** The names of `a.b.c`, from the root up to the first index or splat; undefined when the chain's root is no name. */
export function staticPath(expression: Expression): PathStep[] | undefined {
  let length = 1;
  let root = expression;
  for (; root.type === "get-attribute"; root = root.object) length++;
  if (root.type !== "variable") return undefined;
  // Of its size from the start: a large stack has many thousands, and most arrays that grow are too large.
  const path = new Array<PathStep>(length);
  path[0] = root;
  for (let e = expression; e.type === "get-attribute"; e = e.object) path[--length] = e.name;
  return path;
}

function visitParts(parts: readonly TemplatePart[], bound: Bound, out: Reference[]): void {
  for (const part of parts) {
    switch (part.type) {
      case "literal":
        break;
      case "interpolation":
        visit(part.expression, bound, out);
        break;
      case "if":
        visit(part.condition, bound, out);
        visitParts(part.then, bound, out);
        visitParts(part.otherwise, bound, out);
        break;
      case "for":
        visit(part.collection, bound, out);
        visitParts(
          part.body,
          new Set([...bound, part.value.name, ...(part.key ? [part.key.name] : [])]),
          out,
        );
        break;
    }
  }
}
