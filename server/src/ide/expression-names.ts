import type { Expression, Identifier, TemplatePart } from "../syntax/ast.ts";
import { type Chain, chainOf } from "./chain.ts";

/** A name that a `for` or a dynamic block brings along, visible to what is inside of it. */
export interface Binding {
  readonly identifier: Identifier;
  readonly outer: Binding | undefined;
}

export interface NameVisitor {
  /** A reference; `binding` is what its root means, if it is no name of the stack. */
  reference(chain: Chain, binding: Binding | undefined): void;
  declared(binding: Binding): void;
}

/** Tells a visitor of all names in an expression, broken parts of it too. */
export function visitNames(e: Expression, visitor: NameVisitor, scope?: Binding): void {
  const inside = (...more: readonly Expression[]): void => {
    for (const one of more) visitNames(one, visitor, scope);
  };
  switch (e.type) {
    case "number":
    case "bool":
    case "null":
      return;
    case "missing":
      if (e.partial) inside(e.partial);
      return;
    case "variable":
    case "get-attribute":
    case "index":
    case "splat":
      visitChain(e, visitor, scope);
      return;
    case "template":
      visitParts(e.parts, visitor, scope);
      return;
    case "tuple":
      inside(...e.items);
      return;
    case "object":
      for (const { key, value } of e.items) {
        // A bare name as key is that name, no reference.
        if (key.type === "variable") inside(value);
        else inside(key, value);
      }
      return;
    case "call":
      inside(...e.args);
      return;
    case "unary":
      inside(e.operand);
      return;
    case "binary":
      inside(e.left, e.right);
      return;
    case "conditional":
      inside(e.condition, e.then, e.otherwise);
      return;
    case "for-tuple":
    case "for-object": {
      inside(e.collection);
      const inner = bind(e, visitor, scope);
      const results = e.type === "for-tuple" ? [e.result] : [e.resultKey, e.resultValue];
      for (const part of e.condition ? [...results, e.condition] : results) visitNames(part, visitor, inner);
      return;
    }
    case "parentheses":
      inside(e.inner);
      return;
  }
}

function visitChain(e: Expression, visitor: NameVisitor, scope: Binding | undefined): void {
  const chain = chainOf(e);
  if (chain) {
    const [root] = chain.names;
    if (root) visitor.reference(chain, find(scope, root.name));
    for (const key of chain.keys) visitNames(key, visitor, scope);
    return;
  }
  if (e.type === "get-attribute") visitNames(e.object, visitor, scope);
  else if (e.type === "index") {
    visitNames(e.collection, visitor, scope);
    visitNames(e.key, visitor, scope);
  } else if (e.type === "splat") {
    visitNames(e.source, visitor, scope);
    visitNames(e.each, visitor, scope);
  }
}

function visitParts(parts: readonly TemplatePart[], visitor: NameVisitor, scope: Binding | undefined): void {
  for (const part of parts) {
    switch (part.type) {
      case "literal":
        break;
      case "interpolation":
        visitNames(part.expression, visitor, scope);
        break;
      case "if":
        visitNames(part.condition, visitor, scope);
        visitParts(part.then, visitor, scope);
        visitParts(part.otherwise, visitor, scope);
        break;
      case "for":
        visitNames(part.collection, visitor, scope);
        visitParts(part.body, visitor, bind(part, visitor, scope));
        break;
    }
  }
}

interface Loop {
  readonly key?: Identifier;
  readonly value: Identifier;
}

function bind({ key, value }: Loop, visitor: NameVisitor, scope: Binding | undefined): Binding | undefined {
  let inner = scope;
  for (const identifier of key ? [key, value] : [value]) {
    if (identifier.name === "") continue;
    inner = { identifier, outer: inner };
    visitor.declared(inner);
  }
  return inner;
}

function find(scope: Binding | undefined, name: string): Binding | undefined {
  for (let at = scope; at; at = at.outer) if (at.identifier.name === name) return at;
  return undefined;
}
