/** References, attributes and indexes. */
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Expression, GetAttribute, Identifier, Index, Node, Variable } from "../syntax/ast.ts";
import { type Context, fail, lookUp, type Run, referenceReport } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import { formatNumber, toSafeInteger } from "./number.ts";
import { staticPath } from "./references.ts";
import { broken, type PathStep } from "./scope.ts";
import { dynamicType, numberType, stringType, type Type } from "./type.ts";
import type { UnknownValue, Value } from "./value.ts";
import { markIf, typeOf, unknownOf } from "./values.ts";

/** `index` is the expression that indexes the traversal right away. */
export function evaluateTraversal(
  node: Variable | GetAttribute,
  context: Context,
  run: Run,
  index?: Index,
): Value {
  const path = staticPath(node);
  if (!path) return node.type === "get-attribute" ? evaluateAttributes(node, context, run) : broken;
  const [root] = path;
  const local = root && lookUp(context, root.name);
  if (local) return applyNames(context, local, path, 1);
  const resolved = context.scope.resolve(path, referenceReport(context, path), index);
  if (!resolved) {
    context.failures++;
    return broken;
  }
  return applyNames(context, resolved.value, path, resolved.consumed);
}

/** `.a.b` after something that is no reference. */
function evaluateAttributes(node: GetAttribute, context: Context, run: Run): Value {
  const names: Identifier[] = [];
  let source: Expression = node;
  while (source.type === "get-attribute") {
    names.push(source.name);
    source = source.object;
  }
  return applyNames(context, run(source, context), names.reverse(), 0);
}

function applyNames(context: Context, start: Value, path: readonly PathStep[], from: number): Value {
  let value = start;
  for (let i = from; i < path.length; i++) {
    const step = path[i];
    if (step) value = getAttribute(context, value, step);
  }
  return value;
}

function getAttribute(context: Context, value: Value, step: PathStep): Value {
  const { name } = step;
  switch (value.kind) {
    case "object":
    case "map": {
      const field = value.fields.get(name);
      if (field) return markIf(value.sensitive, field);
      const what = value.kind === "map" ? "This map has no element" : "This object has no attribute";
      const hint = value.sensitive ? undefined : didYouMean(name, value.fields.keys());
      return fail(context, "invalid-expression", `${what} "${name}"`, step, hint);
    }
    case "unknown":
      return markIf(value.sensitive, unknownAttribute(context, value, step));
    case "null":
      return fail(context, "invalid-expression", `A null value has no attribute "${name}"`, step);
    default:
      return noAttributes(context, typeOf(value), step);
  }
}

function unknownAttribute(
  context: Context,
  { type, sensitive }: Value & UnknownValue,
  step: PathStep,
): Value {
  if (type.kind === "dynamic") return broken;
  if (type.kind === "map") return unknownOf(type.element);
  if (type.kind !== "object") return noAttributes(context, type, step);
  const field = type.fields.get(step.name);
  if (field) return unknownOf(field.type);
  const hint = sensitive ? undefined : didYouMean(step.name, type.fields.keys());
  return fail(context, "invalid-expression", `This object has no attribute "${step.name}"`, step, hint);
}

function noAttributes(context: Context, type: Type, step: PathStep): Value {
  const message = `A ${type.kind} has no attributes, so there is no "${step.name}"`;
  const ofObjects =
    ((type.kind === "list" || type.kind === "set") && type.element.kind === "object") ||
    (type.kind === "tuple" && type.items.length > 0 && type.items.every((t) => t.kind === "object"));
  const hint = ofObjects ? `[*].${step.name} takes it from every item` : undefined;
  return fail(context, "invalid-expression", message, step, hint);
}

export function evaluateIndex(node: Index, context: Context, run: Run): Value {
  const { collection: source } = node;
  const isTraversal = source.type === "variable" || source.type === "get-attribute";
  const collection = isTraversal ? evaluateTraversal(source, context, run, node) : run(source, context);
  const key = run(node.key, context);
  const { failures } = context;
  const value = index(context, collection, key, node);
  if (context.failures > failures) return value;
  // Which attribute of an object was read is no secret in Terraform.
  const keyMatters = key.sensitive && collection.kind !== "object";
  return markIf(collection.sensitive || keyMatters, value);
}

function index(context: Context, collection: Value, key: Value, node: Index): Value {
  if (collection.kind === "null")
    return fail(context, "invalid-expression", "A null value cannot be indexed", node);
  if (key.kind === "null") return fail(context, "invalid-expression", "An index must not be null", node.key);
  const type = typeOfCollection(collection);
  if (type.kind === "dynamic" || (key.kind === "unknown" && key.type.kind === "dynamic")) return broken;
  switch (type.kind) {
    case "list":
    case "tuple":
      return indexSequence(context, collection, type, key, node);
    case "map":
    case "object":
      return indexFields(context, collection, type, key, node);
    case "set":
      return fail(
        context,
        "invalid-expression",
        "The items of a set have no index",
        node.key,
        "Convert it to a list with tolist(), or go through it with a for expression.",
      );
    default:
      return fail(context, "invalid-expression", `A ${type.kind} cannot be indexed`, node);
  }
}

/** Only as deep as an index needs it. */
function typeOfCollection(value: Value): Type {
  if (value.kind === "tuple") return { kind: "tuple", items: [] };
  if (value.kind === "object") return { kind: "object", fields: new Map() };
  return typeOf(value);
}

function indexSequence(
  context: Context,
  collection: Value,
  type: Type & { readonly kind: "list" | "tuple" },
  rawKey: Value,
  node: Index,
): Value {
  const key = convert(rawKey, numberType);
  if (key.kind === "problem") return badKey(context, describeProblem(key), node.key);
  if (key.kind !== "number") return unknownOf(type.kind === "list" ? type.element : dynamicType);
  const items = collection.kind === "list" || collection.kind === "tuple" ? collection.items : undefined;
  const size = items?.length ?? (type.kind === "tuple" ? type.items.length : undefined);
  const i = toSafeInteger(key.value);
  const shown = key.sensitive ? "The index" : `Index ${formatNumber(key.value)}`;
  if (i === undefined) return badKey(context, `${shown} is no whole number`, node.key);
  if (i < 0) return badKey(context, `${shown} is negative`, node.key);
  if (size !== undefined && i >= size) {
    const has = size === 0 ? "has no items" : `has only ${size} item${size === 1 ? "" : "s"}`;
    return badKey(context, `${shown} is out of range: the ${type.kind} ${has}`, node.key);
  }
  return items?.[i] ?? unknownOf(type.kind === "list" ? type.element : (type.items[i] ?? dynamicType));
}

function indexFields(
  context: Context,
  collection: Value,
  type: Type & { readonly kind: "map" | "object" },
  rawKey: Value,
  node: Index,
): Value {
  const key = convert(rawKey, stringType);
  if (key.kind === "problem") return badKey(context, describeProblem(key), node.key);
  const element = type.kind === "map" ? type.element : dynamicType;
  if (key.kind !== "string") return unknownOf(element);
  const hidden = collection.sensitive || rawKey.sensitive;
  const known = collection.kind === "map" || collection.kind === "object" ? collection.fields : undefined;
  const fields = known ?? (type.kind === "object" ? type.fields : undefined);
  const value = known ? known.get(key.value) : unknownField(type, key.value);
  if (value) return value;
  return hidden
    ? badKey(context, `The ${type.kind} has no such key`, node.key)
    : noKey(context, type, key.value, fields, node);
}

function unknownField(type: Type & { readonly kind: "map" | "object" }, key: string): Value | undefined {
  const field = type.kind === "map" ? type.element : type.fields.get(key)?.type;
  return field && unknownOf(field);
}

function noKey(
  context: Context,
  type: Type,
  key: string,
  known: ReadonlyMap<string, unknown> | undefined,
  node: Index,
): Value {
  const hint = known && didYouMean(key, known.keys());
  return fail(
    context,
    "invalid-expression",
    `The ${type.kind} has no key ${JSON.stringify(key)}`,
    node.key,
    hint,
  );
}

const badKey = (context: Context, message: string, at: Node): Value =>
  fail(context, "invalid-expression", capitalized(message), at);

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
