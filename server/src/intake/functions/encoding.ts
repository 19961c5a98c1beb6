import { excess } from "../limits.ts";
import { encodeJson } from "../to-json.ts";
import { dynamicType, listOf, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { hasInfinity, stringValue } from "../values.ts";
import { failure, fn, nullable, parameter, text } from "./arguments.ts";
import { decodeBase64, decodeText, encodeBase64, encodeText } from "./base64.ts";
import { decodeCsv } from "./csv.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";
import { gzip } from "./gzip.ts";
import { parseJson } from "./json-text.ts";
import { rsadecrypt } from "./rsa.ts";
import { decodeYaml } from "./yaml-decode.ts";
import { encodeYaml } from "./yaml-encode.ts";

const str = parameter("str", stringType);
const encoding = parameter("encoding", stringType, "UTF-8, UTF-16LE, UTF-16BE, ISO-8859-1 or US-ASCII");

/** Go's url.QueryEscape. */
function urlencode([s]: readonly Value[]): Value {
  const escaped = encodeURIComponent(text(s).toWellFormed());
  return stringValue(
    escaped.replace(/%20/g, "+").replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  );
}

function base64decode([s]: readonly Value[]): FunctionOutcome {
  const bytes = decodeBase64(text(s));
  if (!bytes) return failure("the string is not valid base64", 0);
  const decoded = decodeText(bytes, "UTF-8");
  return decoded === undefined
    ? failure("what the string encodes is not valid UTF-8", 0)
    : stringValue(decoded);
}

function textencodebase64([s, name]: readonly Value[]): FunctionOutcome {
  const bytes = encodeText(text(s), text(name));
  if (bytes === "unknown-encoding") return failure(`there is no encoding ${JSON.stringify(text(name))}`, 1);
  if (!bytes) return failure(`the string has characters that ${text(name)} does not have`, 0);
  return stringValue(encodeBase64(bytes));
}

function textdecodebase64([s, name]: readonly Value[]): FunctionOutcome {
  const bytes = decodeBase64(text(s));
  if (!bytes) return failure("the string is not valid base64", 0);
  const decoded = decodeText(bytes, text(name));
  if (decoded === "unknown-encoding") return failure(`there is no encoding ${JSON.stringify(text(name))}`, 1);
  return decoded === undefined ? failure(`the bytes are not valid ${text(name)}`, 0) : stringValue(decoded);
}

const jsonencode = (args: readonly Value[]): FunctionOutcome =>
  args.some(hasInfinity) ? failure("JSON has no infinite numbers") : encoder(encodeJson)(args);

const encoder =
  (encode: (value: Value) => string) =>
  ([value]: readonly Value[]): FunctionOutcome => {
    if (!value) return failure("a value is required");
    const tooMuch = excess(value);
    return tooMuch === undefined ? stringValue(encode(value)) : failure(`it would encode ${tooMuch}`);
  };

export const encodingFunctions: Readonly<Record<string, FunctionEntry>> = {
  base64decode: fn("The string that a base64 string encodes.", [str], stringType, base64decode),
  base64encode: fn("The base64 form of a string.", [str], stringType, ([s]) =>
    stringValue(encodeBase64(new TextEncoder().encode(text(s)))),
  ),
  base64gzip: fn(
    "A string compressed with gzip, in base64; the bytes are not Terraform's, what they decompress to is.",
    [str],
    stringType,
    ([s]) => stringValue(encodeBase64(gzip(new TextEncoder().encode(text(s))))),
  ),
  csvdecode: fn(
    "The rows of a CSV text as objects, named by its first line.",
    [str],
    listOf(dynamicType),
    ([s]) => decodeCsv(text(s)),
    { resultOf: () => dynamicType },
  ),
  jsondecode: fn("The value that a JSON text stands for.", [str], dynamicType, ([s]) => parseJson(text(s))),
  jsonencode: fn("A value as JSON text.", [nullable(parameter("val"))], stringType, jsonencode),
  rsadecrypt: fn(
    "The string that was encrypted with RSA and PKCS #1 v1.5 padding, given in base64, and the private key in PEM.",
    [parameter("ciphertext", stringType), parameter("privatekey", stringType)],
    stringType,
    rsadecrypt,
  ),
  textdecodebase64: fn(
    "The string that base64 encodes in another character encoding.",
    [parameter("source", stringType), encoding],
    stringType,
    textdecodebase64,
  ),
  textencodebase64: fn(
    "The base64 form of a string in another character encoding.",
    [parameter("string", stringType), encoding],
    stringType,
    textencodebase64,
  ),
  yamldecode: fn(
    "The value that a YAML text stands for.",
    [parameter("src", stringType)],
    dynamicType,
    ([s]) => decodeYaml(text(s)),
  ),
  yamlencode: fn("A value as YAML text.", [nullable(parameter("value"))], stringType, encoder(encodeYaml)),
  urlencode: fn("A string as part of a URL's query.", [str], stringType, urlencode),
};
