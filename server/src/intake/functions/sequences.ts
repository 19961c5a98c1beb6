/** Functions of lists, sets and tuples. */
import { convert, describeProblem } from "../convert.ts";
import { equalValues, identity } from "../equal.ts";
import { arithmetic, numberValue } from "../number.ts";
import { boolType, dynamicType, listOf, numberType, stringType, type Type } from "../type.ts";
import { unify } from "../unify.ts";
import type { Value } from "../value.ts";
import {
  falseValue,
  isSequence,
  listValue,
  markIf,
  nullOf,
  type Sequence,
  trueValue,
  tupleValue,
  typeOf,
  unknownOf,
} from "../values.ts";
import { decimal, failure, fn, nullable, parameter, sequence, text, whole } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";

const list = parameter("list");
const anyList = parameter("list", listOf(dynamicType));
const strings = listOf(stringType);

type Ordered = Extract<Value, { kind: "list" | "tuple" }>;
const isOrdered = (value: Value | undefined): value is Ordered =>
  value?.kind === "list" || value?.kind === "tuple";

/** Some of a list's items, as the same kind of sequence with the same mark. */
const like = (from: Ordered, items: readonly Value[]): Value =>
  markIf(from.sensitive, from.kind === "list" ? listValue(from.element, items) : tupleValue(items));

function chunklist([value, chunk]: readonly Value[]): FunctionOutcome {
  const size = whole(chunk);
  if (size === undefined || size < 0)
    return failure("the size must be a whole number, not less than zero", 1);
  const from = sequence(value);
  const element = from.kind === "tuple" ? dynamicType : from.element;
  const chunks: Value[] = [];
  const step = size === 0 ? Math.max(1, from.items.length) : size;
  for (let i = 0; i < from.items.length; i += step) {
    chunks.push(listValue(element, from.items.slice(i, i + step)));
  }
  return markIf(from.sensitive || chunk?.sensitive, listValue(listOf(element), chunks));
}

function coalesce(args: readonly Value[]): FunctionOutcome {
  const type = unify(args.map(typeOf));
  if (!type)
    return failure(args.length === 0 ? "it needs at least one argument" : "all arguments must have one type");
  for (const arg of args) {
    const value = convert(arg, type);
    // The types have been checked; Terraform passes over a value that only its parts keep from being converted.
    if (value.kind === "problem") continue;
    // A run-time value itself is never null; other unknown values may turn out to be.
    if (value.kind === "unknown") return value.parts && type.kind !== "string" ? value : unknownOf(type);
    if (value.kind === "null" || (value.kind === "string" && value.value === "")) continue;
    return value;
  }
  return failure("every argument is null or an empty string");
}

function coalescelist(args: readonly Value[]): FunctionOutcome {
  if (args.length === 0) return failure("it needs at least one argument");
  for (const [i, arg] of args.entries()) {
    if (arg.kind === "unknown") return unknownOf(dynamicType);
    const { kind } = typeOf(arg);
    if (kind !== "list" && kind !== "tuple") return failure("the arguments must be lists or tuples", i);
  }
  for (const arg of args) if (isOrdered(arg) && arg.items.length > 0) return arg;
  return failure("every argument is null or empty");
}

const compact = ([value]: readonly Value[]): Value =>
  listValue(
    stringType,
    sequence(value).items.filter((item) => item.kind !== "null" && text(item) !== ""),
  );

function concat(args: readonly Value[]): FunctionOutcome {
  if (args.length === 0) return failure("it needs at least one argument");
  const items: Value[] = [];
  let sensitive = false;
  for (const [i, arg] of args.entries()) {
    if (!isOrdered(arg))
      return failure(`all arguments must be lists or tuples, a ${typeOf(arg).kind} is none`, i);
    // One by one: as arguments, many thousand items overflow the stack.
    for (const item of arg.items) items.push(item);
    if (arg.sensitive) sensitive = true;
  }
  const type = args.every((arg) => arg.kind === "list") ? unify(args.map(typeOf)) : undefined;
  if (type?.kind !== "list") return markIf(sensitive, tupleValue(items));
  const result = convert(tupleValue(items), type);
  return result.kind === "problem" ? failure(describeProblem(result)) : markIf(sensitive, result);
}

function contains([value, wanted]: readonly Value[]): FunctionOutcome {
  if (!value || !isSequence(value) || !wanted) return failure("it searches a list, set or tuple", 0);
  let unknown = false;
  for (const item of value.items) {
    const equal = equalValues(wanted, item);
    if (equal) return trueValue;
    if (equal === undefined) unknown = true;
  }
  return unknown ? unknownOf(boolType) : falseValue;
}

function distinct([value]: readonly Value[]): Value {
  const from = sequence(value);
  const seen = new Map<string, Value>();
  for (const item of from.items) {
    const key = identity(item) ?? "";
    if (!seen.has(key)) seen.set(key, item);
  }
  return listValue(from.kind === "tuple" ? dynamicType : from.element, [...seen.values()]);
}

function element([value, at]: readonly Value[]): FunctionOutcome {
  if (!isOrdered(value)) return failure("it takes an item of a list or tuple", 0);
  const index = whole(at);
  if (index === undefined) return failure("the index must be a whole number", 1);
  const { length } = value.items;
  const item = value.items[((index % length) + length) % length];
  if (!item) return failure("an empty list has no element", 0);
  return markIf(value.sensitive || at?.sensitive, item);
}

/** Undefined when it depends on an unknown value whether there is more to flatten. */
function flattened(value: Sequence, into: Value[]): boolean {
  for (const item of value.items) {
    if (item.kind === "unknown" && !isScalar(item.type)) return false;
    const inner = isSequence(item) ? item : undefined;
    if (!inner) into.push(item);
    else if (!flattened(inner, into)) return false;
  }
  return true;
}

const isScalar = ({ kind }: Type): boolean =>
  kind === "string" || kind === "number" || kind === "bool" || kind === "object" || kind === "map";

/** A mark on any list inside marks the whole result: which items came from it no longer shows. */
const anyMark = (value: Value): boolean =>
  value.sensitive === true ||
  (isSequence(value) && value.items.some((item) => isSequence(item) && anyMark(item)));

function flatten([value]: readonly Value[]): FunctionOutcome {
  if (!value || !isSequence(value)) return failure("only lists, sets and tuples can be flattened", 0);
  const items: Value[] = [];
  return markIf(anyMark(value), flattened(value, items) ? tupleValue(items) : unknownOf(dynamicType));
}

function index([value, wanted]: readonly Value[]): FunctionOutcome {
  if (!isOrdered(value) || !wanted) return failure("it searches a list or tuple", 0);
  for (const [i, item] of value.items.entries()) {
    const equal = equalValues(item, wanted);
    if (equal === undefined) return unknownOf(numberType);
    if (equal) return numberValue(i);
  }
  return failure(
    value.items.length === 0 ? "an empty list cannot be searched" : "the item is not in the list",
  );
}

function matchkeys([values, keys, searched]: readonly Value[]): FunctionOutcome {
  const from = sequence(values);
  const type = unify([keys, searched].flatMap((v) => (v ? [typeOf(v)] : [])));
  if (!type || !keys || !searched) return failure("keys and searchset must have one type");
  if (from.items.length !== sequence(keys).items.length)
    return failure("there must be as many keys as values", 1);
  const wanted = convert(searched, type);
  const given = convert(keys, type);
  if (wanted.kind === "problem" || given.kind === "problem")
    return failure("keys and searchset must have one type");
  const found = new Set(sequence(wanted).items.map((item) => identity(item)));
  const items = from.items.filter((_, i) =>
    found.has(identity(sequence(given).items[i] ?? nullOf(dynamicType))),
  );
  return listValue(from.kind === "tuple" ? dynamicType : from.element, items);
}

function one([value]: readonly Value[]): FunctionOutcome {
  if (!value || !isSequence(value) || value.items.length > 1) {
    return failure("it takes a list, set or tuple with at most one item", 0);
  }
  return value.items[0] ?? nullOf(value.kind === "tuple" ? dynamicType : value.element);
}

/** Terraform's own limit. */
const maxRange = 1024;

function range(args: readonly Value[]): FunctionOutcome {
  const [a, b, c] = args;
  if (!a || args.length > 3) return failure("it takes one, two or three numbers");
  const start = b ? decimal(a) : numberValue(0).value;
  const end = decimal(b ?? a);
  const step = c ? decimal(c) : numberValue(end.lt(start) ? -1 : 1).value;
  if (step.isZero()) return failure("the step must not be zero", 2);
  const down = step.isNegative();
  if (down ? end.gt(start) : end.lt(start)) {
    return failure(
      `the end must be ${down ? "less" : "greater"} than the start, or the step have the other sign`,
      1,
    );
  }
  const items: Value[] = [];
  let n = start;
  while (down ? n.gt(end) : n.lt(end)) {
    if (items.length >= maxRange) return failure(`it would give more than ${maxRange} numbers`);
    items.push({ kind: "number", value: n });
    const next = arithmetic("+", n, step);
    if (!next) return failure("a number is too large or too small to be kept");
    n = next;
  }
  return listValue(numberType, items);
}

function reverse([value]: readonly Value[]): FunctionOutcome {
  if (!value || !isSequence(value)) return failure("only lists, sets and tuples can be reversed", 0);
  const items = value.items.toReversed();
  return markIf(
    value.sensitive,
    value.kind === "tuple" ? tupleValue(items) : listValue(value.element, items),
  );
}

function slice([value, from, to]: readonly Value[]): FunctionOutcome {
  if (!isOrdered(value)) {
    return failure(
      value?.kind === "set"
        ? "a set has no order: convert it with tolist() first"
        : "it takes a list or tuple",
      0,
    );
  }
  const start = whole(from);
  const end = whole(to);
  const { length } = value.items;
  if (start === undefined || start < 0 || start > length) {
    return failure(`the start must be a whole number from 0 to ${length}`, 1);
  }
  if (end === undefined || end < start || end > length) {
    return failure(`the end must be a whole number from ${start} to ${length}`, 2);
  }
  return markIf(from?.sensitive || to?.sensitive, like(value, value.items.slice(start, end)));
}

/** The type of an unknown list that comes from the first argument. */
const sameAsFirst = ([first]: readonly Value[]): Type => (first ? typeOf(first) : dynamicType);
const elementOfFirst = ([first]: readonly Value[]): Type => {
  const type = first && typeOf(first);
  return type && "element" in type ? type.element : dynamicType;
};

export const sequenceFunctions: Readonly<Record<string, FunctionEntry>> = {
  chunklist: fn(
    "Splits a list into lists of at most a given length.",
    [anyList, parameter("size", numberType)],
    listOf(listOf(dynamicType)),
    chunklist,
    { accepts: "partly-known", marks: true, resultOf: (args) => listOf(sameAsFirst(args)) },
  ),
  coalesce: fn("The first argument that is neither null nor an empty string.", [], dynamicType, coalesce, {
    variadic: nullable(parameter("vals")),
    accepts: "unknown",
  }),
  coalescelist: fn("The first list that is not empty.", [], dynamicType, coalescelist, {
    variadic: nullable(parameter("vals")),
    accepts: "unknown",
  }),
  compact: fn("A list without its empty and null strings.", [parameter("list", strings)], strings, compact),
  concat: fn("The items of several lists as one list.", [], dynamicType, concat, {
    variadic: parameter("seqs"),
    accepts: "partly-known",
    marks: true,
  }),
  contains: fn(
    "Whether a list has a value among its items.",
    [list, parameter("value")],
    boolType,
    contains,
    {
      accepts: "partly-known",
    },
  ),
  distinct: fn("A list without repetitions.", [anyList], listOf(dynamicType), distinct, {
    resultOf: sameAsFirst,
  }),
  element: fn(
    "An item of a list; the index wraps around at the end.",
    [list, parameter("index", numberType)],
    dynamicType,
    element,
    { accepts: "partly-known", marks: true, resultOf: elementOfFirst },
  ),
  flatten: fn(
    "The items of a list and of all lists inside of it, as one list.",
    [list],
    dynamicType,
    flatten,
    {
      accepts: "partly-known",
      marks: true,
    },
  ),
  index: fn("The index of a value in a list.", [list, parameter("value")], numberType, index, {
    accepts: "partly-known",
  }),
  matchkeys: fn(
    "The values whose keys are among those searched for.",
    [
      parameter("values", listOf(dynamicType)),
      parameter("keys", listOf(dynamicType)),
      parameter("searchset", listOf(dynamicType)),
    ],
    listOf(dynamicType),
    matchkeys,
    { resultOf: sameAsFirst },
  ),
  one: fn("The only item of a list, or null if it is empty.", [list], dynamicType, one, {
    accepts: "partly-known",
    resultOf: elementOfFirst,
  }),
  range: fn("The numbers from a start to before an end.", [], listOf(numberType), range, {
    variadic: parameter("params", numberType),
  }),
  reverse: fn("The items in reverse order.", [list], dynamicType, reverse, {
    accepts: "partly-known",
    marks: true,
    resultOf: sameAsFirst,
  }),
  slice: fn(
    "The items from a start index to before an end index.",
    [list, parameter("start_index", numberType), parameter("end_index", numberType)],
    dynamicType,
    (args) => slice(args),
    { accepts: "partly-known", marks: true },
  ),
};
