import { constants, createPrivateKey, type KeyObject, privateDecrypt } from "node:crypto";
import type { Value } from "../value.ts";
import { stringValue } from "../values.ts";
import { failure, text } from "./arguments.ts";
import { decodeBase64, decodeText } from "./base64.ts";
import type { Allowance, FunctionOutcome } from "./function.ts";

/** What a decryption costs beside other steps: about a millisecond. */
const cost = 3000;

export function rsadecrypt(
  [ciphertext, privatekey]: readonly Value[],
  allowance: Allowance,
): FunctionOutcome {
  allowance.steps -= cost;
  const bytes = decodeBase64(text(ciphertext));
  if (!bytes) return failure("the ciphertext is not valid base64", 0);
  const key = readKey(text(privatekey));
  if (!key) return failure("the private key is not an RSA key in PEM without a passphrase", 1);
  const plain = decrypt(key, bytes);
  if (!plain) return failure("the ciphertext was not encrypted for this key", 0);
  const decoded = decodeText(plain, "UTF-8");
  return decoded === undefined ? failure("what was encrypted is not valid UTF-8", 0) : stringValue(decoded);
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    // Node says what is wrong in the words of its crypto library, which differ from version to version.
    return undefined;
  }
}

/**
 * PKCS #1 v1.5. The padding is taken off here: of that one, Node's own decryption refuses some versions and answers with
 * random bytes in others when the key does not fit.
 */
function decrypt(key: KeyObject, bytes: Uint8Array): Uint8Array | undefined {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  if (bytes.length !== Math.ceil(size)) return undefined;
  let block: Uint8Array;
  try {
    block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes);
  } catch {
    // A number that is not below the key's modulus.
    return undefined;
  }
  const end = block.indexOf(0, 2);
  // Source: RFC 8017, 7.2.2: two octets, at least eight of padding, a zero.
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}
