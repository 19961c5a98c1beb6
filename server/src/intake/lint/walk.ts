import type { Body, Expression, TemplatePart } from "../../syntax/ast.ts";

/** Sees every expression of a body, outer ones first, in whatever branch. */
export interface Visitor {
  /** `plain`: it is an attribute's whole value, so what replaces it needs no parentheses. */
  expression(expression: Expression, plain: boolean): void;
  /** A name and the value it is given: an attribute, or an item of an object. */
  named(name: string, value: Expression): void;
}

export function walkBody(body: Body, visitor: Visitor): void {
  for (const item of body.items) {
    if (item.type === "block") walkBody(item.body, visitor);
    else {
      visitor.named(item.name.name, item.value);
      walk(item.value, visitor, true);
    }
  }
}

export function walk(e: Expression, visitor: Visitor, plain = false): void {
  visitor.expression(e, plain);
  walkInside(e, visitor);
}

/** Whatever an expression is made of, without the expression itself. */
function walkInside(e: Expression, visitor: Visitor): void {
  switch (e.type) {
    case "number":
    case "bool":
    case "null":
    case "variable":
      return;
    case "missing":
      if (e.partial) walk(e.partial, visitor);
      return;
    case "template":
      walkParts(e.parts, visitor);
      return;
    case "tuple":
      for (const item of e.items) walk(item, visitor);
      return;
    case "object":
      for (const { key, value } of e.items) {
        const name = keyName(key);
        if (name !== undefined) visitor.named(name, value);
        else walkInside(key, visitor);
        walk(value, visitor);
      }
      return;
    case "get-attribute":
      walk(e.object, visitor);
      return;
    case "index":
      walk(e.collection, visitor);
      walk(e.key, visitor);
      return;
    case "splat":
      walk(e.source, visitor);
      walk(e.each, visitor);
      return;
    case "call":
      for (const arg of e.args) walk(arg, visitor);
      return;
    case "unary":
      walk(e.operand, visitor);
      return;
    case "binary":
      walk(e.left, visitor);
      walk(e.right, visitor);
      return;
    case "conditional":
      walk(e.condition, visitor);
      walk(e.then, visitor);
      walk(e.otherwise, visitor);
      return;
    case "for-tuple":
      walk(e.collection, visitor);
      walk(e.result, visitor);
      if (e.condition) walk(e.condition, visitor);
      return;
    case "for-object":
      walk(e.collection, visitor);
      walk(e.resultKey, visitor);
      walk(e.resultValue, visitor);
      if (e.condition) walk(e.condition, visitor);
      return;
    case "parentheses":
      walk(e.inner, visitor);
      return;
  }
}

function walkParts(parts: readonly TemplatePart[], visitor: Visitor): void {
  for (const part of parts) {
    switch (part.type) {
      case "literal":
        break;
      case "interpolation":
        walk(part.expression, visitor);
        break;
      case "if":
        walk(part.condition, visitor);
        walkParts(part.then, visitor);
        walkParts(part.otherwise, visitor);
        break;
      case "for":
        walk(part.collection, visitor);
        walkParts(part.body, visitor);
        break;
    }
  }
}

/** What an object's key says without being evaluated: a bare name, or a text in quotes. */
function keyName(key: Expression): string | undefined {
  return key.type === "variable" ? key.name : literalText(key);
}

/** The text of a string without sequences; undefined for anything else. */
export function literalText(e: Expression): string | undefined {
  if (e.type !== "template") return undefined;
  const [part] = e.parts;
  if (!part) return "";
  return e.parts.length === 1 && part.type === "literal" ? part.value : undefined;
}
