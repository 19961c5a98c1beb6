/** The syntax of regular expressions that Go accepts: RE2's (github.com/google/re2/wiki/Syntax). */
import { type CharClass, complement, perlClasses, posixClasses, unicodeClass } from "./regex-class.ts";

export type Assertion = "text-start" | "text-end" | "line-start" | "line-end" | "boundary" | "no-boundary";

export type RegexNode =
  | { readonly kind: "empty" }
  | { readonly kind: "class"; readonly set: CharClass }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "group"; readonly index: number; readonly inner: RegexNode }
  | { readonly kind: "concat"; readonly items: readonly RegexNode[] }
  | { readonly kind: "alternate"; readonly items: readonly RegexNode[] }
  | {
      readonly kind: "repeat";
      readonly inner: RegexNode;
      readonly min: number;
      /** Infinity without an upper bound. */
      readonly max: number;
      readonly greedy: boolean;
    };

export interface ParsedRegex {
  readonly root: RegexNode;
  /** The capture groups' names in order; empty for a group without one. */
  readonly names: readonly string[];
}

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

interface Parser {
  /** Code points. */
  readonly source: readonly string[];
  at: number;
  flags: Flags;
  readonly names: string[];
  depth: number;
  problem: string | undefined;
}

const maxNesting = 200;
/** RE2's limit of {n,m}. */
const maxRepeat = 1000;

/** The expression, or half a sentence about what is wrong with it. */
export function parseRegex(pattern: string): ParsedRegex | string {
  const flags = { fold: false, multiline: false, dotAll: false, ungreedy: false };
  const parser: Parser = {
    source: Array.from(pattern),
    at: 0,
    flags,
    names: [],
    depth: 0,
    problem: undefined,
  };
  const root = parseAlternatives(parser);
  if (parser.problem === undefined && parser.at < parser.source.length) parser.problem = "a ) has no (";
  return parser.problem ?? { root, names: parser.names };
}

function broken(parser: Parser, problem: string): RegexNode {
  parser.problem ??= problem;
  parser.at = parser.source.length;
  return { kind: "empty" };
}

const peek = (parser: Parser, offset = 0): string | undefined => parser.source[parser.at + offset];
const looksAt = (parser: Parser, text: string): boolean =>
  Array.from(text).every((c, i) => parser.source[parser.at + i] === c);

function parseAlternatives(parser: Parser): RegexNode {
  const { flags } = parser;
  const items = [parseSequence(parser)];
  while (peek(parser) === "|") {
    parser.at++;
    items.push(parseSequence(parser));
  }
  parser.flags = flags;
  return items.length === 1 && items[0] ? items[0] : { kind: "alternate", items };
}

function parseSequence(parser: Parser): RegexNode {
  const items: RegexNode[] = [];
  for (let c = peek(parser); c !== undefined && c !== "|" && c !== ")"; c = peek(parser)) {
    const item = parseAtom(parser, c);
    if (item) items.push(parseRepeats(parser, item));
  }
  return { kind: "concat", items };
}

function parseRepeats(parser: Parser, inner: RegexNode): RegexNode {
  const bounds = readBounds(parser);
  if (!bounds) return inner;
  const [min, max] = bounds;
  if (max < min || min > maxRepeat || (max > maxRepeat && max !== Number.POSITIVE_INFINITY)) {
    return broken(parser, "the numbers of a repetition are not valid");
  }
  let greedy = !parser.flags.ungreedy;
  if (peek(parser) === "?") {
    parser.at++;
    greedy = !greedy;
  }
  if (readBounds(parser)) return broken(parser, "a repetition is repeated itself");
  return { kind: "repeat", inner, min, max, greedy };
}

/** `*`, `+`, `?`, `{2}`, `{2,}`, `{2,3}`; braces with anything else in them are plain characters. */
function readBounds(parser: Parser): [number, number] | undefined {
  const simple = {
    "*": [0, Number.POSITIVE_INFINITY],
    "+": [1, Number.POSITIVE_INFINITY],
    "?": [0, 1],
  } as const;
  const c = peek(parser);
  if (c === "*" || c === "+" || c === "?") {
    parser.at++;
    return [...simple[c]];
  }
  if (c !== "{") return undefined;
  const match = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(parser.source.slice(parser.at, parser.at + 16).join(""));
  if (!match) return undefined;
  parser.at += match[0].length;
  const min = Number(match[1]);
  if (match[2] === undefined) return [min, min];
  return [min, match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3])];
}

/** Undefined for what is nothing by itself, such as `(?i)`. */
function parseAtom(parser: Parser, c: string): RegexNode | undefined {
  switch (c) {
    case "(":
      return parseGroup(parser);
    case "[":
      return parseBrackets(parser);
    case "\\":
      return parseEscape(parser);
    case ".":
      parser.at++;
      return {
        kind: "class",
        set: classOf(parser, parser.flags.dotAll ? [[0, 0x10ffff]] : complement([[10, 10]])),
      };
    case "^":
      parser.at++;
      return { kind: "assert", assertion: parser.flags.multiline ? "line-start" : "text-start" };
    case "$":
      parser.at++;
      return { kind: "assert", assertion: parser.flags.multiline ? "line-end" : "text-end" };
    case "*":
    case "+":
    case "?":
      return broken(parser, `there is nothing before ${c} to repeat`);
    default:
      parser.at++;
      return literal(parser, c);
  }
}

const classOf = (parser: Parser, ranges: CharClass["ranges"]): CharClass => ({
  ranges,
  classes: [],
  negated: false,
  fold: parser.flags.fold,
});

function literal(parser: Parser, c: string): RegexNode {
  const code = c.codePointAt(0) ?? 0;
  return { kind: "class", set: classOf(parser, [[code, code]]) };
}

function parseGroup(parser: Parser): RegexNode | undefined {
  parser.at++;
  if (peek(parser) !== "?") return parseCapture(parser, "");
  const name = /^\?P?<([A-Za-z0-9_]+)>/.exec(parser.source.slice(parser.at, parser.at + 300).join(""));
  if (name) {
    parser.at += name[0].length;
    if (parser.names.includes(name[1] ?? "")) return broken(parser, `two groups have the name ${name[1]}`);
    return parseCapture(parser, name[1] ?? "");
  }
  const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(
    parser.source.slice(parser.at, parser.at + 20).join(""),
  );
  if (!flags || flags[0] === "?)")
    return broken(parser, "a group begins with (? and something that regular expressions here do not have");
  parser.at += flags[0].length;
  const changed = changeFlags(parser.flags, flags[1] ?? "", flags[2] ?? "");
  if (flags[3] === ")") {
    parser.flags = changed;
    return undefined;
  }
  const outer = parser.flags;
  parser.flags = changed;
  const inner = parseInner(parser);
  parser.flags = outer;
  return inner;
}

const changeFlags = (flags: Flags, on: string, off: string): Flags => ({
  fold: (flags.fold || on.includes("i")) && !off.includes("i"),
  multiline: (flags.multiline || on.includes("m")) && !off.includes("m"),
  dotAll: (flags.dotAll || on.includes("s")) && !off.includes("s"),
  ungreedy: (flags.ungreedy || on.includes("U")) && !off.includes("U"),
});

function parseCapture(parser: Parser, name: string): RegexNode {
  parser.names.push(name);
  const index = parser.names.length;
  return { kind: "group", index, inner: parseInner(parser) };
}

function parseInner(parser: Parser): RegexNode {
  parser.depth++;
  if (parser.depth > maxNesting) return broken(parser, "groups are nested too deep");
  const inner = parseAlternatives(parser);
  parser.depth--;
  if (peek(parser) !== ")") return broken(parser, "a ( is not closed");
  parser.at++;
  return inner;
}

const assertions: Readonly<Record<string, Assertion>> = {
  A: "text-start",
  z: "text-end",
  b: "boundary",
  B: "no-boundary",
};

function parseEscape(parser: Parser): RegexNode | undefined {
  const next = peek(parser, 1);
  if (next === undefined) return broken(parser, "it ends with a backslash");
  const assertion = assertions[next];
  if (assertion) {
    parser.at += 2;
    return { kind: "assert", assertion };
  }
  if (next === "Q") return parseQuoted(parser);
  const item = readClassItem(parser);
  if (!item) return broken(parser, `there is no escape \\${next}`);
  return typeof item === "number"
    ? literal(parser, String.fromCodePoint(item))
    : { kind: "class", set: { ...item, fold: parser.flags.fold } };
}

/** `\Q…\E`: plain characters. */
function parseQuoted(parser: Parser): RegexNode {
  parser.at += 2;
  const items: RegexNode[] = [];
  for (let c = peek(parser); c !== undefined && !looksAt(parser, "\\E"); c = peek(parser)) {
    parser.at++;
    items.push(literal(parser, c));
  }
  if (looksAt(parser, "\\E")) parser.at += 2;
  const last = items.pop();
  if (!last) return { kind: "empty" };
  return { kind: "concat", items: [...items, parseRepeats(parser, last)] };
}

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** What a backslash begins: one code point or a class. Undefined for what is neither. */
function readClassItem(parser: Parser): number | CharClass | undefined {
  const rest = parser.source.slice(parser.at, parser.at + 60).join("");
  const take = (length: number): void => {
    parser.at += length;
  };
  const match =
    /^\\(?:([dswDSW])|([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|([0-7]{2,3}|0)|([afnrtv])|([!-/:-@[-`{-~]))/.exec(
      rest,
    );
  if (!match) return undefined;
  const [all, perl, property, inverted, long, short, hex2, hex, octal, simple, punctuation] = match;
  if (perl !== undefined) {
    take(all.length);
    const ranges = perlClasses[perl.toLowerCase()] ?? [];
    return {
      ranges: perl === perl.toLowerCase() ? ranges : complement(ranges),
      classes: [],
      negated: false,
      fold: false,
    };
  }
  if (property !== undefined) {
    const pattern = unicodeClass(long ?? short ?? "");
    if (!pattern) return undefined;
    take(all.length);
    return {
      ranges: [],
      classes: [{ pattern, negated: (property === "P") !== (inverted === "^") }],
      negated: false,
      fold: false,
    };
  }
  if (octal !== undefined && octal !== "0" && octal[0] !== "0" && octal.length < 3) return undefined;
  const code = codeOf(hex2 ?? hex, octal, simple, punctuation);
  if (code === undefined || code > 0x10ffff) return undefined;
  take(all.length);
  return code;
}

function codeOf(
  hex: string | undefined,
  octal: string | undefined,
  simple: string | undefined,
  punctuation: string | undefined,
): number | undefined {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  return simple === undefined ? punctuation?.codePointAt(0) : simpleEscapes[simple];
}

function parseBrackets(parser: Parser): RegexNode {
  parser.at++;
  const negated = peek(parser) === "^";
  if (negated) parser.at++;
  const ranges: (readonly [number, number])[] = [];
  const classes: { pattern: RegExp; negated: boolean }[] = [];
  for (let first = true; first || peek(parser) !== "]"; first = false) {
    const low = readMember(parser);
    if (low === undefined)
      return broken(parser, "a [ is not closed, or has something in it that is not valid");
    if (typeof low !== "number") {
      ranges.push(...low.ranges);
      classes.push(...low.classes);
      continue;
    }
    const isRange = peek(parser) === "-" && peek(parser, 1) !== undefined && peek(parser, 1) !== "]";
    if (isRange) parser.at++;
    const high = isRange ? readMember(parser) : low;
    if (typeof high !== "number" || high < low) return broken(parser, "a range in brackets is not valid");
    ranges.push([low, high]);
  }
  parser.at++;
  return { kind: "class", set: { ranges, classes, negated, fold: parser.flags.fold } };
}

function readMember(parser: Parser): number | CharClass | undefined {
  const c = peek(parser);
  if (c === undefined) return undefined;
  if (c === "\\") return readClassItem(parser);
  const posix = looksAt(parser, "[:")
    ? /^\[:(\^?)([a-z]+):\]/.exec(parser.source.slice(parser.at, parser.at + 14).join(""))
    : null;
  if (posix) {
    const ranges = posixClasses[posix[2] ?? ""];
    if (!ranges) return undefined;
    parser.at += posix[0].length;
    return {
      ranges: posix[1] === "^" ? complement(ranges) : ranges,
      classes: [],
      negated: false,
      fold: false,
    };
  }
  parser.at++;
  return c.codePointAt(0);
}
