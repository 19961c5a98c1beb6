/**
 * What the rooms use of `node:crypto`, for the build that runs in a browser, where it stands in its place (esbuild.mjs).
 * The browser's own `crypto.subtle` only answers later, and the core is synchronous.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, randomBytes as random } from "@noble/hashes/utils.js";

export { constants, createPrivateKey, type KeyObject, privateDecrypt } from "./browser-rsa.ts";

const algorithms = { md5, sha1, sha256, sha512 } as const;
type Algorithm = keyof typeof algorithms;

interface Hash {
  update(data: string | Uint8Array): Hash;
  digest(encoding: "hex" | "base64"): string;
}

export function createHash(algorithm: Algorithm): Hash {
  return hash(algorithms[algorithm].create());
}

export function createHmac(algorithm: Algorithm, key: string): Hash {
  return hash(hmac.create(algorithms[algorithm], bytesOf(key)));
}

export function randomBytes(size: number): { toString(encoding: "hex"): string } {
  const bytes = random(size);
  return { toString: () => bytesToHex(bytes) };
}

function hash(state: { update(bytes: Uint8Array): unknown; digest(): Uint8Array }): Hash {
  const self: Hash = {
    update: (data) => {
      state.update(typeof data === "string" ? bytesOf(data) : data);
      return self;
    },
    digest: (encoding) => {
      const bytes = state.digest();
      return encoding === "hex" ? bytesToHex(bytes) : btoa(String.fromCharCode(...bytes));
    },
  };
  return self;
}

/** Text in UTF-8; half of a surrogate pair becomes U+FFFD, as in Node. */
function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
