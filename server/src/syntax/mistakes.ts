import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, type DiagnosticDetail, diagnostic, type Fix } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { T, type Token } from "./tokens.ts";

/** The search for a chunk's mistakes: its tokens without comments and meaningless newlines, and how far it has come. */
export interface Mistakes {
  readonly origin: Origin;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly diagnostics: Diagnostic[];
  /** Blocks that were closed, with both their braces. */
  readonly closed: { readonly open: Token; readonly close: Token }[];
  at: number;
  /** How many expressions are open around the present one. */
  depth: number;
}

const nothing: Token = { kind: T.end, start: 0, end: 0, depth: 0, free: false };

export function peek(m: Mistakes, ahead = 0): Token {
  return m.tokens[Math.min(m.at + ahead, m.tokens.length - 1)] ?? nothing;
}

export function next(m: Mistakes): Token {
  const token = peek(m);
  if (m.at < m.tokens.length - 1) m.at++;
  return token;
}

/** Takes the next token if it is of a kind. */
export function take(m: Mistakes, kind: string): boolean {
  if (peek(m).kind !== kind) return false;
  next(m);
  return true;
}

/** Where the token before the present one ends. */
export function previousEnd(m: Mistakes): number {
  return m.tokens[m.at - 1]?.end ?? 0;
}

export function skipNewlines(m: Mistakes): void {
  while (peek(m).kind === T.newline) next(m);
}

/** Skips to the end of the item whose first token had this depth: its newline, or the brace that ends what is around it. */
export function recover(m: Mistakes, depth: number): void {
  for (;;) {
    const token = peek(m);
    if (token.kind === T.end) return;
    if (token.kind === T.newline && token.depth <= depth) return;
    if (token.kind === "}" && token.depth < depth) return;
    next(m);
  }
}

export function at(m: Mistakes, token: Token): string {
  return m.text.slice(token.start, token.end);
}

export function spanAt(m: Mistakes, start: number, end: number): Span {
  return { origin: m.origin, start, end };
}

/** Notes a mistake; the answer is always false, so that it can be returned where reading has failed. */
export function complain(
  m: Mistakes,
  code: Code,
  message: string,
  start: number,
  end: number,
  detail: { [K in keyof DiagnosticDetail]?: DiagnosticDetail[K] | undefined } = {},
): false {
  m.diagnostics.push(diagnostic(code, message, { ...detail, span: spanAt(m, start, end) }));
  return false;
}

export function insertion(m: Mistakes, title: string, offset: number, text: string): Fix {
  return { title, edits: [{ span: spanAt(m, offset, offset), text }] };
}

export function replacement(m: Mistakes, title: string, token: Token, text: string): Fix {
  return { title, edits: [{ span: spanAt(m, token.start, token.end), text }] };
}

/** How a message names a token. */
export function describe(m: Mistakes, token: Token): string {
  switch (token.kind) {
    case T.newline:
      return "the end of the line";
    case T.end:
      return "the end of the file";
    case T.quote:
      return "a string";
    case T.heredoc:
      return "a heredoc";
    case T.unclosed:
      return "the end of the string";
    default:
      return `"${at(m, token)}"`;
  }
}
