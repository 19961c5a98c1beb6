/** Equality as `==` has it, and the order and distinctness of a set's items. */
import type { Decimal } from "./number.ts";
import { formatNumber } from "./number.ts";
import { equalTypes, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { compareText, containsSensitive, markIf, typeOf, unmarkDeep } from "./values.ts";

/** Whether two values are equal; undefined when that depends on what is unknown. Marks do not matter. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  // All nulls are equal, but not the tuples that hold nulls of different types: those are of different types themselves.
  if (a.kind === "null" && b.kind === "null") return true;
  return equalParts(a, b);
}

function equalParts(a: Value, b: Value): boolean | undefined {
  if (a.kind === "unknown" || b.kind === "unknown") return equalUnknown(a, b);
  if (a.kind === "null" || b.kind === "null") {
    return a.kind === "null" && b.kind === "null" && equalTypes(a.type, b.type);
  }
  switch (a.kind) {
    case "string":
    case "bool":
      return b.kind === a.kind && a.value === b.value;
    case "number":
      return b.kind === "number" && a.value.equals(b.value);
    case "tuple":
      return b.kind === "tuple" && equalItems(a.items, b.items);
    case "list":
      return b.kind === "list" && equalTypes(a.element, b.element) && equalItems(a.items, b.items);
    case "set":
      return b.kind === "set" && equalTypes(a.element, b.element) && equalItems(a.items, b.items);
    case "object":
      return b.kind === "object" && equalFields(a.fields, b.fields);
    case "map":
      return b.kind === "map" && equalTypes(a.element, b.element) && equalFields(a.fields, b.fields);
  }
}

/** A run-time value is never null, and a value never equals one of another type. */
function equalUnknown(a: Value, b: Value): boolean | undefined {
  const [unknown, other] = a.kind === "unknown" ? [a, b] : [b, a];
  if (unknown.kind !== "unknown") return undefined;
  if (other.kind === "null") return unknown.parts ? false : undefined;
  if (other.kind === "unknown") return undefined;
  return hasDynamic(unknown.type) || sameType(unknown.type, other) ? undefined : false;
}

const sameType = (type: Type, value: Value): boolean => {
  const other = typeOf(value);
  return hasDynamic(other) || equalTypes(type, other);
};

/** Whether `any` occurs in it. */
export function hasDynamic(type: Type): boolean {
  switch (type.kind) {
    case "dynamic":
      return true;
    case "list":
    case "set":
    case "map":
      return hasDynamic(type.element);
    case "tuple":
      return type.items.some(hasDynamic);
    case "object":
      for (const field of type.fields.values()) if (hasDynamic(field.type)) return true;
      return false;
    default:
      return false;
  }
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean | undefined {
  if (a.length !== b.length) return false;
  let result: boolean | undefined = true;
  for (const [i, item] of a.entries()) {
    const other = b[i];
    const equal = other && equalParts(item, other);
    if (equal === false) return false;
    if (equal === undefined) result = undefined;
  }
  return result;
}

function equalFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean | undefined {
  if (a.size !== b.size) return false;
  let result: boolean | undefined = true;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (!other) return false;
    const equal = equalParts(value, other);
    if (equal === false) return false;
    if (equal === undefined) result = undefined;
  }
  return result;
}

/** A set of the given items, which all have the type `element`. A mark on any item is a mark on the set. */
export function setValue(element: Type, items: readonly Value[]): Value {
  const sensitive = items.some(containsSensitive);
  const distinct = new Map<string, Value>();
  let unknowns = 0;
  for (const item of items) {
    const bare = sensitive ? unmarkDeep(item) : item;
    // Two unknowns may become different values, so neither is dropped.
    const key = identity(bare, "-0");
    if (key === undefined) distinct.set(`? ${unknowns++}`, bare);
    else if (!distinct.has(key)) distinct.set(key, bare);
  }
  const sorted = [...distinct.values()].sort(compareItems);
  return markIf(sensitive, { kind: "set", element, items: sorted });
}

/**
 * A text that equal values of one type share and different ones do not; undefined when something is unknown. A set may
 * hold zero twice: `negativeZero` is how the one with a sign is written.
 */
export function identity(value: Value, negativeZero = "0"): string | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined;
    case "null":
      return "~";
    case "string":
      return JSON.stringify(value.value);
    case "number":
      return value.value.isZero() && value.value.isNegative() ? negativeZero : formatNumber(value.value);
    case "bool":
      return value.value ? "T" : "F";
    case "tuple":
    case "list":
    case "set": {
      const items = value.items.map((item) => identity(item, negativeZero));
      return items.includes(undefined) ? undefined : `[${items.join(";")}]`;
    }
    case "object":
    case "map": {
      let text = "{";
      for (const [key, field] of value.fields) {
        const inner = identity(field, negativeZero);
        if (inner === undefined) return undefined;
        text += `${JSON.stringify(key)}:${inner};`;
      }
      return `${text}}`;
    }
  }
}

/** cty's order: strings, numbers and bools by value, everything else by the text cty hashes; unknown, then null, last. */
export function compareItems(a: Value, b: Value): number {
  const rank = last(a) - last(b);
  if (rank !== 0) return rank;
  if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value);
  if (a.kind === "number" && b.kind === "number") {
    return a.value.comparedTo(b.value) || Number(b.value.isNegative()) - Number(a.value.isNegative());
  }
  if (a.kind === "bool" && b.kind === "bool") return Number(a.value) - Number(b.value);
  return compareText(hashText(a), hashText(b));
}

const last = (value: Value): number => (value.kind === "null" ? 2 : value.kind === "unknown" ? 1 : 0);

/** go-cty, set_internals.go, appendSetHashBytes. */
function hashText(value: Value): string {
  switch (value.kind) {
    case "unknown":
      return "?";
    case "null":
      return "~";
    case "string":
      return JSON.stringify(value.value);
    case "number":
      return shortNumber(value.value);
    case "bool":
      return value.value ? "T" : "F";
    case "list":
    case "set":
      return `[${value.items.map((item) => `${hashText(item)};`).join("")}]`;
    case "tuple":
      return `<${value.items.map((item) => `${hashText(item)};`).join("")}>`;
    case "map":
      return `{${[...value.fields].map(([k, v]) => `${JSON.stringify(k)}:${hashText(v)};`).join("")}}`;
    case "object":
      return `<${[...value.fields.values()].map((v) => `${hashText(v)};`).join("")}>`;
  }
}

/** Go's `Text('g', 10)`. */
function shortNumber(n: Decimal): string {
  if (n.isZero() || !n.isFinite()) return formatNumber(n);
  const rounded = n.toSignificantDigits(10);
  if (rounded.e >= -4 && rounded.e < 10) return rounded.toFixed();
  return rounded.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
