/**
 * The one canonical layout, which is `terraform fmt`'s: two spaces of indentation for each line that opens brackets,
 * the `=` and comments of neighbouring lines under each other, fixed spaces between tokens. Only white space changes,
 * but for a few old forms that `terraform fmt` rewrites too (see modernize.ts) and a byte order mark, which goes.
 */
import { modernize } from "./modernize.ts";
import { bracketChange, type LayoutToken, spaceBetween } from "./spacing.ts";
import { T, type Token, tokenize } from "./tokens.ts";

/**
 * Formats a text that has no syntax errors: the caller has seen that `parse` reports none, and leaves other text alone.
 * Formatting what has been formatted changes nothing, but for `"${"${x}"}"`: each time unwraps one of them, as with
 * `terraform fmt`.
 */
export function format(text: string): string {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const tokens = tokenize(source);
  const lines = cutLines(modernize(layoutTokens(source, tokens)));
  indent(lines);
  for (const line of lines) {
    space(line.lead);
    space(line.assign);
  }
  align(lines);
  // `terraform fmt` keeps the blanks behind the last token, as spaces.
  const blanks = source.length - (tokens[tokens.length - 2]?.end ?? 0);
  return lines.map(print).join("") + " ".repeat(blanks);
}

/** A line's tokens: what leads, from the `=` on, and a comment at the end. */
interface Line {
  lead: LayoutToken[];
  assign: LayoutToken[];
  comment: LayoutToken[];
}

/** As HashiCorp's lexer has it, a comment to the end of its line includes the newline. */
function layoutTokens(text: string, tokens: readonly Token[]): LayoutToken[] {
  const result: LayoutToken[] = [];
  for (const token of tokens) {
    if (token.kind === T.end) break;
    const written = text.slice(token.start, token.end);
    const last = result[result.length - 1];
    if (
      token.kind === T.newline &&
      last?.kind === T.comment &&
      !last.text.startsWith("/*") &&
      !last.endsLine
    ) {
      last.text += written;
      last.endsLine = true;
    } else {
      result.push({ kind: token.kind, text: written, spaces: 0, endsLine: token.kind === T.newline });
    }
  }
  return result;
}

function cutLines(tokens: readonly LayoutToken[]): Line[] {
  const lines: Line[] = [];
  let lead: LayoutToken[] = [];
  for (const token of tokens) {
    lead.push(token);
    if (!token.endsLine) continue;
    lines.push(cells(lead));
    lead = [];
  }
  if (lead.length > 0) lines.push(cells(lead));
  return lines;
}

/** The part from the first `=` is a cell of its own unless it opens brackets that the line does not close. */
function cells(tokens: LayoutToken[]): Line {
  const commented = tokens.length > 1 && tokens[tokens.length - 1]?.kind === T.comment;
  const lead = commented ? tokens.slice(0, -1) : tokens;
  const comment = commented ? tokens.slice(-1) : [];
  const equals = lead.findIndex((t, i) => i > 0 && t.kind === "=");
  if (equals < 0 || netBrackets(lead.slice(equals)) !== 0) return { lead, assign: [], comment };
  return { lead: lead.slice(0, equals), assign: lead.slice(equals), comment };
}

function netBrackets(tokens: readonly LayoutToken[]): number {
  return tokens.reduce((sum, token) => sum + bracketChange(token), 0);
}

/**
 * A line that opens any number of brackets indents by one step, until a line closes as many. A heredoc is part of the
 * line it begins in; what it opens counts only in a cell of its own.
 */
function indent(lines: readonly Line[]): void {
  const open: number[] = [];
  for (const { lead, assign } of lines) {
    const first = lead[0];
    if (!first || first.kind === T.newline) continue;
    const heredoc = lead.findIndex((t) => t.kind === T.heredoc);
    const net = netBrackets(heredoc < 0 ? lead : lead.slice(0, heredoc)) + netBrackets(assign);
    if (net < 0) close(open, -net);
    first.spaces = 2 * open.length;
    if (net > 0) open.push(net);
  }
}

function close(open: number[], brackets: number): void {
  let left = brackets;
  while (left > 0) {
    const last = open.pop();
    if (last === undefined) return;
    if (left < last) open.push(last - left);
    left -= last;
  }
}

function space(tokens: readonly LayoutToken[]): void {
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i];
    const previous = tokens[i - 1];
    if (token && previous) token.spaces = spaceBetween(previous, tokens[i - 2], token, tokens[i + 1]) ? 1 : 0;
  }
}

/** Puts the `=` of neighbouring lines under each other, then their comments. */
function align(lines: readonly Line[]): void {
  alignCell(
    lines,
    (line) => line.assign[0],
    (line) => columns(line.lead),
  );
  alignCell(
    lines,
    (line) => line.comment[0],
    (line) => columns(line.lead) + columns(line.assign),
  );
}

function alignCell(
  lines: readonly Line[],
  cell: (line: Line) => LayoutToken | undefined,
  width: (line: Line) => number,
): void {
  for (let from = 0; from < lines.length; from++) {
    const chain: { token: LayoutToken; width: number }[] = [];
    for (let line = lines[from]; line; line = lines[++from]) {
      const token = cell(line);
      if (!token) break;
      chain.push({ token, width: width(line) });
    }
    const widest = chain.reduce((most, c) => Math.max(most, c.width), 0);
    for (const c of chain) c.token.spaces = widest - c.width + 1;
  }
}

const graphemes = new Intl.Segmenter();

function columns(tokens: readonly LayoutToken[]): number {
  let sum = 0;
  for (const { text, spaces } of tokens) {
    sum += spaces + charactersOf(text);
  }
  return sum;
}

/** A letter that another follows is one character; only where others come in, characters have to be made out. */
function charactersOf(text: string): number {
  const others = text.replace(/[\x20-\x7e]+(?=[\x20-\x7e]|$)/g, "");
  return text.length - others.length + (others === "" ? 0 : [...graphemes.segment(others)].length);
}

function print({ lead, assign, comment }: Line): string {
  let text = "";
  for (const cell of [lead, assign, comment]) {
    for (const token of cell) text += " ".repeat(token.spaces) + token.text;
  }
  return text;
}
