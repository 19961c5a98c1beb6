/** Functions of maps and objects, and `length`, which takes anything that has one. */
import { convert, describeProblem } from "../convert.ts";
import { numberValue } from "../number.ts";
import { dynamicType, equalTypes, listOf, mapOf, numberType, stringType, type Type } from "../type.ts";
import type { Value } from "../value.ts";
import {
  compareText,
  isMapping,
  isSequence,
  listValue,
  mapFields,
  mapValue,
  markIf,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  unknownOf,
  unmark,
} from "../values.ts";
import { failure, fn, mapping, nullable, parameter, sequence, text } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";
import { countGraphemes } from "./graphemes.ts";

const inputMap = parameter("inputMap");
const noMap = failure("it takes a map or object", 0);

function keys([value]: readonly Value[]): FunctionOutcome {
  if (!value) return noMap;
  if (value.kind === "unknown") return markIf(value.sensitive, unknownKeys(value.type));
  if (!isMapping(value)) return noMap;
  const items = Array.from(value.fields.keys(), (key) => stringValue(key));
  return markIf(value.sensitive, value.kind === "map" ? listValue(stringType, items) : tupleValue(items));
}

const unknownKeys = (type: Type): Value =>
  type.kind === "object"
    ? tupleValue(Array.from(type.fields.keys(), (key) => stringValue(key)))
    : unknownOf(type.kind === "map" ? listOf(stringType) : dynamicType);

function values([value]: readonly Value[]): FunctionOutcome {
  if (!value || !isMapping(value)) return noMap;
  const items = [...value.fields.values()];
  return markIf(value.sensitive, value.kind === "map" ? listValue(value.element, items) : tupleValue(items));
}

function length([value]: readonly Value[]): FunctionOutcome {
  if (!value) return failure("a value is required");
  const sensitive = value.sensitive;
  if (value.kind === "unknown") return markIf(sensitive, unknownLength(value.type));
  if (value.kind === "string") return markIf(sensitive, numberValue(countGraphemes(value.value)));
  // Unknown items of a set may turn out to be equal to others.
  if (value.kind === "set" && value.items.length > 1 && value.items.some((item) => item.kind === "unknown")) {
    return markIf(sensitive, unknownOf(numberType));
  }
  if (isSequence(value)) return markIf(sensitive, numberValue(value.items.length));
  if (isMapping(value)) return markIf(sensitive, numberValue(value.fields.size));
  return failure(`a ${typeOf(value).kind} has no length`, 0);
}

function unknownLength(type: Type): Value {
  if (type.kind === "tuple") return numberValue(type.items.length);
  return type.kind === "object" ? numberValue(type.fields.size) : unknownOf(numberType);
}

function lookup(args: readonly Value[]): FunctionOutcome {
  const [from, key, fallback] = args;
  if (!from || !key || args.length > 3) return failure("it takes a map, a key and, if you like, a default");
  const sensitive = from.sensitive || key.sensitive;
  if (from.kind === "unknown" || key.kind === "unknown")
    return markIf(sensitive, unknownOf(lookupType(from)));
  if (!isMapping(from)) return noMap;
  const found = from.fields.get(text(key));
  const converted = fallback && (from.kind === "map" ? convert(fallback, from.element) : fallback);
  if (converted?.kind === "problem") return failure(`default: ${describeProblem(converted)}`, 2);
  if (found) return markIf(sensitive, found);
  if (!converted)
    return failure(
      sensitive ? "the map has no such key" : `the map has no key ${JSON.stringify(text(key))}`,
      1,
    );
  return markIf(sensitive, converted);
}

const lookupType = (from: Value): Type => {
  const type = typeOf(from);
  return type.kind === "map" ? type.element : dynamicType;
};

function merge(args: readonly Value[]): FunctionOutcome {
  const fields = new Map<string, Value>();
  let sensitive = false;
  for (const [i, arg] of args.entries()) {
    const { kind } = typeOf(arg);
    if (arg.sensitive) sensitive = true;
    if (isMapping(arg)) for (const [key, value] of arg.fields) fields.set(key, value);
    else if (kind !== "dynamic" && kind !== "map" && kind !== "object")
      return failure(`it merges maps and objects, a ${kind} is none`, i);
  }
  const [first, ...rest] = args.filter((arg) => arg.kind !== "null").map(typeOf);
  const allMaps = first?.kind === "map" && rest.every((type) => equalTypes(type, first));
  return markIf(
    sensitive,
    allMaps && first.kind === "map" ? mapValue(first.element, fields) : objectValue(fields),
  );
}

function transpose([value]: readonly Value[]): FunctionOutcome {
  const turned = new Map<string, string[]>();
  for (const [key, list] of mapping(value).fields) {
    if (!isSequence(list)) return failure("a list in the map is null", 0);
    for (const item of list.items) {
      if (item.kind !== "string") return failure("a string in the map is null", 0);
      turned.set(item.value, [...(turned.get(item.value) ?? []), key]);
    }
  }
  return mapValue(
    listOf(stringType),
    mapFields(turned, (names) => listValue(stringType, names.toSorted(compareText).map(stringValue))),
  );
}

function zipmap([keyList, valueList]: readonly Value[]): FunctionOutcome {
  if (valueList?.kind !== "list" && valueList?.kind !== "tuple")
    return failure("the values must be a list or tuple", 1);
  const names = sequence(keyList);
  const { items } = valueList;
  if (names.items.length !== items.length)
    return failure(`there are ${names.items.length} keys and ${items.length} values`);
  let sensitive = names.sensitive === true || valueList.sensitive === true;
  const fields = new Map<string, Value>();
  for (const [i, name] of names.items.entries()) {
    if (name.kind === "unknown") return markIf(sensitive, unknownOf(dynamicType));
    if (name.kind !== "string") return failure(`the key with index ${i} is null`, 0);
    if (name.sensitive) sensitive = true;
    const item = items[i];
    if (item) fields.set(name.value, item);
  }
  const result = valueList.kind === "list" ? mapValue(valueList.element, fields) : objectValue(fields);
  return markIf(sensitive, unmark(result));
}

export const mappingFunctions: Readonly<Record<string, FunctionEntry>> = {
  keys: fn("The keys of a map, in order.", [inputMap], dynamicType, keys, {
    accepts: "unknown",
    marks: true,
  }),
  length: fn(
    "The number of items of a list or map, or of characters of a string.",
    [parameter("value")],
    numberType,
    length,
    {
      accepts: "unknown",
      marks: true,
    },
  ),
  lookup: fn(
    "The value of a key in a map, or a default.",
    [inputMap, parameter("key", stringType)],
    dynamicType,
    lookup,
    { variadic: nullable(parameter("default")), accepts: "unknown", marks: true },
  ),
  merge: fn("The entries of several maps as one; later ones win.", [], dynamicType, merge, {
    variadic: nullable(parameter("maps")),
    accepts: "partly-known",
    marks: true,
  }),
  transpose: fn(
    "Swaps the keys and values of a map of lists of strings.",
    [parameter("values", mapOf(listOf(stringType)))],
    mapOf(listOf(stringType)),
    transpose,
  ),
  values: fn("The values of a map, in the order of its keys.", [parameter("mapping")], dynamicType, values, {
    accepts: "partly-known",
    marks: true,
  }),
  zipmap: fn(
    "A map from a list of keys and a list of their values.",
    [parameter("keys", listOf(stringType)), parameter("values")],
    dynamicType,
    zipmap,
    { accepts: "partly-known", marks: true },
  ),
};
