import type {
  BinaryOperator,
  Call,
  Expression,
  ForObject,
  ForTuple,
  GetAttribute,
  Identifier,
  Missing,
  ObjectExpression,
  ObjectItem,
  Variable,
} from "./ast.ts";
import { stride } from "./flat.ts";
import { Field, Kind } from "./kinds.ts";
import {
  after,
  childAt,
  deepest,
  endOf,
  exact,
  kindOf,
  missing,
  type Reading,
  report,
  spanOf,
  startOf,
  textOf,
  tooDeepMessage,
} from "./reading.ts";
import { decodeQuoted } from "./strings.ts";
import { lowerTemplate } from "./template.ts";
import { lowerTraversal } from "./traversal.ts";

/** Lowers the expression in a field of a node. */
export function lowerField(r: Reading, node: number, field: number): Expression {
  const child = childAt(r, node, field);
  return child < 0 ? missing(endOf(r, node)) : lowerExpression(r, child);
}

/** Lowers the value of an attribute or object item: where something behind it was skipped, it is only part of one. */
export function lowerValue(r: Reading, node: number): Expression {
  const child = childAt(r, node, Field.value);
  if (child < 0) return missing(endOf(r, node));
  const value = lowerExpression(r, child);
  const next = after(r, child);
  const torn = next < after(r, node) && kindOf(r, next) === Kind.error;
  return torn ? { type: "missing", partial: value, start: value.start, end: endOf(r, next) } : value;
}

export function lowerExpression(r: Reading, node: number): Expression {
  if (r.depth >= deepest) return tooDeep(r, node);
  r.depth++;
  const expression = lowerKind(r, node);
  r.depth--;
  return expression;
}

function lowerKind(r: Reading, node: number): Expression {
  const start = startOf(r, node);
  const end = endOf(r, node);
  switch (kindOf(r, node)) {
    case Kind.string:
      return quoted(r, start + 1, end - 1, start, end);
    case Kind.unclosed_string:
      return quoted(r, start + 1, end, start, end);
    case Kind.number:
      return start === end ? missing(start) : { type: "number", text: r.text.slice(start, end), start, end };
    case Kind.identifier:
      return word(r.text.slice(start, end), start, end);
    case Kind.path:
    case Kind.member:
    case Kind.legacy_index:
    case Kind.index:
    case Kind.attribute_splat:
    case Kind.full_splat:
      return lowerTraversal(r, node);
    case Kind.template:
    case Kind.heredoc:
      return lowerTemplate(r, node);
    case Kind.call:
      return lowerCall(r, node);
    case Kind.tuple:
      return { type: "tuple", items: exact(lowerItems(r, node)), start, end };
    case Kind.object:
      return lowerObject(r, node);
    case Kind.for_tuple:
      return lowerForTuple(r, node);
    case Kind.for_object:
      return lowerForObject(r, node);
    case Kind.unary:
      return {
        type: "unary",
        operator: r.text.charAt(start) === "!" ? "!" : "-",
        operand: lowerField(r, node, Field.operand),
        start,
        end,
      };
    case Kind.binary:
      return lowerBinary(r, node);
    case Kind.conditional:
      return {
        type: "conditional",
        condition: lowerField(r, node, Field.condition),
        then: lowerField(r, node, Field.consequence),
        otherwise: lowerField(r, node, Field.alternative),
        start,
        end,
      };
    case Kind.parentheses:
      return { type: "parentheses", inner: lowerField(r, node, Field.inner), start, end };
    default:
      return missing(start, end);
  }
}

function quoted(r: Reading, from: number, to: number, start: number, end: number): Expression {
  if (from >= to) return { type: "template", parts: [], heredoc: false, start, end };
  const value = decodeQuoted(r, from, to);
  return {
    type: "template",
    parts: [{ type: "literal", value, start: from, end: to }],
    heredoc: false,
    start,
    end,
  };
}

/** A name alone: three of them are values. */
export function word(name: string, start: number, end: number): Expression {
  if (name === "true" || name === "false") return { type: "bool", value: name === "true", start, end };
  if (name === "null") return { type: "null", start, end };
  if (name === "") return missing(start, end);
  return { type: "variable", name, start, end };
}

export function identifier(r: Reading, node: number): Identifier {
  return { name: textOf(r, node), start: startOf(r, node), end: endOf(r, node) };
}

function identifierAt(r: Reading, node: number, field: number): Identifier {
  const child = childAt(r, node, field);
  const end = endOf(r, node);
  return child < 0 ? { name: "", start: end, end } : identifier(r, child);
}

/** The expressions among a list's children. */
function lowerItems(r: Reading, node: number, items: Expression[] = []): Expression[] {
  const end = after(r, node);
  for (let child = node + stride; child < end; child = after(r, child)) {
    const kind = kindOf(r, child);
    if (kind >= Kind.identifier && kind <= Kind.parentheses) items.push(lowerExpression(r, child));
    else if (kind === Kind.error) lowerItems(r, child, items);
  }
  return items;
}

function lowerCall(r: Reading, node: number): Call {
  const args: Expression[] = [];
  let expand = false;
  let name: Identifier | undefined;
  const end = after(r, node);
  for (let child = node + stride; child < end; child = after(r, child)) {
    const field = r.nodes[child + 1];
    if (field === Field.argument) args.push(lowerExpression(r, child));
    else if (field === Field.expand) expand = true;
    else if (field === Field.name) name = identifier(r, child);
  }
  name ??= { name: "", start: startOf(r, node), end: startOf(r, node) };
  if (/\s/.test(name.name)) name = { ...name, name: name.name.replaceAll(/\s/g, "") };
  return { type: "call", name, args: exact(args), expand, start: startOf(r, node), end: endOf(r, node) };
}

function lowerObject(r: Reading, node: number): ObjectExpression {
  const items: ObjectItem[] = [];
  const end = after(r, node);
  for (let child = node + stride; child < end; child = after(r, child)) {
    if (kindOf(r, child) === Kind.object_item) items.push(lowerObjectItem(r, child));
  }
  const first = items[0]?.key;
  if (first?.type === "variable" && first.name === "for") firstKeyFor(r, first);
  return { type: "object", items: exact(items), start: startOf(r, node), end: endOf(r, node) };
}

/** `{` and `for` begin a for expression, whatever follows. Source: hclsyntax/spec.md, "For Expressions". */
function firstKeyFor(r: Reading, key: Expression): void {
  report(r, "syntax-error", 'The first key of an object cannot be the bare word "for"', key, {
    hint: 'Write "for" in quotes.',
    fix: { title: "Put it in quotes", edits: [{ span: spanOf(r, key), text: '"for"' }] },
  });
}

function lowerObjectItem(r: Reading, node: number): ObjectItem {
  const keyNode = childAt(r, node, Field.key);
  const key = keyNode < 0 ? missing(startOf(r, node)) : lowerKey(r, keyNode);
  return { key, value: lowerValue(r, node), start: startOf(r, node), end: endOf(r, node) };
}

/** A bare word as key means its name, `true` and `null` too. Source: hclsyntax's ObjectConsKeyExpr. */
function lowerKey(r: Reading, node: number): Expression {
  const start = startOf(r, node);
  const end = endOf(r, node);
  if (kindOf(r, node) === Kind.identifier && start < end) {
    return { type: "variable", name: r.text.slice(start, end), start, end };
  }
  const key = lowerExpression(r, node);
  if (isReference(key)) {
    const span = spanOf(r, key);
    const written = r.text.slice(start, end);
    report(r, "invalid-expression", `The key "${written}" may be a name with dots or a reference`, key, {
      hint: `Write (${written}) for the value it refers to, or "${written}" for the name.`,
      fix: { title: "Put the reference in parentheses", edits: [{ span, text: `(${written})` }] },
    });
  }
  return key;
}

function isReference(key: Expression): boolean {
  if (key.type === "get-attribute") return key.object.type === "variable" || isReference(key.object);
  if (key.type !== "index") return false;
  return key.collection.type === "variable" || isReference(key.collection);
}

function forIntro(r: Reading, node: number): { value: Identifier; collection: Expression; key?: Identifier } {
  const key = childAt(r, node, Field.key);
  return {
    ...(key >= 0 && { key: identifier(r, key) }),
    value: identifierAt(r, node, Field.value),
    collection: lowerField(r, node, Field.collection),
  };
}

function forCondition(r: Reading, node: number): { condition?: Expression } {
  const condition = childAt(r, node, Field.condition);
  return condition < 0 ? {} : { condition: lowerExpression(r, condition) };
}

function lowerForTuple(r: Reading, node: number): ForTuple {
  return {
    type: "for-tuple",
    ...forIntro(r, node),
    result: lowerField(r, node, Field.result),
    ...forCondition(r, node),
    start: startOf(r, node),
    end: endOf(r, node),
  };
}

function lowerForObject(r: Reading, node: number): ForObject {
  return {
    type: "for-object",
    ...forIntro(r, node),
    resultKey: lowerField(r, node, Field.result_key),
    resultValue: lowerField(r, node, Field.result_value),
    ...forCondition(r, node),
    grouping: childAt(r, node, Field.grouping) >= 0,
    start: startOf(r, node),
    end: endOf(r, node),
  };
}

const binaryOperators = new Map<string, BinaryOperator>(
  (["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"] as const).map((o) => [o, o]),
);

/** A chain `a + b + c …` leans to the left: it is walked down, then built up. */
function lowerBinary(r: Reading, node: number): Expression {
  const chain = [node];
  let left = childAt(r, node, Field.left);
  while (left >= 0 && kindOf(r, left) === Kind.binary) {
    chain.push(left);
    left = childAt(r, left, Field.left);
  }
  if (isTooDeep(r, chain.length)) return tooDeep(r, node);
  r.depth += chain.length;
  let result: Expression = left < 0 ? missing(startOf(r, node)) : lowerExpression(r, left);
  r.depth -= chain.length;
  for (let i = chain.length - 1; i >= 0; i--) {
    const binary = chain[i] ?? node;
    const operatorNode = childAt(r, binary, Field.operator);
    const operator = operatorNode < 0 ? undefined : binaryOperators.get(textOf(r, operatorNode));
    const right = lowerField(r, binary, Field.right);
    const end = endOf(r, binary);
    result =
      operator === undefined
        ? missing(result.start, end)
        : { type: "binary", operator, left: result, right, start: result.start, end };
  }
  return result;
}

export function isTooDeep(r: Reading, length: number): boolean {
  return r.depth + length > deepest;
}

export function tooDeep(r: Reading, node: number): Missing {
  const place = { start: startOf(r, node), end: Math.min(endOf(r, node), startOf(r, node) + 1) };
  const last = r.diagnostics[r.diagnostics.length - 1];
  if (last?.message !== tooDeepMessage) {
    report(r, "syntax-error", tooDeepMessage, place, { hint: "Move the inner part into a local value." });
  }
  return missing(startOf(r, node), endOf(r, node));
}

/** `root.a.b` behind any root. `start` is where the dotted names begin in the text. */
export function attributes(root: Expression, names: string, start: number): Expression {
  let result = root;
  let at = 0;
  while (at < names.length) {
    const next = names.indexOf(".", at + 1);
    const end = next < 0 ? names.length : next;
    const name: Identifier = { name: names.slice(at + 1, end), start: start + at + 1, end: start + end };
    const node: GetAttribute = {
      type: "get-attribute",
      object: result,
      name,
      start: root.start,
      end: start + end,
    };
    result = node;
    at = end;
  }
  return result;
}

export function element(at: number): Variable {
  return { type: "variable", name: "", start: at, end: at };
}
