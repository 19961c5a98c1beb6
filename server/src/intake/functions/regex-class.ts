/** Character classes of regular expressions. */

/** Pairs of first and last code point, named classes, and whether all of that is what must not match. */
export interface CharClass {
  readonly ranges: readonly (readonly [number, number])[];
  readonly classes: readonly { readonly pattern: RegExp; readonly negated: boolean }[];
  readonly negated: boolean;
  /** Letters match in either case. */
  readonly fold: boolean;
}

export function matchesClass(set: CharClass, code: number): boolean {
  if (contains(set, code)) return !set.negated;
  if (!set.fold) return set.negated;
  const c = String.fromCodePoint(code);
  return (folded(set, c, c.toLowerCase()) || folded(set, c, c.toUpperCase())) !== set.negated;
}

const folded = (set: CharClass, c: string, other: string): boolean =>
  other !== c && contains(set, other.codePointAt(0) ?? 0);

function contains(set: CharClass, code: number): boolean {
  for (const [first, last] of set.ranges) if (code >= first && code <= last) return true;
  for (const { pattern, negated } of set.classes) {
    if (pattern.test(String.fromCodePoint(code)) !== negated) return true;
  }
  return false;
}

type Ranges = readonly (readonly [number, number])[];

const range = (text: string): Ranges =>
  Array.from(
    text.matchAll(/(.)-(.)/gsu),
    ([, a = "", b = ""]) => [a.codePointAt(0) ?? 0, b.codePointAt(0) ?? 0] as const,
  );

const digit = range("0-9");
const word = range("0-9A-Z_-_a-z");
const space = range("\t-\n\f-\r - ");

/** `\d`, `\s`, `\w`: ASCII only, as in RE2. */
export const perlClasses: Readonly<Record<string, Ranges>> = { d: digit, s: space, w: word };

/** `[:alpha:]` and so on, inside brackets. */
export const posixClasses: Readonly<Record<string, Ranges>> = {
  alnum: range("0-9A-Za-z"),
  alpha: range("A-Za-z"),
  ascii: [[0, 0x7f]],
  blank: range("\t-\t - "),
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit,
  graph: range("!-~"),
  lower: range("a-z"),
  print: range(" -~"),
  punct: range("!-/:-@[-`{-~"),
  space: range("\t-\r - "),
  upper: range("A-Z"),
  word,
  xdigit: range("0-9A-Fa-f"),
};

/** Everything that is not in the ranges. */
export function complement(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) result.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= 0x10ffff) result.push([next, 0x10ffff]);
  return result;
}

const isWord = (code: number | undefined): boolean =>
  code !== undefined && word.some(([first, last]) => code >= first && code <= last);

/** Whether exactly one of two neighbours is a word character. */
export const isBoundary = (before: number | undefined, after: number | undefined): boolean =>
  isWord(before) !== isWord(after);

/** The class of a Unicode property (a general category or a script), or undefined when there is none of that name. */
export function unicodeClass(name: string): RegExp | undefined {
  if (name === "Any") return /./su;
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return undefined;
  return compileProperty(name.length <= 2 ? name : `Script=${name}`);
}

/** Only the engine knows which properties it has, and it says so by throwing. */
function compileProperty(property: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${property}}$`, "u");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
