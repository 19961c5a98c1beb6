/** The one place of intake that needs more than the language itself: digests. */
import { createHash } from "node:crypto";
import { stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { stringValue } from "../values.ts";
import { failure, fn, parameter, text } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";

export type Algorithm = "md5" | "sha1" | "sha256" | "sha512";

export const digestOf = (
  algorithm: Algorithm,
  encoding: "hex" | "base64",
  data: string | Uint8Array,
): string => createHash(algorithm).update(data).digest(encoding);

const digest = (algorithm: Algorithm, encoding: "hex" | "base64") => {
  const show = encoding === "hex" ? "in hexadecimal digits" : "in base64";
  return fn(
    `The ${algorithm.toUpperCase()} digest of a string, ${show}.`,
    [parameter("str", stringType)],
    stringType,
    ([s]) => stringValue(digestOf(algorithm, encoding, text(s))),
  );
};

/** RFC 4122's namespaces, by the names Terraform gives them. */
const namespaces: Readonly<Record<string, string>> = {
  dns: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  url: "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
  oid: "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
  x500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
};

function uuidv5([namespace, name]: readonly Value[]): FunctionOutcome {
  const given = text(namespace);
  const id = namespaces[given] ?? given;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id)) {
    return failure("the namespace must be dns, url, oid, x500 or a UUID", 0);
  }
  const digits = id.replaceAll("-", "").match(/../g) ?? [];
  const hex = createHash("sha1")
    .update(Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16)))
    .update(text(name), "utf8")
    .digest("hex");
  // The version, and two bits of the variant.
  const variant = ((Number.parseInt(hex[16] ?? "", 16) & 0x3) | 0x8).toString(16);
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return stringValue(`${a}-${b}-5${c}-${variant}${d}-${e}`);
}

export const hashFunctions: Readonly<Record<string, FunctionEntry>> = {
  base64sha256: digest("sha256", "base64"),
  base64sha512: digest("sha512", "base64"),
  md5: digest("md5", "hex"),
  sha1: digest("sha1", "hex"),
  sha256: digest("sha256", "hex"),
  sha512: digest("sha512", "hex"),
  uuidv5: fn(
    "The UUID that a name has in a namespace; always the same one.",
    [parameter("namespace", stringType), parameter("name", stringType)],
    stringType,
    uuidv5,
  ),
};
