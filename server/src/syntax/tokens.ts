/**
 * A hand-written lexer over a text that the grammar refused, or that is to be formatted: it keeps every token, newlines
 * and comments too, and knows what surrounds each. It follows the same rules as the grammar's scanner
 * (grammar/src/scanner.c), which says why they are what they are.
 */
export interface Token {
  /** What the token is; for punctuation and operators the text itself. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets, strings and sequences are open around it. A closing one is counted outside what it closes. */
  readonly depth: number;
  /** For newlines: it stands where newlines mean nothing. */
  readonly free: boolean;
}

/** Kinds of tokens that are not punctuation. */
export const T = {
  newline: "newline",
  comment: "comment",
  name: "name",
  number: "number",
  quote: "quote",
  quoteEnd: "quote-end",
  text: "text",
  /** A string or heredoc ends here without its closing mark; empty. */
  unclosed: "unclosed",
  interpolation: "interpolation",
  directive: "directive",
  sequenceEnd: "sequence-end",
  heredoc: "heredoc",
  heredocEnd: "heredoc-end",
  /** `'…'`, which is no string. */
  singleQuoted: "single-quoted",
  unknown: "unknown",
  end: "end",
} as const;

type Context = "{" | "{for" | "(" | "[" | "sequence" | "quoted" | "heredoc";

interface Lexer {
  readonly text: string;
  readonly tokens: Token[];
  readonly open: Context[];
  readonly markers: string[];
  at: number;
}

const blanks = /[ \t\uFEFF]+/y;
const name = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const number = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const heredoc = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
/** Spaces behind a marker are part of the token, as in HashiCorp's lexer. */
const restOfMarkerLine = /[ \t\r]*\n/y;
const singleQuoted = /'(?:[^'\\\n]|\\.)*'/y;
const operator = /=>|==|!=|<=|>=|&&|\|\||\.\.\.|::|[=!<>+\-*/%?:.,]/y;
/** White space and comments where newlines mean nothing. No text can be read as it in two ways, or this takes for ever. */
const free = String.raw`(?:[ \t\r\n]|#[^\n]*\n|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*`;
const word = String.raw`[\p{ID_Start}_][\p{ID_Continue}-]*`;
const forIntro = new RegExp(
  String.raw`${free}for(?![\p{ID_Continue}-])${free}${word}${free}(?:,|in(?![\p{ID_Continue}-]))`,
  "uy",
);
const item = /[\p{ID_Start}_][\p{ID_Continue}-]*[ \t]*(?:=(?![=>])|\{|")/uy;
const joiningWord = /(?:in|if)(?![\p{ID_Continue}-])/uy;

/** All tokens of a text; the last one is `end`. */
export function tokenize(text: string): Token[] {
  const l: Lexer = { text, tokens: [], open: [], markers: [], at: 0 };
  while (l.at < text.length) {
    const context = l.open[l.open.length - 1];
    if (context === "quoted") readQuoted(l);
    else if (context === "heredoc") readHeredoc(l);
    else readPlain(l, context);
  }
  if (l.open[l.open.length - 1] === "quoted" || l.open[l.open.length - 1] === "heredoc") endUnclosed(l);
  push(l, T.end, l.at);
  return l.tokens;
}

function push(l: Lexer, kind: string, end: number, free = false): void {
  l.tokens.push({ kind, start: l.at, end, depth: l.open.length, free });
  l.at = end;
}

/** The end of a sticky pattern's match at the present place, or -1. */
function match(l: Lexer, pattern: RegExp, at = l.at): number {
  pattern.lastIndex = at;
  return pattern.test(l.text) ? pattern.lastIndex : -1;
}

function readPlain(l: Lexer, context: Context | undefined): void {
  const skipped = match(l, blanks);
  if (skipped >= 0) {
    l.at = skipped;
    return;
  }
  const c = l.text.charAt(l.at);
  const two = l.text.slice(l.at, l.at + 2);
  if (c === "\n" || two === "\r\n") readNewline(l, context, l.at + (c === "\n" ? 1 : 2));
  else if (c === "#" || two === "//") push(l, T.comment, commentEnd(l));
  else if (two === "/*" && l.text.indexOf("*/", l.at + 2) >= 0) {
    push(l, T.comment, l.text.indexOf("*/", l.at + 2) + 2);
  } else if (c === '"') {
    push(l, T.quote, l.at + 1);
    l.open.push("quoted");
  } else if (c === "~" && context === "sequence" && two === "~}") close(l, "}", l.at + 2);
  else if (c === "{") {
    const inFor = match(l, forIntro, l.at + 1) >= 0;
    push(l, c, l.at + 1);
    l.open.push(inFor ? "{for" : "{");
  } else if (c === "(" || c === "[") {
    push(l, c, l.at + 1);
    l.open.push(c);
  } else if (c === "}" || c === ")" || c === "]") close(l, c, l.at + 1);
  else readOther(l);
}

function readOther(l: Lexer): void {
  heredoc.lastIndex = l.at;
  const start = heredoc.exec(l.text);
  if (start?.[1] !== undefined) {
    push(l, T.heredoc, l.at + start[0].length);
    l.open.push("heredoc");
    l.markers.push(start[1]);
    endHeredocAt(l, l.at);
    return;
  }
  for (const [pattern, kind] of plain) {
    const end = match(l, pattern);
    if (end >= 0) {
      push(l, kind === "" ? l.text.slice(l.at, end) : kind, end);
      return;
    }
  }
  push(l, T.unknown, l.at + ((l.text.codePointAt(l.at) ?? 0) > 0xffff ? 2 : 1));
}

const plain: readonly (readonly [RegExp, string])[] = [
  [name, T.name],
  [number, T.number],
  [operator, ""],
  [singleQuoted, T.singleQuoted],
];

function commentEnd(l: Lexer): number {
  const newline = l.text.indexOf("\n", l.at);
  const end = newline < 0 ? l.text.length : newline;
  return l.text.charAt(end - 1) === "\r" && newline >= 0 ? end - 1 : end;
}

/** A line inside brackets that can only be an item ends the brackets. */
function readNewline(l: Lexer, context: Context | undefined, end: number): void {
  const free = context !== undefined && context !== "{";
  if (!free) {
    push(l, T.newline, end);
    return;
  }
  const next = match(l, blanks, end);
  const word = next < 0 ? end : next;
  if (match(l, item, word) < 0 || match(l, joiningWord, word) >= 0) {
    push(l, T.newline, end, true);
    return;
  }
  while (l.open.length > 0 && l.open[l.open.length - 1] !== "{") pop(l);
  push(l, T.newline, end);
}

function pop(l: Lexer): void {
  if (l.open.pop() === "heredoc") l.markers.pop();
}

function close(l: Lexer, bracket: "}" | ")" | "]", end: number): void {
  const opener = bracket === ")" ? "(" : "[";
  let size = l.open.length;
  const above = (): Context | undefined => l.open[size - 1];
  if (bracket === "}") {
    while (above() === "(" || above() === "[") size--;
    const context = above();
    if (context === "sequence" || context === "{" || context === "{for") l.open.length = size - 1;
    push(l, context === "sequence" ? T.sequenceEnd : bracket, end);
    return;
  }
  while ((above() === "(" || above() === "[") && above() !== opener) size--;
  if (above() === opener) l.open.length = size - 1;
  push(l, bracket, end);
}

function readQuoted(l: Lexer): void {
  const c = l.text.charAt(l.at);
  if (c === '"') {
    l.open.pop();
    push(l, T.quoteEnd, l.at + 1);
    return;
  }
  if (c === "\n") {
    endUnclosed(l);
    return;
  }
  if (readSequence(l)) return;
  let i = l.at;
  for (; i < l.text.length; ) {
    const d = l.text.charAt(i);
    if (d === '"' || d === "\n") break;
    if (d === "\\") i += l.text.charAt(i + 1) === "\n" ? 1 : 2;
    else if (d !== "$" && d !== "%") i++;
    else if (opensSequence(l.text, i)) break;
    else i = marksEnd(l.text, i);
  }
  push(l, T.text, Math.min(i, l.text.length));
}

function readHeredoc(l: Lexer): void {
  if (readSequence(l)) return;
  for (let i = l.at; i < l.text.length; ) {
    const c = l.text.charAt(i);
    if (c === "$" || c === "%") {
      if (opensSequence(l.text, i)) {
        push(l, T.text, i);
        return;
      }
      i = marksEnd(l.text, i);
      continue;
    }
    i++;
    if (c === "\n" && markerEnd(l, i) >= 0) {
      push(l, T.text, i);
      endHeredocAt(l, i);
      return;
    }
  }
  push(l, T.text, l.text.length);
}

/** Ends the heredoc if the line at `at` is its marker's. */
function endHeredocAt(l: Lexer, at: number): void {
  const end = markerEnd(l, at);
  if (end < 0) return;
  pop(l);
  push(l, T.heredocEnd, end);
}

function markerEnd(l: Lexer, at: number): number {
  const marker = l.markers[l.markers.length - 1] ?? "";
  const skipped = match(l, blanks, at);
  const start = skipped < 0 ? at : skipped;
  if (!l.text.startsWith(marker, start)) return -1;
  const end = start + marker.length;
  const rest = match(l, restOfMarkerLine, end);
  if (rest < 0) return -1;
  return rest - (l.text.endsWith("\r", rest - 1) && rest - 1 > end ? 2 : 1);
}

function endUnclosed(l: Lexer): void {
  pop(l);
  push(l, T.unclosed, l.at);
}

function readSequence(l: Lexer): boolean {
  const c = l.text.charAt(l.at);
  if ((c !== "$" && c !== "%") || !opensSequence(l.text, l.at)) return false;
  push(l, c === "$" ? T.interpolation : T.directive, l.at + (l.text.charAt(l.at + 2) === "~" ? 3 : 2));
  l.open.push("sequence");
  return true;
}

/** A single `$` or `%` before a brace; doubled it is an escape. */
function opensSequence(text: string, at: number): boolean {
  return text.charAt(at + 1) === "{";
}

/** Behind a run of `$` or `%` that opens nothing, and behind the brace it escapes. */
function marksEnd(text: string, at: number): number {
  let i = at;
  while (text.charAt(i) === text.charAt(at)) i++;
  return i - at > 1 && text.charAt(i) === "{" ? i + 1 : i;
}
