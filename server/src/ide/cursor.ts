/**
 * Where in the language a place of a text is, told by its tokens alone: which blocks, brackets, calls and strings are open
 * around it and which reference it stands in. Trees are of little use for that, because the text around a cursor is broken
 * most of the time; what stands before the cursor says everything.
 */
import { splitChunks } from "../syntax/chunks.ts";
import { T, type Token, tokenize } from "../syntax/tokens.ts";
import { CursorReader } from "./cursor-reader.ts";

/** A step of a reference or of another operand. Offsets are the file's. */
export type ChainStep = { readonly start: number; readonly end: number } & (
  | { readonly kind: "name"; readonly name: string }
  /** `key` where it is written out. */
  | { readonly kind: "index"; readonly key?: string | number }
  | { readonly kind: "splat" }
  /** A call, a literal, a list: what a dot can follow and is no name. */
  | { readonly kind: "other"; readonly literal?: string }
);

/** `var`, `.port`, `["eu"]` of `var.port["eu"]`. */
export type Chain = readonly ChainStep[];

/** What a block's header says. */
export interface Header {
  readonly keyword: string;
  readonly labels: readonly string[];
  readonly start: number;
}

/** Names that a `for` brings along, and what it goes through. */
export interface Loop {
  readonly key?: string;
  readonly value: string;
  readonly collection: Chain;
}

/** What is open around a place; `start` is behind what opens it. */
export type Frame = { readonly start: number } & (
  | {
      readonly type: "body";
      /** Absent for the file itself. */
      readonly header?: Header;
      /** The attribute whose value the next frame, or the place, is in. */
      readonly attribute?: string;
      /** Of a dynamic block: what it goes through, and the name of the present item. */
      readonly each?: Loop;
    }
  /** `key`: whose value the next frame, or the place, is in. */
  | { readonly type: "object"; readonly key?: string; readonly loop?: Loop }
  | { readonly type: "tuple"; readonly index: number; readonly loop?: Loop }
  | {
      readonly type: "call";
      readonly name: string;
      readonly nameStart: number;
      /** Which argument the place is in, from 0. */
      readonly argument: number;
    }
  | { readonly type: "parentheses" }
  /** `of` is what the brackets follow. */
  | { readonly type: "index"; readonly of: Chain }
  /** `loops` are the `%{ for }` that are open in it. */
  | { readonly type: "template"; readonly heredoc: boolean; readonly loops: readonly Loop[] }
  | { readonly type: "sequence"; readonly directive: boolean }
);

/** What can be typed at a place. */
export type Spot =
  /** A name at the beginning of an item of a body. */
  | { readonly kind: "item" }
  /** A label of a block: `index` counts from 0. */
  | { readonly kind: "label"; readonly header: Header; readonly quoted: boolean }
  /** A key of an object. */
  | { readonly kind: "key" }
  /** `after` is what stands before the last dot; empty at the beginning of an operand. */
  | { readonly kind: "operand"; readonly after: Chain }
  /** The text of a string: what of it stands before the place, and where that begins. */
  | { readonly kind: "text"; readonly text: string; readonly start: number }
  /** The first word of `%{ … }`. */
  | { readonly kind: "directive" }
  /** A new name, a number, or what only an operator can follow. */
  | { readonly kind: "nothing" }
  | { readonly kind: "comment" };

export interface Cursor {
  readonly offset: number;
  /** The outermost first; the first one is the file's own body. */
  readonly frames: readonly [Frame, ...Frame[]];
  readonly spot: Spot;
  /** The word that the place touches; empty at the place where there is none. */
  readonly word: { readonly start: number; readonly end: number; readonly text: string };
  /** Items of the innermost body or object, but for the one that begins at the place. */
  readonly siblings: readonly Sibling[];
  /** Items of the top-level block around. */
  readonly blockItems: readonly Sibling[];
}

export interface Sibling {
  readonly name: string;
  readonly isBlock: boolean;
}

/** @param offset of a place between two characters */
export function cursorAt(text: string, offset: number): Cursor {
  const chunks = splitChunks(text);
  const { start, end } = chunks.find((c) => c.start < offset && offset <= c.end) ?? { start: 0, end: 0 };
  const part = text.slice(start, end);
  return read(part, tokenize(part), offset - start, start);
}

/** At the end of the word that a place touches; undefined where there is none. */
export function cursorOn(text: string, offset: number): Cursor | undefined {
  let end = offset;
  while (end < text.length && isPart.test(text.charAt(end))) end++;
  const cursor = cursorAt(text, end);
  const { word } = cursor;
  return word.start <= offset && word.text !== "" ? cursor : undefined;
}

/** Astral letters come in two halves. */
const isPart = /[\p{ID_Continue}\uD800-\uDFFF-]/u;

function read(text: string, tokens: readonly Token[], at: number, base: number): Cursor {
  const reader = new CursorReader(text, base);
  let i = 0;
  let touched: Token | undefined;
  for (let token = tokens[i]; token && token.start < at; token = tokens[++i]) {
    if (token.end > at || (token.end === at && isWord(token))) {
      touched = token;
      break;
    }
    reader.take(token);
  }
  if (touched) reader.sync(touched.depth);
  const next = touched ?? tokens[i];
  const word = next && isWord(next) && next.start <= at ? next : { start: at, end: at };
  const spot: Spot = isInComment(text, tokens, at) ? { kind: "comment" } : reader.spot(touched, at);
  const frames = reader.frames();
  return {
    offset: base + at,
    frames,
    spot,
    word: { start: base + word.start, end: base + word.end, text: text.slice(word.start, word.end) },
    siblings: reader.siblings(tokens, at),
    blockItems: reader.blockItems(tokens, at),
  };
}

const isWord = (token: Token): boolean => token.kind === T.name || token.kind === T.number;

/** A comment that never closes is no token: its two characters are. */
function isInComment(text: string, tokens: readonly Token[], at: number): boolean {
  for (const [i, t] of tokens.entries()) {
    if (t.start >= at) return false;
    if (t.kind === T.comment && at <= t.end && (at < t.end || !text.startsWith("/*", t.start))) return true;
    const next = tokens[i + 1];
    if (t.kind === "/" && next?.kind === "*" && next.start === t.end && next.end <= at) return true;
  }
  return false;
}
