import type { Value } from "./value.ts";

/** The types of `.cw` values: cty's, as Terraform uses them. */
export type Type =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  /** `any`, and the type of what is not known at all. */
  | { readonly kind: "dynamic" }
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "set"; readonly element: Type }
  | { readonly kind: "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly items: readonly Type[] }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, ObjectField> };

export interface ObjectField {
  readonly type: Type;
  /** `optional(T)`: may be absent, then null. */
  readonly optional: boolean;
  /** `optional(T, default)`: what it is when absent or null; converted to `type` already. */
  readonly default?: Value;
}

export const stringType: Type = { kind: "string" };
export const numberType: Type = { kind: "number" };
export const boolType: Type = { kind: "bool" };
export const dynamicType: Type = { kind: "dynamic" };
export const listOf = (element: Type): Type => ({ kind: "list", element });
export const setOf = (element: Type): Type => ({ kind: "set", element });
export const mapOf = (element: Type): Type => ({ kind: "map", element });
export const tupleOf = (items: readonly Type[]): Type => ({ kind: "tuple", items });
export const objectOf = (fields: Readonly<Record<string, Type | ObjectField>>): Type => ({
  kind: "object",
  fields: new Map(
    Object.entries(fields).map(([name, f]) => [name, "optional" in f ? f : { type: f, optional: false }]),
  ),
});
export const optionalField = (type: Type): ObjectField => ({ type, optional: true });

export function equalTypes(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "list":
    case "set":
    case "map":
      return a.kind === b.kind && equalTypes(a.element, b.element);
    case "tuple":
      return (
        b.kind === "tuple" &&
        a.items.length === b.items.length &&
        a.items.every((t, i) => equalTypes(t, b.items[i] ?? dynamicType))
      );
    case "object": {
      if (b.kind !== "object" || a.fields.size !== b.fields.size) return false;
      for (const [name, f] of a.fields) {
        const g = b.fields.get(name);
        if (!g || f.optional !== g.optional || !equalTypes(f.type, g.type)) return false;
      }
      return true;
    }
    default:
      return a.kind === b.kind;
  }
}

/** As it is written in `.cw`: `list(string)`, `object({ a = number })`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "dynamic":
      return "any";
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${describeType(type.element)})`;
    case "tuple":
      return `tuple([${type.items.map(describeType).join(", ")}])`;
    case "object": {
      const fields = [...type.fields].map(
        ([name, f]) => `${name} = ${f.optional ? `optional(${describeType(f.type)})` : describeType(f.type)}`,
      );
      return fields.length === 0 ? "object({})" : `object({ ${fields.join(", ")} })`;
    }
    default:
      return type.kind;
  }
}
