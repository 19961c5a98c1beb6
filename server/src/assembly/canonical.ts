import { createHash } from "node:crypto";
import type { Json } from "../intake/value.ts";

/** JSON with the keys of objects in code unit order and no spaces: equal values give equal text. */
export function canonicalJson(value: Json): string {
  let text = "";
  write(value, (piece) => {
    text += piece;
  });
  return text;
}

/** As much text as is hashed at once: a plan's whole JSON would be the largest thing a command ever holds. */
const hashedAtOnce = 16 * 1024;

/** sha256, hex, of the canonical JSON. */
export function fingerprint(value: Json): string {
  const hash = createHash("sha256");
  let text = "";
  write(value, (piece) => {
    text += piece;
    if (text.length < hashedAtOnce) return;
    hash.update(text);
    text = "";
  });
  return hash.update(text).digest("hex");
}

function write(value: Json, out: (piece: string) => void): void {
  if (value === null || typeof value !== "object") out(JSON.stringify(value));
  else if (Array.isArray(value)) writeArray(value, out);
  else writeObject(value as { readonly [key: string]: Json }, out);
}

function writeArray(values: readonly Json[], out: (piece: string) => void): void {
  let before = "[";
  for (const value of values) {
    out(before);
    write(value, out);
    before = ",";
  }
  out(before === "[" ? "[]" : "]");
}

function writeObject(object: { readonly [key: string]: Json }, out: (piece: string) => void): void {
  let before = "{";
  for (const key of Object.keys(object).sort()) {
    out(`${before}${JSON.stringify(key)}:`);
    write(object[key] ?? null, out);
    before = ",";
  }
  out(before === "{" ? "{}" : "}");
}
