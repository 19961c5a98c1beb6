/**
 * RSA with a private key, as much of it as `node:crypto` gives to the function `rsadecrypt`. It takes no care to need the
 * same time for every key: it runs in the user's own browser, on a key that stands in the user's own files.
 */

/** Numbers of RFC 8017, A.1.2. */
export interface KeyObject {
  readonly asymmetricKeyType: "rsa";
  readonly asymmetricKeyDetails: { readonly modulusLength: number };
  readonly numbers: {
    readonly n: bigint;
    readonly p: bigint;
    readonly q: bigint;
    readonly dp: bigint;
    readonly dq: bigint;
    readonly qInverse: bigint;
  };
}

/** Node's number for it. */
export const constants = { RSA_NO_PADDING: 3 } as const;

/** @throws Error for anything but an RSA key without a passphrase, in PEM: PKCS #1 or PKCS #8 */
export function createPrivateKey(pem: string): KeyObject {
  const [, type, base64] =
    /-----BEGIN (RSA PRIVATE|PRIVATE) KEY-----([A-Za-z0-9+/=\s]+)-----END \1 KEY-----/.exec(pem) ?? [];
  if (base64 === undefined) throw new Error("not a private key in PEM");
  const bytes = Uint8Array.from(atob(base64.replace(/\s+/g, "")), (c) => c.charCodeAt(0));
  const whole = new Der(bytes).sequence();
  return toKey(type === "PRIVATE" ? unwrapped(whole) : whole);
}

/** @throws Error for a number that is not below the modulus */
export function privateDecrypt({ key }: { readonly key: KeyObject }, bytes: Uint8Array): Uint8Array {
  const { n, p, q, dp, dq, qInverse } = key.numbers;
  const c = toNumber(bytes);
  if (c >= n) throw new Error("data too large for modulus");
  // Source: RFC 8017, 5.1.2, step 2b.
  const m1 = power(c, dp, p);
  const m2 = power(c, dq, q);
  const h = ((((m1 - m2) % p) + p) * qInverse) % p;
  const hex = (m2 + q * h).toString(16).padStart(2 * Math.ceil(n.toString(2).length / 8), "0");
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

function toKey(fields: Der): KeyObject {
  const [version, n, , , p, q, dp, dq, qInverse] = Array.from({ length: 9 }, () => fields.integer());
  if (version !== 0n || !n || !p || !q || p * q !== n || !dp || !dq || !qInverse)
    throw new Error("not an RSA key of two primes");
  return {
    asymmetricKeyType: "rsa",
    asymmetricKeyDetails: { modulusLength: n.toString(2).length },
    numbers: { n, p, q, dp, dq, qInverse },
  };
}

/** RFC 5208: a version, an algorithm, and the key in an octet string. */
function unwrapped(fields: Der): Der {
  fields.integer();
  const algorithm = fields.sequence().take(0x06);
  // 1.2.840.113549.1.1.1, rsaEncryption.
  if (algorithm.join() !== "42,134,72,134,247,13,1,1,1") throw new Error("not an RSA key");
  return new Der(fields.take(0x04)).sequence();
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function toNumber(bytes: Uint8Array): bigint {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return BigInt(`0x${hex || "0"}`);
}

/** Reads ASN.1 values in DER, one after the other. */
class Der {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  sequence(): Der {
    return new Der(this.take(0x30));
  }

  integer(): bigint {
    return toNumber(this.take(0x02));
  }

  /** The content of the next value, which must have this tag. */
  take(tag: number): Uint8Array {
    if (this.#next() !== tag) throw new Error("not the value that a key has here");
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("a value without its end");
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return content;
  }

  #length(): number {
    const first = this.#next();
    if (first < 0x80) return first;
    let length = 0;
    for (let i = 0; i < first - 0x80; i++) length = length * 256 + this.#next();
    return length;
  }

  #next(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("a value without its end");
    return byte;
  }
}
