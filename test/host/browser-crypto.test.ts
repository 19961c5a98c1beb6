/* What stands in the place of `node:crypto` in a browser does the same. */
import * as node from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as browser from "../../server/src/host/browser-crypto.ts";

const data = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "binary", maxLength: 300 }));

test.for(["md5", "sha1", "sha256", "sha512"] as const)("%s of any pieces, in any encoding", (algorithm) => {
  fc.assert(
    fc.property(fc.array(data), fc.string(), fc.constantFrom("hex", "base64"), (pieces, key, encoding) => {
      const digest = ({ createHash, createHmac }: typeof node | typeof browser) =>
        [createHash(algorithm), createHmac(algorithm, key)].map((hash) => {
          for (const piece of pieces) hash.update(piece);
          return hash.digest(encoding);
        });
      expect(digest(browser)).toEqual(digest(node));
    }),
  );
});

describe("RSA", () => {
  const keys = (modulusLength: number) => node.generateKeyPairSync("rsa", { modulusLength });
  const typeIn = (pem: string): string | undefined => {
    try {
      return node.createPrivateKey(pem).asymmetricKeyType;
    } catch {
      return undefined;
    }
  };
  const block = { padding: node.constants.RSA_NO_PADDING };

  test.for([
    [1024, "pkcs1"],
    [2048, "pkcs8"],
    [2056, "pkcs1"],
  ] as const)("with a key of %i bits in %s", ([bits, type]) => {
    const { publicKey, privateKey } = keys(bits);
    const key = browser.createPrivateKey(privateKey.export({ type, format: "pem" }).toString());
    expect(key.asymmetricKeyDetails.modulusLength).toBe(bits);
    const plain = new Uint8Array(Math.ceil(bits / 8)).fill(7, 2);
    const secret = node.publicEncrypt({ key: publicKey, ...block }, plain);
    expect(browser.privateDecrypt({ key }, secret)).toEqual(plain);
  });

  test("a number that is not below the modulus is refused", () => {
    const key = browser.createPrivateKey(
      keys(1024).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    );
    expect(() => browser.privateDecrypt({ key }, new Uint8Array(128).fill(255))).toThrow("too large");
  });

  test("what is no such key is refused", () => {
    const pem = (key: node.KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
    const rsa = pem(keys(1024).privateKey);
    const others = [
      "",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      pem(node.generateKeyPairSync("ed25519").privateKey),
      pem(node.generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
      rsa.replace(/\n.{40}/, "\n"),
      keys(1024).publicKey.export({ type: "spki", format: "pem" }).toString(),
    ];
    for (const other of others) {
      // Node reads keys of other kinds too; the function that asks refuses them.
      expect(typeIn(other)).not.toBe("rsa");
      expect(() => browser.createPrivateKey(other)).toThrow();
    }
  });
});
