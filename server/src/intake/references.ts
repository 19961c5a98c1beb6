import type { Expression, TemplatePart } from "../syntax/ast.ts";
import type { PathStep } from "./scope.ts";

/**
 * Every static traversal in an expression whose root is no `for` variable: `service.web["eu"].id` gives `service`, `web`.
 * Whatever branch would be taken: dependencies do not change with values.
 */
export function referencedPaths(expression: Expression): PathStep[][] {
  const found: PathStep[][] = [];
  visit(expression, new Set(), found);
  return found;
}

type Bound = ReadonlySet<string>;

function visit(e: Expression, bound: Bound, out: PathStep[][]): void {
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
      visitTraversal(e, bound, out);
      return;
    case "index":
      visit(e.collection, bound, out);
      visit(e.key, bound, out);
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

function visitTraversal(e: Expression, bound: Bound, out: PathStep[][]): void {
  const path = staticPath(e);
  if (path) {
    if (path[0] && !bound.has(path[0].name)) out.push(path);
    return;
  }
  if (e.type === "get-attribute") visit(e.object, bound, out);
}

/** The names of `a.b.c`, from the root up to the first index or splat; undefined when the chain's root is no name. */
export function staticPath(expression: Expression): PathStep[] | undefined {
  const path: PathStep[] = [];
  let e = expression;
  while (e.type === "get-attribute") {
    path.push(e.name);
    e = e.object;
  }
  if (e.type !== "variable") return undefined;
  path.push(e);
  return path.reverse();
}

function visitParts(parts: readonly TemplatePart[], bound: Bound, out: PathStep[][]): void {
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
