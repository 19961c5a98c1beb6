import type { Decimal } from "decimal.js";
import type { Type } from "./type.ts";

/**
 * A value of the language, immutable. `sensitive` marks travel with values through every operation. Numbers are
 * arbitrary-precision decimals.
 */
export type Value = (
  | { readonly kind: "null"; readonly type: Type }
  | UnknownValue
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: Decimal }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "list"; readonly element: Type; readonly items: readonly Value[] }
  /** Items are distinct and in cty's order. */
  | { readonly kind: "set"; readonly element: Type; readonly items: readonly Value[] }
  /** Iterates in code point order of the keys. */
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: "map"; readonly element: Type; readonly fields: ReadonlyMap<string, Value> }
) & { readonly sensitive?: true };

/**
 * A value that is known only when a step has run. `parts` says how it is put together where that is as simple as a
 * template: one reference alone is that run-time value itself; literals between references are a string that the
 * environment completes. Without `parts` it depends on run-time values in some other way (a function, a conditional) and
 * the core evaluates its expression right before the step runs.
 */
export interface UnknownValue {
  readonly kind: "unknown";
  readonly type: Type;
  readonly parts?: readonly (string | RuntimeReference)[];
}

/** An output of a resource instance: `repository.app` and `workdir`. */
export interface RuntimeReference {
  readonly address: string;
  readonly output: string;
}

/**
 * A value from outside, `secret("env:NAME")`, as the run-time value that it is: nothing in the stack provides it. No resource
 * has this address, because an address has a dot.
 */
export const secretReference = (reference: string): RuntimeReference => ({
  address: "secret",
  output: reference,
});
export const isSecretReference = ({ address }: RuntimeReference): boolean => address === "secret";

/** JSON with nothing else in it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
