/** `for` expressions and splats. */
import type { ForObject, ForTuple, Splat } from "../syntax/ast.ts";
import { type Context, fail, type Run } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import { type Element, elementsOf } from "./elements.ts";
import { toCondition } from "./operators.ts";
import { broken } from "./scope.ts";
import { equalTypes, listOf, stringType, type Type, tupleOf } from "./type.ts";
import type { Value } from "./value.ts";
import { listValue, markIf, objectValue, tupleValue, typeOf, unknownOf } from "./values.ts";

/** What the rounds of a loop have found out beside their results. */
interface Loop {
  sensitive: boolean;
  /** Whether an element belongs to the result, or under which key, is unknown; so the whole result is. */
  vague: boolean;
}

export function evaluateForTuple(node: ForTuple, context: Context, run: Run): Value {
  const items: Value[] = [];
  return evaluateLoop(node, context, run, {
    round: () => {
      items.push(run(node.result, context));
    },
    result: () => tupleValue(items),
  });
}

export function evaluateForObject(node: ForObject, context: Context, run: Run): Value {
  const fields = new Map<string, Value>();
  const groups = new Map<string, Value[]>();
  return evaluateLoop(node, context, run, {
    round: (loop) => {
      const key = keyOf(node, context, run, loop);
      if (key === undefined) return;
      const value = run(node.resultValue, context);
      if (node.grouping) {
        const group = groups.get(key);
        if (group) group.push(value);
        else groups.set(key, [value]);
      } else if (fields.has(key)) duplicateKey(node, context, key, loop.sensitive);
      else fields.set(key, value);
    },
    result: () => {
      for (const [key, items] of groups) fields.set(key, tupleValue(items));
      return objectValue(fields);
    },
  });
}

function keyOf(node: ForObject, context: Context, run: Run, loop: Loop): string | undefined {
  const raw = run(node.resultKey, context);
  if (raw.sensitive) loop.sensitive = true;
  if (raw.kind === "null") {
    fail(context, "invalid-expression", "The key of an object must not be null", node.resultKey);
    loop.vague = true;
    return undefined;
  }
  const key = convert(raw, stringType);
  if (key.kind === "problem") {
    fail(context, "invalid-expression", `Key of an object: ${describeProblem(key)}`, node.resultKey);
    loop.vague = true;
    return undefined;
  }
  if (key.kind === "string") return key.value;
  loop.vague = true;
  return undefined;
}

function duplicateKey(node: ForObject, context: Context, key: string, sensitive: boolean): void {
  const name = sensitive ? "the same key" : `the key ${JSON.stringify(key)}`;
  const hint = "Write ... after the value to collect the values of equal keys in a list.";
  fail(context, "invalid-expression", `Two elements give ${name}`, node.resultKey, hint);
}

interface Rounds {
  readonly round: (loop: Loop) => void;
  readonly result: () => Value;
}

function evaluateLoop(node: ForTuple | ForObject, context: Context, run: Run, rounds: Rounds): Value {
  const before = context.failures;
  const collection = run(node.collection, context);
  const elements = elementsOf(context, collection, node.collection);
  if (!elements) return markIf(collection.sensitive, broken);
  const loop: Loop = { sensitive: collection.sensitive === true, vague: false };
  const outer = context.frame;
  if (!conditionCanBe(node, context, run, outer)) return markIf(loop.sensitive, broken);
  for (const element of elements) {
    bind(node, context, element, outer);
    if (included(node, context, run, loop)) rounds.round(loop);
    // One report of what is wrong with every element is enough.
    if (context.failures > before && !context.muted) break;
  }
  context.frame = outer;
  // What failed still has a type, which a conditional asks for: only where problems are forgotten is it gone through.
  if ((context.failures > before && !context.muted) || loop.vague) return markIf(loop.sensitive, broken);
  return markIf(loop.sensitive, rounds.result());
}

function bind(node: ForTuple | ForObject, context: Context, element: Element, outer: Context["frame"]): void {
  const parent = node.key ? { name: node.key.name, value: element.key, parent: outer } : outer;
  context.frame = { name: node.value.name, value: element.value, parent };
}

/** A condition that no element could meet is a mistake even where there are no elements, as in Terraform. */
function conditionCanBe(
  node: ForTuple | ForObject,
  context: Context,
  run: Run,
  outer: Context["frame"],
): boolean {
  if (!node.condition) return true;
  const { failures } = context;
  bind(node, context, { key: broken, value: broken }, outer);
  const condition = run(node.condition, context);
  if (context.failures === failures) toCondition(context, condition, node.condition);
  context.frame = outer;
  return context.failures === failures;
}

function included(node: ForTuple | ForObject, context: Context, run: Run, loop: Loop): boolean {
  if (!node.condition) return true;
  const condition = toCondition(context, run(node.condition, context), node.condition);
  if (!condition) return false;
  if (condition.sensitive) loop.sensitive = true;
  if (condition.kind === "bool") return condition.value;
  loop.vague = true;
  return false;
}

export function evaluateSplat(node: Splat, context: Context, run: Run): Value {
  const source = run(node.source, context);
  return markIf(source.sensitive, splat(node, source, context, run));
}

function splat(node: Splat, source: Value, context: Context, run: Run): Value {
  switch (source.kind) {
    case "tuple":
      return splatItems(node, source.items, context, run, tupleValue);
    case "list":
    case "set":
      return splatItems(node, source.items, context, run, (items) =>
        toList(node, items, source.element, context, run),
      );
    case "null":
      if (source.type.kind !== "list" && source.type.kind !== "set" && source.type.kind !== "tuple")
        return tupleValue([]);
      return fail(context, "invalid-expression", "A null list has no items to splat", node.source);
    case "unknown":
      return splatUnknown(node, source, context, run);
    default:
      // Anything else counts as a tuple of one.
      return splatItems(node, [source], context, run, tupleValue);
  }
}

function splatItems(
  node: Splat,
  items: readonly Value[],
  context: Context,
  run: Run,
  collect: (items: readonly Value[]) => Value,
): Value {
  const before = context.failures;
  const result: Value[] = [];
  for (const item of items) {
    result.push(applyEach(node, item, context, run));
    // What failed still has a type, which a conditional asks for.
    if (context.failures > before) return context.muted ? failedSplat(node, items, context, run) : broken;
  }
  return collect(result);
}

const failedSplat = (node: Splat, items: readonly Value[], context: Context, run: Run): Value =>
  unknownOf(tupleOf(items.map((item) => typeOf(applyEach(node, unknownOf(typeOf(item)), context, run)))));

function applyEach(node: Splat, item: Value, context: Context, run: Run): Value {
  const outer = context.frame;
  context.frame = { name: "", value: item, parent: outer };
  const value = run(node.each, context);
  context.frame = outer;
  return value;
}

function toList(node: Splat, items: readonly Value[], before: Type, context: Context, run: Run): Value {
  const [first] = items;
  if (!first) return listValue(typeOf(applyEach(node, unknownOf(before), context, run)), []);
  const element = typeOf(first);
  if (items.every((item) => equalTypes(typeOf(item), element))) return listValue(element, items);
  return fail(context, "invalid-expression", "The splat gives items of different types", node);
}

/** Of what is unknown only the result's type can be found, and whether the rest of the traversal makes sense. */
function splatUnknown(
  node: Splat,
  source: Extract<Value, { kind: "unknown" }>,
  context: Context,
  run: Run,
): Value {
  const { type } = source;
  switch (type.kind) {
    case "dynamic":
      return broken;
    case "list":
    case "set":
      return unknownOf(listOf(typeOf(applyEach(node, unknownOf(type.element), context, run))));
    case "tuple":
      return unknownOf(
        tupleOf(type.items.map((item) => typeOf(applyEach(node, unknownOf(item), context, run)))),
      );
    default:
      // A run-time value is never null, so this is a tuple of one.
      if (source.parts) return splatItems(node, [source], context, run, tupleValue);
      applyEach(node, source, context, run);
      return broken;
  }
}
