/**
 * Sensitive values in state and plans: instead of the value stands a keyed hash, which tells whether it is still the same
 * and nothing else. Behind a `secret(…)` is a value that no plan knows; its reference stands beside the hash.
 */
import type { Json } from "../intake/value.ts";

/** The keyed hash of a text, with a key that is the user's own. */
export type Seal = (text: string) => string;

export function sealed(text: string, seal: Seal, references: readonly string[]): Json {
  return { $sensitive: seal(text), ...(references.length > 0 && { $from: references }) };
}

export const isSealed = (value: Json | undefined): boolean => sealOf(value) !== undefined;

/** The hash that stands for a sensitive value, or `true` where a plan shows that there is one. */
export function sealOf(value: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [name: string]: Json })["$sensitive"];
}

/** As plans show it: without hashes, so that the same files give the same plan whoever makes it. */
export function withoutSeals(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withoutSeals);
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    name === "$sensitive" ? true : withoutSeals(item),
  ]);
  return Object.fromEntries(entries);
}

/** Stands in the state, and in what a run prints, for an output that is sensitive: nobody compares those. */
export const hiddenOutput: Json = { $sensitive: true };
