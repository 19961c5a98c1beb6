/** Whether two values are one and the same to whoever reads them: what was made of the one holds for the other. */
import { equalTypes } from "./type.ts";
import type { UnknownValue, Value } from "./value.ts";

/** Stricter than the language's `==`: types, marks, null and what is not known count too. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.sensitive !== b.sensitive) return false;
  switch (a.kind) {
    case "null":
      return b.kind === "null" && equalTypes(a.type, b.type);
    case "unknown":
      return b.kind === "unknown" && sameUnknown(a, b);
    case "string":
    case "bool":
      return a.kind === b.kind && a.value === b.value;
    case "number":
      return b.kind === "number" && a.value.eq(b.value);
    case "tuple":
      return b.kind === "tuple" && sameItems(a.items, b.items);
    case "list":
    case "set":
      return a.kind === b.kind && equalTypes(a.element, b.element) && sameItems(a.items, b.items);
    case "object":
      return b.kind === "object" && sameFields(a.fields, b.fields);
    case "map":
      return b.kind === "map" && equalTypes(a.element, b.element) && sameFields(a.fields, b.fields);
  }
}

function sameUnknown(a: UnknownValue, b: UnknownValue): boolean {
  return equalTypes(a.type, b.type) && JSON.stringify(a.parts) === JSON.stringify(b.parts);
}

function sameItems(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, i) => {
      const other = b[i];
      return other !== undefined && sameValue(item, other);
    })
  );
}

/** Fields that are worked out when somebody asks are left alone: such objects are the same only if they are one. */
function sameFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a === b) return true;
  if (!(a instanceof Map && b instanceof Map) || a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, value] of a) {
    const [otherName, other] = others.next().value ?? [];
    if (name !== otherName || other === undefined || !sameValue(value, other)) return false;
  }
  return true;
}
