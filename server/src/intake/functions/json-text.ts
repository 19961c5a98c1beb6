/** Reads JSON text into values with all digits of its numbers, which JSON.parse would round. */
import { maxDepth } from "../limits.ts";
import { decimalValue, parseNumber } from "../number.ts";
import type { Value } from "../value.ts";
import { falseValue, nullValue, objectValue, stringValue, trueValue, tupleValue } from "../values.ts";
import { failure } from "./arguments.ts";
import type { FunctionOutcome } from "./function.ts";

export function parseJson(text: string): FunctionOutcome {
  const reader: Reader = { text, at: 0, depth: 0 };
  const value = readValue(reader);
  if (!value) return failure(problemAt(reader));
  skipSpace(reader);
  return reader.at < text.length ? failure("there is something after the JSON value") : value;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function problemAt({ text, at, depth }: Reader): string {
  if (depth > maxDepth) return `the JSON is nested more than ${maxDepth} levels deep`;
  if (at >= text.length) return "the JSON ends too early";
  const line = text.slice(0, at).split("\n").length;
  return `the JSON is not valid at ${JSON.stringify(text.slice(at, at + 12))} in line ${line}`;
}

const space = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;
const words: Readonly<Record<string, Value>> = { true: trueValue, false: falseValue, null: nullValue };

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text)?.[0];
  if (match !== undefined) reader.at += match.length;
  return match;
}

const skipSpace = (reader: Reader): void => {
  take(reader, space);
};

/** Undefined where the text is not valid; `at` then says where. */
function readValue(reader: Reader): Value | undefined {
  skipSpace(reader);
  switch (reader.text[reader.at]) {
    case "{":
      return nested(reader, readObject);
    case "[":
      return nested(reader, readArray);
    case '"': {
      const value = readString(reader);
      return value === undefined ? undefined : stringValue(value);
    }
    case "t":
    case "f":
    case "n":
      return words[take(reader, word) ?? ""];
    default:
      return readNumber(reader);
  }
}

function nested(reader: Reader, read: (reader: Reader) => Value | undefined): Value | undefined {
  reader.depth++;
  if (reader.depth > maxDepth) return undefined;
  reader.at++;
  const value = read(reader);
  if (value) reader.depth--;
  return value;
}

function readNumber(reader: Reader): Value | undefined {
  const digits = take(reader, number);
  const value = digits === undefined || digits === "" ? undefined : parseNumber(digits);
  return value && decimalValue(value);
}

/** In pieces, because a pattern that spans a long string overflows the engine's stack. */
function readString(reader: Reader): string | undefined {
  const start = reader.at;
  let end = start + 1;
  const { text } = reader;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  const literal = text.slice(start, end + 1);
  if (end >= text.length) {
    reader.at = text.length;
    return undefined;
  }
  if (literal.length < 5000 ? take(reader, string) === undefined : /[\u0000-\u001f]/.test(literal))
    return undefined;
  reader.at = end + 1;
  return unescapeJson(literal.slice(1, -1));
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Half a surrogate pair becomes the replacement character, as Go has it. */
const unescapeJson = (body: string): string =>
  body
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, c: string | undefined) =>
      hex === undefined ? (escapes[c ?? ""] ?? c ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toWellFormed();

function readArray(reader: Reader): Value | undefined {
  const items: Value[] = [];
  skipSpace(reader);
  if (reader.text[reader.at] === "]") {
    reader.at++;
    return tupleValue(items);
  }
  for (;;) {
    const item = readValue(reader);
    if (!item) return undefined;
    items.push(item);
    const more = separator(reader, "]");
    if (more === undefined) return undefined;
    if (!more) return tupleValue(items);
  }
}

function readObject(reader: Reader): Value | undefined {
  const fields = new Map<string, Value>();
  skipSpace(reader);
  if (reader.text[reader.at] === "}") {
    reader.at++;
    return objectValue(fields);
  }
  for (;;) {
    skipSpace(reader);
    const key = reader.text[reader.at] === '"' ? readString(reader) : undefined;
    if (key === undefined) return undefined;
    skipSpace(reader);
    if (reader.text[reader.at] !== ":") return undefined;
    reader.at++;
    const value = readValue(reader);
    if (!value) return undefined;
    fields.set(key.normalize("NFC"), value);
    const more = separator(reader, "}");
    if (more === undefined) return undefined;
    if (!more) return objectValue(fields);
  }
}

/** Whether another item follows; undefined when neither a comma nor the end does. */
function separator(reader: Reader, end: string): boolean | undefined {
  skipSpace(reader);
  const c = reader.text[reader.at];
  if (c !== "," && c !== end) return undefined;
  reader.at++;
  return c === ",";
}
