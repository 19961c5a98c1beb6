/**
 * The one type that several types can be converted to: of a conditional's branches, a list's items, a map's elements.
 * Follows go-cty's convert package (unify.go, compare_types.go, sort_types.go, conversion.go) in its "unsafe" mode, which
 * is the one Terraform uses.
 */
import { hasDynamic } from "./equal.ts";
import {
  dynamicType,
  equalTypes,
  listOf,
  mapOf,
  type ObjectField,
  setOf,
  type Type,
  tupleOf,
} from "./type.ts";

type Kind = Type["kind"];

/** Undefined when there is none, and for no types at all. */
export function unify(types: readonly Type[]): Type | undefined {
  const distinct = withoutDoubles(types);
  const [first] = distinct;
  if (!first || distinct.length === 1) return first;
  const count = (kind: Kind): number => distinct.reduce((n, t) => (t.kind === kind ? n + 1 : n), 0);
  const all = distinct.length;
  const dynamics = count("dynamic");
  const only = (...kinds: Kind[]): boolean => kinds.reduce((n, kind) => n + count(kind), dynamics) === all;

  if (count("map") > 0 && only("map")) return unifyElements(distinct, dynamics, mapOf);
  if (count("map") > 0 && only("map", "object")) {
    const unified = unifyAs(distinct, "object", unifyToMap);
    if (unified?.kind === "map") return unified;
  } else if (count("list") > 0 && only("list")) return unifyElements(distinct, dynamics, listOf);
  else if (count("list") > 0 && only("list", "tuple")) {
    const unified = unifyAs(distinct, "tuple", unifyToList);
    if (unified?.kind === "list") return unified;
  } else if (count("set") > 0 && only("set")) return unifyElements(distinct, dynamics, setOf);
  else if (count("object") > 0 && only("object")) return dynamics > 0 ? dynamicType : unifyObjects(distinct);
  else if (count("tuple") > 0 && only("tuple")) return dynamics > 0 ? dynamicType : unifyTuples(distinct);
  else if (count("object") > 0 && count("tuple") > 0) return undefined;

  return sorted(distinct).find((want) => distinct.every((t) => convertible(t, want)));
}

function withoutDoubles(types: readonly Type[]): Type[] {
  const distinct: Type[] = [];
  for (const type of types) if (!distinct.some((t) => equalTypes(t, type))) distinct.push(type);
  return distinct;
}

function unifyElements(
  types: readonly Type[],
  dynamics: number,
  collection: (element: Type) => Type,
): Type | undefined {
  if (dynamics > 0) return dynamicType;
  const element = unify(types.flatMap((t) => ("element" in t ? [t.element] : [])));
  return element && collection(element);
}

/** Unifies the objects among the types to a map (the tuples to a list), and that with the others. */
function unifyAs(
  types: readonly Type[],
  kind: "object" | "tuple",
  collect: (types: readonly Type[]) => Type | undefined,
): Type | undefined {
  const unified = collect(types.filter((t) => t.kind === kind));
  return unified && unify(types.map((t) => (t.kind === kind ? unified : t)));
}

function unifyToMap(types: readonly Type[]): Type | undefined {
  const element = unify(
    types.flatMap((t) => (t.kind === "object" ? [...t.fields.values()].map((f) => f.type) : [])),
  );
  return element && convertibleAll(types, mapOf(element));
}

function unifyToList(types: readonly Type[]): Type | undefined {
  const element = unify(types.flatMap((t) => (t.kind === "tuple" ? t.items : [])));
  return element && convertibleAll(types, listOf(element));
}

/** `to`, unless one of the types cannot be converted: what unifies with `any` among all items need not do so alone. */
const convertibleAll = (types: readonly Type[], to: Type): Type | undefined =>
  hasDynamic(to) && !types.every((t) => convertible(t, to)) ? undefined : to;

function unifyObjects(types: readonly Type[]): Type | undefined {
  const objects = types.flatMap((t) => (t.kind === "object" ? [t.fields] : []));
  const [first] = objects;
  if (!first) return undefined;
  if (!objects.every((o) => o.size === first.size && [...o.keys()].every((name) => first.has(name)))) {
    return unifyToMap(types);
  }
  const fields = new Map<string, ObjectField>();
  for (const name of first.keys()) {
    const type = unify(objects.map((o) => o.get(name)?.type ?? dynamicType));
    if (!type) return undefined;
    fields.set(name, { type, optional: false });
  }
  return { kind: "object", fields };
}

function unifyTuples(types: readonly Type[]): Type | undefined {
  const tuples = types.flatMap((t) => (t.kind === "tuple" ? [t.items] : []));
  const [first] = tuples;
  if (!first) return undefined;
  if (!tuples.every((t) => t.length === first.length)) return unifyToList(types);
  const items: Type[] = [];
  for (const i of first.keys()) {
    const type = unify(tuples.map((t) => t[i] ?? dynamicType));
    if (!type) return undefined;
    items.push(type);
  }
  return tupleOf(items);
}

/** The most general first: a topological order of `compare`, else the order given. */
function sorted(types: readonly Type[]): Type[] {
  const result: Type[] = [];
  const rest = [...types];
  while (rest.length > 0) {
    const free = rest.filter((t) => !rest.some((other) => compare(other, t) < 0));
    if (free.length === 0) return [...result, ...rest];
    for (const t of free) {
      result.push(t);
      rest.splice(rest.indexOf(t), 1);
    }
  }
  return result;
}

/** Negative when `a` is the more general type, 0 when neither is. */
function compare(a: Type, b: Type): number {
  if (a.kind === "dynamic" || b.kind === "dynamic")
    return Number(a.kind === "dynamic") - Number(b.kind === "dynamic");
  if (a.kind === b.kind) {
    if ("element" in a && "element" in b) return compare(a.element, b.element);
    if (a.kind === "object" && b.kind === "object") return compareObjects(a.fields, b.fields);
    if (a.kind === "tuple" && b.kind === "tuple") return compareTuples(a.items, b.items);
    return 0;
  }
  if (isPrimitive(a) && isPrimitive(b)) return a.kind === "string" ? -1 : b.kind === "string" ? 1 : 0;
  if (moreGeneral(a.kind, b.kind)) return -1;
  return moreGeneral(b.kind, a.kind) ? 1 : 0;
}

/** As compare_types.go says, whose sets are less general than lists and tuples. */
const moreGeneral = (a: Kind, b: Kind): boolean =>
  (b === "set" && (a === "tuple" || a === "list")) ||
  (a === "list" && b === "tuple") ||
  (a === "map" && b === "object");

function compareObjects(a: ReadonlyMap<string, ObjectField>, b: ReadonlyMap<string, ObjectField>): number {
  if (a.size !== b.size) return 0;
  const results: number[] = [];
  for (const [name, field] of a) {
    const other = b.get(name);
    if (!other) return 0;
    results.push(compare(field.type, other.type));
  }
  return agreed(results);
}

function compareTuples(a: readonly Type[], b: readonly Type[]): number {
  return a.length === b.length ? agreed(a.map((t, i) => compare(t, b[i] ?? dynamicType))) : 0;
}

function agreed(results: readonly number[]): number {
  const less = results.some((r) => r < 0);
  const more = results.some((r) => r > 0);
  return less === more ? 0 : less ? -1 : 1;
}

export const isPrimitive = (type: Type): boolean =>
  type.kind === "string" || type.kind === "number" || type.kind === "bool";

/** Whether a value of the one type can be one of the other, as far as the types tell. */
export function convertible(from: Type, to: Type): boolean {
  if (to.kind === "dynamic" || from.kind === "dynamic") return true;
  if (isPrimitive(from) && isPrimitive(to)) {
    return from.kind === to.kind || from.kind === "string" || to.kind === "string";
  }
  switch (to.kind) {
    case "object":
      return convertibleToObject(from, to.fields);
    case "tuple":
      return (
        from.kind === "tuple" &&
        from.items.length === to.items.length &&
        from.items.every((t, i) => convertible(t, to.items[i] ?? dynamicType))
      );
    case "list":
    case "set":
      if (from.kind === "tuple") return convertibleItems(from.items, to.element);
      return (from.kind === "list" || from.kind === "set") && convertible(from.element, to.element);
    case "map":
      if (from.kind === "object")
        return convertibleItems(
          [...from.fields.values()].map((f) => f.type),
          to.element,
        );
      return from.kind === "map" && convertible(from.element, to.element);
    default:
      return false;
  }
}

function convertibleItems(items: readonly Type[], element: Type): boolean {
  if (items.length === 0) return true;
  const want = element.kind === "dynamic" ? unify(items) : element;
  return want !== undefined && items.every((t) => convertible(t, want));
}

function convertibleToObject(from: Type, fields: ReadonlyMap<string, ObjectField>): boolean {
  if (from.kind !== "object" && from.kind !== "map") return false;
  for (const [name, field] of fields) {
    const given = from.kind === "map" ? from.element : from.fields.get(name)?.type;
    if (given ? !convertible(given, field.type) && !(from.kind === "map" && field.optional) : !field.optional)
      return false;
  }
  return true;
}

/** `to` with what it leaves open (`any`) taken from `from`, which is convertible to it. */
export function fillDynamic(from: Type, to: Type): Type {
  if (from.kind === "dynamic" || !hasDynamic(to)) return to;
  switch (to.kind) {
    case "dynamic":
      return from;
    case "list":
    case "set":
    case "map": {
      const element = elementOf(from);
      return element ? { kind: to.kind, element: fillDynamic(element, to.element) } : to;
    }
    case "tuple":
      return from.kind === "tuple"
        ? tupleOf(to.items.map((t, i) => fillDynamic(from.items[i] ?? dynamicType, t)))
        : to;
    case "object": {
      const fields = new Map<string, ObjectField>();
      for (const [name, field] of to.fields) {
        const given = from.kind === "object" ? from.fields.get(name)?.type : elementOf(from);
        fields.set(name, { ...field, type: given ? fillDynamic(given, field.type) : field.type });
      }
      return { kind: "object", fields };
    }
    default:
      return to;
  }
}

function elementOf(type: Type): Type | undefined {
  if ("element" in type) return type.element;
  if (type.kind === "tuple") return unify(type.items);
  if (type.kind === "object") return unify([...type.fields.values()].map((f) => f.type));
  return undefined;
}
