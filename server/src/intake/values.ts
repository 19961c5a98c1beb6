/** How values are made and asked about, whatever their kind. */
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  setOf,
  stringType,
  type Type,
  tupleOf,
} from "./type.ts";
import type { UnknownValue, Value } from "./value.ts";

export type StringValue = Extract<Value, { kind: "string" }>;
export type BoolValue = Extract<Value, { kind: "bool" }>;
/** A value that has items: list, set or tuple. */
export type Sequence = Extract<Value, { items: readonly Value[] }>;
/** A value that has fields: object or map. */
export type Mapping = Extract<Value, { fields: ReadonlyMap<string, Value> }>;

export const trueValue: BoolValue = { kind: "bool", value: true };
export const falseValue: BoolValue = { kind: "bool", value: false };
export const boolValue = (value: boolean): BoolValue => (value ? trueValue : falseValue);

/** Strings are in Unicode's normal form C, as cty keeps them. */
export const stringValue = (value: string): StringValue => ({ kind: "string", value: normalize(value) });

const maybeDecomposed = /[\u0300-\uffff]/;
/** Code units below U+0300 never combine, so most strings are left alone. */
export const normalize = (text: string): string =>
  maybeDecomposed.test(text) ? text.normalize("NFC") : text;

export const nullOf = (type: Type): Value => ({ kind: "null", type });
export const nullValue: Value = nullOf(dynamicType);
export const unknownOf = (type: Type): Value & UnknownValue => ({ kind: "unknown", type });

export const tupleValue = (items: readonly Value[]): Value => ({ kind: "tuple", items });
export const listValue = (element: Type, items: readonly Value[]): Value => ({
  kind: "list",
  element,
  items,
});

/** Fields in any order; they are put into the order objects iterate in. */
export const objectValue = (fields: ReadonlyMap<string, Value>): Value => ({
  kind: "object",
  fields: sortFields(fields),
});
export const mapValue = (element: Type, fields: ReadonlyMap<string, Value>): Value => ({
  kind: "map",
  element,
  fields: sortFields(fields),
});

export const isSequence = (value: Value): value is Sequence =>
  value.kind === "tuple" || value.kind === "list" || value.kind === "set";
export const isMapping = (value: Value): value is Mapping => value.kind === "object" || value.kind === "map";

/** The same map when its keys are in code point order already. */
export function sortFields<T>(fields: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  let previous: string | undefined;
  for (const key of fields.keys()) {
    if (previous !== undefined && compareText(previous, key) > 0) {
      return new Map([...fields].sort(([a], [b]) => compareText(a, b)));
    }
    previous = key;
  }
  return fields;
}

/** Code point order, which is the order of the UTF-8 bytes; JS's own compares code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // Surrogates stand for code points above all others.
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

export function markSensitive(value: Value): Value {
  return value.sensitive ? value : { ...value, sensitive: true };
}

/** `value`, sensitive if `when`. */
export const markIf = (when: boolean | undefined, value: Value): Value =>
  when ? markSensitive(value) : value;

/** The value without its own mark; marks inside it stay. */
export function unmark(value: Value): Value {
  if (!value.sensitive) return value;
  const { sensitive: _, ...rest } = value;
  return rest;
}

/** Whether it or anything inside it is sensitive. */
export function containsSensitive(value: Value): boolean {
  if (value.sensitive) return true;
  switch (value.kind) {
    case "tuple":
    case "list":
    case "set":
      return value.items.some(containsSensitive);
    case "object":
    case "map":
      for (const field of value.fields.values()) if (containsSensitive(field)) return true;
      return false;
    default:
      return false;
  }
}

/** Without any mark, at any depth. */
export function unmarkDeep(value: Value): Value {
  if (!containsSensitive(value)) return value;
  const bare = unmark(value);
  switch (bare.kind) {
    case "tuple":
    case "list":
    case "set":
      return { ...bare, items: bare.items.map(unmarkDeep) };
    case "object":
    case "map":
      return { ...bare, fields: mapFields(bare.fields, unmarkDeep) };
    default:
      return bare;
  }
}

/** Whether nothing in it is unknown. */
export function isWhollyKnown(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return false;
    case "tuple":
    case "list":
    case "set":
      return value.items.every(isWhollyKnown);
    case "object":
    case "map":
      for (const field of value.fields.values()) if (!isWhollyKnown(field)) return false;
      return true;
    default:
      return true;
  }
}

/** Whether a number in it is infinite, which only the language itself can hold. */
export function hasInfinity(value: Value): boolean {
  switch (value.kind) {
    case "number":
      return !value.value.isFinite();
    case "tuple":
    case "list":
    case "set":
      return value.items.some(hasInfinity);
    case "object":
    case "map":
      for (const field of value.fields.values()) if (hasInfinity(field)) return true;
      return false;
    default:
      return false;
  }
}

/** Keys keep their order. */
export function mapFields<T, U>(
  fields: ReadonlyMap<string, T>,
  change: (value: T, key: string) => U,
): Map<string, U> {
  const result = new Map<string, U>();
  for (const [key, value] of fields) result.set(key, change(value, key));
  return result;
}

export function typeOf(value: Value): Type {
  switch (value.kind) {
    case "string":
      return stringType;
    case "number":
      return numberType;
    case "bool":
      return boolType;
    case "null":
    case "unknown":
      return value.type;
    case "list":
      return listOf(value.element);
    case "set":
      return setOf(value.element);
    case "map":
      return mapOf(value.element);
    case "tuple":
      return tupleOf(value.items.map(typeOf));
    case "object":
      return {
        kind: "object",
        fields: mapFields(value.fields, (field) => ({ type: typeOf(field), optional: false })),
      };
  }
}
