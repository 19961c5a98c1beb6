/** What can be folded, and what a growing selection takes in. Told by the tokens, so that broken text folds too. */
import type { SourceFile } from "../syntax/chunk.ts";
import { T, type Token } from "../syntax/tokens.ts";
import { pathAt } from "./at.ts";
import { chunkTokens } from "./chunk-tokens.ts";
import type { Range } from "./snapshot.ts";

export interface Fold extends Range {
  readonly kind: "code" | "comment";
}

/** Ranges of more than one line, from what opens them to what closes them. */
export function foldingRanges(source: SourceFile): readonly Fold[] {
  return source.chunks.flatMap((chunk) => {
    const tokens = chunkTokens(source, chunk);
    return [...brackets(tokens), ...comments(source.text, tokens)].filter(({ start, end }) =>
      source.text.slice(start, end).includes("\n"),
    );
  });
}

const closers: Readonly<Record<string, string>> = {
  "{": "}",
  "[": "]",
  "(": ")",
  [T.heredoc]: T.heredocEnd,
};

function brackets(tokens: readonly Token[]): readonly Fold[] {
  const folds: Fold[] = [];
  const open: Token[] = [];
  for (const token of tokens) {
    while ((open.at(-1)?.depth ?? -1) >= token.depth && !closes(token, open.at(-1))) open.pop();
    if (token.kind in closers) open.push(token);
    else if (closes(token, open.at(-1))) {
      const opener = open.pop();
      if (opener) folds.push({ start: opener.start, end: token.end, kind: "code" });
    }
  }
  return folds;
}

function closes(token: Token, opener: Token | undefined): boolean {
  return opener !== undefined && opener.depth === token.depth && closers[opener.kind] === token.kind;
}

/** Comments on lines that follow one another are one. */
function comments(text: string, tokens: readonly Token[]): readonly Fold[] {
  const folds: Fold[] = [];
  let last: Fold | undefined;
  for (const token of tokens) {
    if (token.kind === T.newline) continue;
    const isAlone =
      token.kind === T.comment &&
      /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, token.start - 256), token.start));
    if (!isAlone) last = undefined;
    else if (last && /^[ \t]*\r?\n[ \t]*$/.test(text.slice(last.end, token.start))) {
      folds.pop();
      last = { ...last, end: token.end };
      folds.push(last);
    } else {
      last = { start: token.start, end: token.end, kind: "comment" };
      folds.push(last);
    }
  }
  return folds;
}

/** The ranges around a place, the smallest first, each one larger than the one before. */
export function selectionRanges(source: SourceFile, offset: number): readonly Range[] {
  const path = pathAt(source, offset);
  const found: Range[] = [{ start: 0, end: source.text.length }];
  const take = (range: Range): void => {
    const last = found.at(-1);
    const fits = last && range.start >= last.start && range.end <= last.end;
    if (
      fits &&
      (range.start > last.start || range.end < last.end) &&
      range.start <= offset &&
      offset <= range.end
    )
      found.push(range);
  };
  for (const { kind, node } of path?.nodes ?? []) {
    const start = (path?.origin.start ?? 0) + node.start;
    const end = (path?.origin.start ?? 0) + node.end;
    take({ start, end });
    const isQuoted = source.text[start] === '"' && source.text[end - 1] === '"' && end - start > 1;
    if (isQuoted && (kind === "label" || kind === "expression")) take({ start: start + 1, end: end - 1 });
  }
  return found.reverse();
}

/** The two markers of the heredoc whose marker a place is in: they are edited together. */
export function linkedRanges(source: SourceFile, offset: number): readonly Range[] {
  for (const chunk of source.chunks) {
    if (offset < chunk.origin.start || offset > chunk.origin.start + chunk.length) continue;
    const open: Range[] = [];
    for (const token of chunkTokens(source, chunk)) {
      if (token.kind === T.heredoc) open.push(wordIn(source.text, token));
      if (token.kind !== T.heredocEnd) continue;
      const pair = [open.pop(), wordIn(source.text, token)].filter((r) => r !== undefined);
      if (pair.some(({ start, end }) => start <= offset && offset <= end)) return pair;
    }
  }
  return [];
}

/** The marker without `<<-` and white space. */
function wordIn(text: string, { start, end }: Token): Range {
  const written = text.slice(start, end);
  const before = /^[<\-\s]*/.exec(written)?.[0].length ?? 0;
  return { start: start + before, end: start + written.trimEnd().length };
}
