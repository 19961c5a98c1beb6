/** Values as JSON and back, the way Terraform's jsonencode and jsondecode pair them. */
import { Decimal, decimalValue, formatNumber } from "./number.ts";
import type { Json, Value } from "./value.ts";
import { boolValue, nullValue, objectValue, stringValue, tupleValue } from "./values.ts";

/**
 * The value as JSON data. A number that a double cannot hold becomes the nearest one; `encodeJson` writes all its digits.
 * Throws an Error for a value with anything unknown in it.
 */
export function valueToJson(value: Value): Json {
  switch (value.kind) {
    case "null":
      return null;
    case "string":
    case "bool":
      return value.value;
    case "number":
      return value.value.toNumber();
    case "tuple":
    case "list":
    case "set":
      return value.items.map(valueToJson);
    case "object":
    case "map":
      return Object.fromEntries(Array.from(value.fields, ([key, field]) => [key, valueToJson(field)]));
    case "unknown":
      throw new Error("an unknown value has no JSON");
  }
}

/** The text jsonencode gives: compact, keys in order, numbers with all their digits. Throws an Error for anything unknown. */
export function encodeJson(value: Value): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "string":
      return quote(value.value);
    case "bool":
      return value.value ? "true" : "false";
    case "number":
      return formatNumber(value.value);
    case "tuple":
    case "list":
    case "set":
      return `[${value.items.map(encodeJson).join(",")}]`;
    case "object":
    case "map":
      return `{${Array.from(value.fields, ([key, field]) => `${quote(key)}:${encodeJson(field)}`).join(",")}}`;
    case "unknown":
      throw new Error("an unknown value has no JSON");
  }
}

/** As Go's encoding/json writes strings: safe inside HTML and JavaScript. */
const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** An object for an object, a tuple for an array. */
export function jsonToValue(json: Json): Value {
  if (json === null) return nullValue;
  switch (typeof json) {
    case "string":
      return stringValue(json);
    case "boolean":
      return boolValue(json);
    case "number":
      return decimalValue(new Decimal(String(json)));
    default:
      return isArray(json)
        ? tupleValue(json.map(jsonToValue))
        : objectValue(new Map(Object.entries(json).map(([key, field]) => [key, jsonToValue(field)])));
  }
}

/** Array.isArray, which does not tell read-only arrays from objects. */
const isArray = (json: readonly Json[] | { readonly [key: string]: Json }): json is readonly Json[] =>
  Array.isArray(json);

export { renderValue } from "./render.ts";
