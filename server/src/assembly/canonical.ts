import { createHash } from "node:crypto";
import type { Json } from "../intake/value.ts";

/** JSON with the keys of objects in code unit order and no spaces: equal values give equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  return `{${Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] ?? null)}`)
    .join(",")}}`;
}

/** sha256, hex, of the canonical JSON. */
export function fingerprint(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
