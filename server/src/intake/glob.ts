/**
 * Patterns of file names as Terraform's fileset has them: `*` and `?` inside a name, `**` for any number of folders,
 * `[a-z]`, `[^a-z]`, `{this,that}`, and a backslash before a character that stands for itself.
 */

export interface Glob {
  readonly segments: readonly (Segment | typeof anything)[];
}

/** The ways a name may look, one for each choice of alternatives. */
type Segment = readonly (readonly (Point | typeof anything)[])[];
/** What one character may be. */
type Point = (c: string) => boolean;

const anything = Symbol("* or **");
const anyName: Segment = [[anything]];
/** Of one segment's alternatives, all choices multiplied. */
const mostChoices = 1000;

/** Undefined for a pattern that is not well formed: an open bracket or brace, a backslash at the end. */
export function parseGlob(pattern: string): Glob | undefined {
  const segments: (Segment | typeof anything)[] = [];
  for (const text of pattern.split("/")) {
    const segment = text === "**" ? anything : parseSegment(text);
    if (!segment) return undefined;
    segments.push(segment);
  }
  // At the end, `**` means what is in the folders, not the folder.
  if (segments.at(-1) === anything) segments.push(anyName);
  return { segments };
}

/** Whether a path with forward slashes is one that the pattern means. */
export const matchesGlob = ({ segments }: Glob, path: string): boolean =>
  matchRow(segments, path.split("/"), (segment, name) => matchesName(segment, Array.from(name)));

/** How many folders down a match may lie. */
export const depthOf = ({ segments }: Glob): number =>
  segments.includes(anything) ? Number.POSITIVE_INFINITY : segments.length;

/** Whether a segment of a pattern can only mean the name that it is. */
export const isLiteral = (segment: string): boolean => !/[*?[\]{}\\]/.test(segment);

const matchesName = (segment: Segment, name: readonly string[]): boolean =>
  segment.some((choice) => matchRow(choice, name, (point, c) => point(c)));

/** In steps of at most the product of both lengths: what `anything` takes is only ever extended. */
function matchRow<P, T>(
  pattern: readonly (P | typeof anything)[],
  items: readonly T[],
  matches: (part: P, item: T) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let i = 0; i < items.length; ) {
    const part = pattern[at];
    const item = items[i] as T;
    if (part === anything) {
      star = at++;
      taken = i;
    } else if (at < pattern.length && matches(part as P, item)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++taken;
    } else return false;
  }
  while (pattern[at] === anything) at++;
  return at === pattern.length;
}

function parseSegment(text: string): Segment | undefined {
  const choices = expand(Array.from(text));
  const segment: (readonly (Point | typeof anything)[])[] = [];
  for (const choice of choices ?? []) {
    const parsed = parseName(choice);
    if (!parsed) return undefined;
    segment.push(parsed);
  }
  return choices && segment;
}

/** Every choice of alternatives as a text without any. */
function expand(text: readonly string[]): readonly (readonly string[])[] | undefined {
  let choices: (readonly string[])[] = [[]];
  for (let i = 0; i < text.length; ) {
    const c = text[i] ?? "";
    if (c !== "{") {
      const length = c === "\\" ? 2 : c === "[" ? classLength(text, i) : 1;
      if (length === undefined) return undefined;
      const piece = text.slice(i, i + length);
      choices = choices.map((choice) => [...choice, ...piece]);
      i += length;
      continue;
    }
    const found = alternatives(text, i + 1);
    if (!found || choices.length * found.pieces.length > mostChoices) return undefined;
    choices = choices.flatMap((choice) => found.pieces.map((piece) => [...choice, ...piece]));
    i = found.end;
  }
  return choices;
}

/** The alternatives that begin at an index, and where the text goes on behind their brace. They hold no others. */
function alternatives(
  text: readonly string[],
  from: number,
): { readonly pieces: readonly (readonly string[])[]; readonly end: number } | undefined {
  const pieces: string[][] = [[]];
  for (let i = from; i < text.length; ) {
    const c = text[i] ?? "";
    if (c === "}") return { pieces, end: i + 1 };
    if (c === "{") return undefined;
    const length = c === "\\" ? 2 : c === "[" ? classLength(text, i) : 1;
    if (length === undefined) return undefined;
    if (c === ",") pieces.push([]);
    else pieces.at(-1)?.push(...text.slice(i, i + length));
    i += length;
  }
  return undefined;
}

/** Of a `[…]` at an index, or undefined when it does not end. */
function classLength(text: readonly string[], from: number): number | undefined {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "]") return i + 1 - from;
  }
  return undefined;
}

function parseName(text: readonly string[]): readonly (Point | typeof anything)[] | undefined {
  const points: (Point | typeof anything)[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "*") points.push(anything);
    else if (c === "?") points.push(() => true);
    else if (c === "[") {
      const length = classLength(text, i) ?? 0;
      const point = parseClass(text.slice(i + 1, i + length - 1));
      if (!point) return undefined;
      points.push(point);
      i += length - 1;
    } else {
      const literal = c === "\\" ? text[++i] : c;
      if (literal === undefined) return undefined;
      points.push((other) => other === literal);
    }
  }
  return points;
}

/** What stands between brackets. */
function parseClass(text: readonly string[]): Point | undefined {
  const negated = text[0] === "^";
  const ranges: (readonly [number, number])[] = [];
  for (let i = negated ? 1 : 0; i < text.length; i++) {
    const [low, next] = readPoint(text, i);
    if (low === undefined || (low === hyphen && text[next - 2] !== "\\")) return undefined;
    i = next - 1;
    if (text[next] !== "-") {
      ranges.push([low, low]);
      continue;
    }
    const [high, behind] = readPoint(text, next + 1);
    if (high === undefined) return undefined;
    ranges.push([low, high]);
    i = behind - 1;
  }
  if (ranges.length === 0) return undefined;
  return (c) => {
    const code = c.codePointAt(0) ?? 0;
    return negated !== ranges.some(([low, high]) => low <= code && code <= high);
  };
}

const hyphen = "-".charCodeAt(0);

/** The character at an index, perhaps behind a backslash, and the index behind it. */
function readPoint(text: readonly string[], at: number): readonly [number | undefined, number] {
  const escaped = text[at] === "\\";
  const c = text[escaped ? at + 1 : at];
  return [c?.codePointAt(0), at + (escaped ? 2 : 1)];
}
