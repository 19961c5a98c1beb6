/**
 * Conversion of a value to a type, as cty does it and HCL's type constraints with their defaults ask for. It works on
 * values, not on pairs of types, so that a problem can say which item of which list is to blame.
 */
import { hasDynamic, setValue } from "./equal.ts";
import { decimalValue, formatNumber, parseNumber } from "./number.ts";
import { describeType, equalTypes, type ObjectField, type Type } from "./type.ts";
import { convertible, fillDynamic, unify } from "./unify.ts";
import type { Value } from "./value.ts";
import {
  falseValue,
  isMapping,
  isSequence,
  listValue,
  mapFields,
  mapValue,
  markSensitive,
  nullOf,
  objectValue,
  trueValue,
  typeOf,
  unknownOf,
  unmark,
} from "./values.ts";

/** Why a value cannot be of a type, and where inside of it. */
export interface Problem {
  readonly kind: "problem";
  /** From the value inwards: names of fields, indexes of items. */
  readonly path: readonly (string | number)[];
  /** Half a sentence: `a number is required, "abc" is none`. Shows no sensitive value. */
  readonly message: string;
}

const problem = (message: string): Problem => ({ kind: "problem", path: [], message });
const inside = (step: string | number, p: Problem): Problem => ({ ...p, path: [step, ...p.path] });

/**
 * `ports[0].external: a number is required, "abc" is none`; without the path where there is none.
 *
 * @param type of the root, where it is known: keys of maps are then told from names of attributes
 */
export function describeProblem(p: Problem, root = "", type?: Type): string {
  let path = root;
  let within = type;
  for (const step of p.path) {
    const isName = typeof step === "string" && /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(step);
    if (!isName || within?.kind === "map") path += `[${JSON.stringify(step)}]`;
    else path += path === "" ? step : `.${step}`;
    within = within && typeInside(within, step);
  }
  return path === "" ? p.message : `${path}: ${p.message}`;
}

function typeInside(type: Type, step: string | number): Type | undefined {
  if ("element" in type) return type.element;
  if (type.kind === "object") return type.fields.get(String(step))?.type;
  return type.kind === "tuple" ? type.items[Number(step)] : undefined;
}

/**
 * The value as a `type`, or why it cannot be one. Null and unknown values stay what they are, of the new type. The
 * `parts` of a run-time value survive where the environment's text is what the new type wants too: to the same type, and from
 * any primitive type to string. From string to number or bool they do not: the core converts, and checks, before the step runs.
 */
export function convert(value: Value, type: Type): Value | Problem {
  if (type.kind === "dynamic") return value;
  if (value.sensitive) return convertSensitive(value, type);
  if (value.kind === "unknown" || value.kind === "null") return convertEmpty(value, type);
  switch (type.kind) {
    case "string":
      return toText(value);
    case "number":
      return toNumber(value);
    case "bool":
      return toBool(value);
    case "list":
    case "set":
      return toCollection(value, type);
    case "map":
      return toMap(value, type.element);
    case "tuple":
      return toTuple(value, type);
    case "object":
      return toObject(value, type.fields);
  }
}

function convertSensitive(value: Value, type: Type): Value | Problem {
  const result = convert(unmark(value), type);
  if (result.kind !== "problem") return markSensitive(result);
  // Neither the value nor the names of its fields may show.
  return problem(`${required(type)}, the sensitive value is none`);
}

function convertEmpty(value: Extract<Value, { kind: "null" | "unknown" }>, type: Type): Value | Problem {
  if (value.type === type || equalTypes(value.type, type)) return value;
  if (!convertible(value.type, type)) return mismatch(value.type, type);
  const target = withoutOptional(fillDynamic(value.type, type));
  if (value.kind === "null") return nullOf(target);
  const keepsText = value.parts && (target.kind === "string" || target.kind === value.type.kind);
  return keepsText && value.parts ? { kind: "unknown", type: target, parts: value.parts } : unknownOf(target);
}

const mismatch = (from: Type, to: Type): Problem =>
  problem(`${required(to)}, ${article(describeType(from))} is none`);

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
const required = (type: Type): string =>
  `${article(type.kind === "dynamic" ? "value" : describeKind(type))} is required`;

function describeKind(type: Type): string {
  if (type.kind === "object" || type.kind === "tuple") return type.kind;
  return describeType(type);
}

/** `"abc"`, `3`, `a list`: a value inside a message. */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case "string":
      return value.value.length <= 40
        ? JSON.stringify(value.value)
        : `${JSON.stringify(value.value.slice(0, 37))}…`;
    case "number":
      return formatNumber(value.value).slice(0, 40);
    case "bool":
      return String(value.value);
    case "null":
      return "null";
    default:
      return article(typeOf(value).kind);
  }
}

const wrong = (value: Value, type: Type): Problem =>
  problem(`${required(type)}, ${describeValue(value)} is none`);

const stringType: Type = { kind: "string" };
const numberType: Type = { kind: "number" };
const boolType: Type = { kind: "bool" };

function toText(value: Value): Value | Problem {
  switch (value.kind) {
    case "string":
      return value;
    case "number":
      return { kind: "string", value: formatNumber(value.value) };
    case "bool":
      return { kind: "string", value: value.value ? "true" : "false" };
    default:
      return wrong(value, stringType);
  }
}

function toNumber(value: Value): Value | Problem {
  if (value.kind === "number") return value;
  const number = value.kind === "string" ? parseNumber(value.value) : undefined;
  return number ? decimalValue(number) : wrong(value, numberType);
}

function toBool(value: Value): Value | Problem {
  if (value.kind === "bool") return value;
  if (value.kind !== "string") return wrong(value, boolType);
  if (value.value === "true" || value.value === "1") return trueValue;
  if (value.value === "false" || value.value === "0") return falseValue;
  const lower = value.value.toLowerCase();
  if (lower !== "true" && lower !== "false") return wrong(value, boolType);
  return problem(`a bool is required, write ${lower} in lower case`);
}

function toCollection(value: Value, type: Type & { readonly kind: "list" | "set" }): Value | Problem {
  if (!isSequence(value)) return wrong(value, type);
  if (value.kind === type.kind && equalTypes(value.element, type.element)) return value;
  if (value.kind !== "tuple" && value.items.length === 0 && !convertible(value.element, type.element))
    return mismatch(typeOf(value), type);
  const items: Value[] = [];
  for (const [i, item] of value.items.entries()) {
    const result = convert(item, type.element);
    if (result.kind === "problem") return inside(i, result);
    items.push(result);
  }
  const element = commonElement(items, type.element, value.kind === "tuple" ? undefined : value.element);
  if (element.kind === "problem") return element;
  const unified = alike(items, element);
  if ("kind" in unified) return unified;
  return type.kind === "list" ? listValue(element, unified) : setValue(element, unified);
}

function toMap(value: Value, wanted: Type): Value | Problem {
  if (!isMapping(value)) return wrong(value, { kind: "map", element: wanted });
  if (value.kind === "map" && equalTypes(value.element, wanted)) return value;
  if (value.kind === "map" && value.fields.size === 0 && !convertible(value.element, wanted))
    return mismatch(typeOf(value), { kind: "map", element: wanted });
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) {
    const result = convert(field, wanted);
    if (result.kind === "problem") return inside(key, result);
    fields.set(key, result);
  }
  const items = [...fields.values()];
  const element = commonElement(items, wanted, value.kind === "map" ? value.element : undefined);
  if (element.kind === "problem") return element;
  const unified = alike(items, element);
  if ("kind" in unified) return unified;
  let i = 0;
  return mapValue(
    element,
    mapFields(fields, (field) => unified[i++] ?? field),
  );
}

/** The type of a collection's items that were converted to `wanted` already: what that leaves open is found from the items. */
function commonElement(items: readonly Value[], wanted: Type, before: Type | undefined): Type | Problem {
  if (!hasDynamic(wanted)) return withoutOptional(wanted);
  if (items.length === 0) return withoutOptional(before ? fillDynamic(before, wanted) : wanted);
  const types = items.map(typeOf);
  const type = unify(types);
  if (!type) return problem("all items must have one type");
  // Nulls of no type of their own are of the others' one.
  return type.kind === "dynamic" ? (types.find((t) => t.kind !== "dynamic") ?? type) : type;
}

/** The items as that common type. */
function alike(items: readonly Value[], element: Type): readonly Value[] | Problem {
  if (items.every((item) => equalTypes(typeOf(item), element))) return items;
  const result: Value[] = [];
  for (const [i, item] of items.entries()) {
    const converted = convert(item, element);
    if (converted.kind === "problem") return inside(i, converted);
    result.push(converted);
  }
  return result;
}

function toTuple(value: Value, type: Type & { readonly kind: "tuple" }): Value | Problem {
  if (value.kind !== "tuple") return wrong(value, type);
  if (value.items.length !== type.items.length) {
    return problem(
      `a tuple of ${count(type.items.length, "item")} is required, this one has ${value.items.length}`,
    );
  }
  const items: Value[] = [];
  for (const [i, item] of value.items.entries()) {
    const result = convert(item, type.items[i] ?? { kind: "dynamic" });
    if (result.kind === "problem") return inside(i, result);
    items.push(result);
  }
  return { kind: "tuple", items };
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Fields that the type does not name are left out, as cty does. */
function toObject(value: Value, fields: ReadonlyMap<string, ObjectField>): Value | Problem {
  if (!isMapping(value)) return wrong(value, { kind: "object", fields });
  const result = new Map<string, Value>();
  const missing: string[] = [];
  for (const [name, field] of fields) {
    const given = value.fields.get(name);
    if (!given && !field.optional) missing.push(name);
    else if ((!given || given.kind === "null") && field.default) result.set(name, field.default);
    else if (!given) result.set(name, nullOf(withoutOptional(field.type)));
    else {
      const converted = convert(given, field.type);
      if (converted.kind === "problem") return inside(name, converted);
      result.set(name, converted);
    }
  }
  if (missing.length === 0) return objectValue(result);
  const names = missing.map((name) => `"${name}"`).join(", ");
  return problem(
    missing.length === 1 ? `attribute ${names} is required` : `attributes ${names} are required`,
  );
}

/** The type of values that were converted to `type`: nothing is optional in them any more. */
export function withoutOptional(type: Type): Type {
  switch (type.kind) {
    case "list":
    case "set":
    case "map": {
      const element = withoutOptional(type.element);
      return element === type.element ? type : { kind: type.kind, element };
    }
    case "tuple": {
      const items = type.items.map(withoutOptional);
      return items.every((t, i) => t === type.items[i]) ? type : { kind: "tuple", items };
    }
    case "object": {
      const fields = mapFields(type.fields, (field) => {
        const inner = withoutOptional(field.type);
        return inner === field.type && !field.optional ? field : { type: inner, optional: false };
      });
      for (const [name, field] of fields)
        if (field !== type.fields.get(name)) return { kind: "object", fields };
      return type;
    }
    default:
      return type;
  }
}
