/**
 * A strict JSON reader for documents that others wrote. `JSON.parse` lets the last of two equal keys win, makes `__proto__`
 * a field like any other and nests without limit; here each of these is a refusal, so that what a person reads in a reply
 * is what the program sees.
 */
import type { Code } from "../diagnostics/codes.ts";

export interface JsonProblem {
  readonly code: Extract<Code, "B-JSON" | "B-SHAPE">;
  readonly message: string;
  /** Offset in the text, in UTF-16 code units. */
  readonly offset: number;
}

export type StrictJson =
  | { readonly value: unknown; readonly problem?: never }
  | { readonly value?: never; readonly problem: JsonProblem };

/** Deepest nesting of a reply; the contract itself needs 5. Source: SAFETY row 12. */
export const maxReplyDepth = 12;

/** Reads one document; `maxDepth` counts nested lists and objects. */
export function parseStrict(text: string, maxDepth: number): StrictJson {
  const reader = new Reader(text, maxDepth);
  try {
    return { value: reader.document() };
  } catch (e) {
    if (e instanceof Refusal) return { problem: { code: e.code, message: e.message, offset: e.offset } };
    throw e;
  }
}

/** How the reader leaves its recursion; never escapes this file. */
class Refusal extends Error {
  readonly code: JsonProblem["code"];
  readonly offset: number;
  constructor(message: string, offset: number, code: JsonProblem["code"] = "B-JSON") {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** Code units of JSON's punctuation. */
const char = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

const literals: readonly (readonly [string, null | boolean])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): unknown {
    this.#space();
    const value = this.#value(1);
    this.#space();
    if (this.#at < this.#text.length) throw new Refusal("text follows the JSON document", this.#at);
    return value;
  }

  #value(depth: number): unknown {
    switch (this.#peek()) {
      case char.openObject:
        return this.#object(depth);
      case char.openList:
        return this.#list(depth);
      case char.quote:
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #object(depth: number): Record<string, unknown> {
    this.#open(depth);
    const object: Record<string, unknown> = {};
    if (this.#closes(char.closeObject)) return object;
    for (;;) {
      const start = this.#at;
      if (this.#peek() !== char.quote) throw new Refusal("a field's name is expected", start);
      const key = this.#string();
      if (key === "__proto__") throw new Refusal('the field name "__proto__" is refused', start, "B-SHAPE");
      if (Object.hasOwn(object, key)) throw new Refusal("an object has the same field twice", start);
      this.#space();
      this.#expect(char.colon, "a colon");
      this.#space();
      object[key] = this.#value(depth + 1);
      if (this.#ends(char.closeObject, "a comma or }")) return object;
    }
  }

  #list(depth: number): unknown[] {
    this.#open(depth);
    const list: unknown[] = [];
    if (this.#closes(char.closeList)) return list;
    for (;;) {
      list.push(this.#value(depth + 1));
      if (this.#ends(char.closeList, "a comma or ]")) return list;
    }
  }

  #open(depth: number): void {
    if (depth > this.#maxDepth) throw new Refusal(`nested deeper than ${this.#maxDepth} levels`, this.#at);
    this.#at++;
    this.#space();
  }

  #closes(close: number): boolean {
    if (this.#peek() !== close) return false;
    this.#at++;
    return true;
  }

  /** After an item: true at the end of the list or object, false after a comma. */
  #ends(close: number, expected: string): boolean {
    this.#space();
    if (this.#closes(close)) return true;
    this.#expect(char.comma, expected);
    this.#space();
    return false;
  }

  /** Finds the closing quote by hand and leaves the decoding, and the judging of escapes, to JSON.parse. */
  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (end !== -1 && this.#escaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new Refusal("a string does not end", start);
    this.#at = end + 1;
    const raw = this.#text.slice(start, end + 1);
    try {
      return JSON.parse(raw);
    } catch (e) {
      if (e instanceof SyntaxError)
        throw new Refusal("a string has an invalid escape or control character", start);
      throw e;
    }
  }

  /** Whether an odd number of backslashes stands before the place. */
  #escaped(place: number): boolean {
    let before = place - 1;
    while (this.#text.charCodeAt(before) === char.backslash) before--;
    return (place - before) % 2 === 0;
  }

  #literal(): unknown {
    for (const [word, value] of literals) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    this.#number.lastIndex = this.#at;
    const match = this.#number.exec(this.#text);
    if (!match)
      throw new Refusal(
        this.#at < this.#text.length ? "a value is expected" : "the document is cut off",
        this.#at,
      );
    const number = Number(match[0]);
    if (!Number.isFinite(number)) throw new Refusal("a number is too large", this.#at);
    this.#at += match[0].length;
    return number;
  }

  #peek(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #expect(wanted: number, expected: string): void {
    if (this.#peek() !== wanted) throw new Refusal(`${expected} is expected`, this.#at);
    this.#at++;
  }

  #space(): void {
    for (;;) {
      const unit = this.#peek();
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }
}
