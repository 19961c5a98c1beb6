/**
 * The words of a text and what they are, in strings and templates too. The classes are those of grammar/queries/highlights.scm and
 * of the TextMate grammar, so that a file looks the same before and after the server has read it; `parameter` and `declaration`
 * are what only the syntax tree knows.
 */
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { T, type Token } from "../syntax/tokens.ts";
import { childrenOf, type Syntax } from "./at.ts";
import { chunkTokens } from "./chunk-tokens.ts";
import type { Range } from "./snapshot.ts";

/** The order is the legend's. */
export const tokenTypes = [
  "keyword",
  "type",
  "property",
  "variable",
  "parameter",
  "function",
  "constant",
  "number",
  "string",
  "comment",
  "operator",
] as const;
export type TokenType = (typeof tokenTypes)[number];

export const tokenModifiers = ["declaration"] as const;

export interface SemanticToken extends Range {
  readonly type: TokenType;
  readonly isDeclaration: boolean;
}

/** None is longer than its line; in the order of the text. Of a range, the tokens of all items that it touches. */
export function semanticTokens(source: SourceFile, range?: Range): readonly SemanticToken[] {
  const { start, end } = range ?? { start: 0, end: source.text.length };
  return source.chunks
    .filter(({ origin, length }) => origin.start <= end && origin.start + length >= start)
    .flatMap((chunk) => tokensOf(source, chunk));
}

function tokensOf(source: SourceFile, chunk: Chunk): readonly SemanticToken[] {
  const { text } = source;
  const known = new Known(chunk);
  const found: SemanticToken[] = [];
  const add = ({ start, end }: Range, type: TokenType, isDeclaration = false): void => {
    for (const line of linesOf(text, start, end)) found.push({ ...line, type, isDeclaration });
  };
  const tokens = chunkTokens(source, chunk);
  for (const [i, token] of tokens.entries()) {
    const word = known.words.get(token.start);
    if (token.kind === T.name) {
      const isCall = word?.type === "variable" && tokens[i + 1]?.kind === "(";
      const type = isCall ? "function" : (word?.type ?? guess(text, tokens, i));
      if (!isInLabel(known, token)) add(token, type, word?.isDeclaration);
    } else if (token.kind === T.text || token.kind === T.quote || token.kind === T.quoteEnd) {
      const label = known.labelAt(token);
      if (label) add(token, "type", label.isDeclaration);
      else for (const part of withoutEscapes(text, token)) add(part, "string");
    } else {
      const type = plain.get(token.kind) ?? (operators.has(token.kind) ? "operator" : undefined);
      if (type) add(token, type);
    }
  }
  return found;
}

const plain: ReadonlyMap<string, TokenType> = new Map([
  [T.number, "number"],
  [T.comment, "comment"],
  [T.heredoc, "string"],
  [T.heredocEnd, "string"],
  [T.singleQuoted, "string"],
]);

const operators: ReadonlySet<string> = new Set([
  ..."= => ? : ... == != < <= > >= && || ! + - * / %".split(" "),
]);

const keywords: ReadonlySet<string> = new Set(["for", "in", "if", "else", "endif", "endfor"]);
const constants: ReadonlySet<string> = new Set(["true", "false", "null"]);

/** What a word is by its neighbours, where the tree does not hold it. */
function guess(text: string, tokens: readonly Token[], i: number): TokenType {
  const token = tokens[i];
  const before = tokens[i - 1]?.kind;
  const next = tokens[i + 1]?.kind;
  const word = token ? text.slice(token.start, token.end) : "";
  if (before === ".") return "property";
  if (keywords.has(word)) return "keyword";
  if (constants.has(word)) return "constant";
  if (next === "(" || next === "::" || before === "::") return "function";
  const isFirst = before === undefined || before === T.newline || before === "{" || before === T.comment;
  if (isFirst && (next === "=" || next === ":")) return "property";
  if (isFirst && (next === "{" || next === T.quote || next === T.name)) return "keyword";
  return "variable";
}

interface Word {
  readonly type: TokenType;
  readonly isDeclaration: boolean;
}

interface LabelPlace extends Range {
  readonly isDeclaration: boolean;
}

/** What the tree of a chunk says of its words, by their places in the file. */
class Known {
  readonly words = new Map<number, Word>();
  readonly #labels: LabelPlace[] = [];
  readonly #base: number;

  constructor({ origin, items }: Chunk) {
    this.#base = origin.start;
    for (const item of items) {
      const syntax: Syntax =
        item.type === "block" ? { kind: "block", node: item } : { kind: "attribute", node: item };
      this.#visit(syntax, new Set());
    }
  }

  labelAt({ start, end }: Range): LabelPlace | undefined {
    return this.#labels.find((label) => label.start <= start && end <= label.end);
  }

  #visit(syntax: Syntax, bound: ReadonlySet<string>): void {
    const { kind, node } = syntax;
    if (kind === "block") {
      this.#word(node.keyword.start, "keyword");
      for (const [i, label] of node.labels.entries()) this.#label(label, i === node.labels.length - 1);
      if (node.keyword.name === "variable" || node.keyword.name === "attribute")
        for (const item of node.body.items)
          if (item.type === "attribute" && item.name.name === "type")
            this.#types({ kind: "expression", node: item.value });
    } else if (kind === "attribute") this.#word(node.name.start, "property");
    else if (kind === "object-item" && node.key.type === "variable") this.#word(node.key.start, "property");
    else if (kind === "expression" && node.type === "variable")
      this.#word(node.start, bound.has(node.name) ? "parameter" : "variable");
    else if (kind === "expression" && node.type === "get-attribute") this.#word(node.name.start, "property");
    else if (kind === "expression" && node.type === "call") this.#word(node.name.start, "function");
    this.#inside(syntax, bound);
  }

  #inside(syntax: Syntax, bound: ReadonlySet<string>): void {
    const names = loopNames(syntax);
    for (const { start } of names) this.#word(start, "parameter", true);
    const inner = names.length === 0 ? bound : new Set([...bound, ...names.map(({ name }) => name)]);
    for (const child of childrenOf(syntax)) if (child.kind !== "name") this.#visit(child, inner);
  }

  /** `list(string)`: words of the language of types. */
  #types(syntax: Syntax): void {
    const { kind, node } = syntax;
    if (kind === "expression" && node.type === "variable") this.#word(node.start, "type");
    if (kind === "expression" && node.type === "call") this.#word(node.name.start, "type");
    if (kind === "object-item") this.#types({ kind: "expression", node: node.value });
    else for (const child of childrenOf(syntax)) if (child.kind !== "name") this.#types(child);
  }

  /** The first that says something knows best. */
  #word(at: number, type: TokenType, isDeclaration = false): void {
    const start = this.#base + at;
    if (!this.words.has(start)) this.words.set(start, { type, isDeclaration });
  }

  #label({ start, end, quoted }: Range & { readonly quoted: boolean }, isDeclaration: boolean): void {
    if (quoted) this.#labels.push({ start: this.#base + start, end: this.#base + end, isDeclaration });
    else this.#word(start, "type", isDeclaration);
  }
}

function loopNames({ kind, node }: Syntax): readonly { readonly name: string; readonly start: number }[] {
  const isLoop =
    (kind === "expression" && (node.type === "for-tuple" || node.type === "for-object")) ||
    (kind === "part" && node.type === "for");
  if (!isLoop || !("value" in node) || typeof node.value !== "object") return [];
  const names = "key" in node && node.key ? [node.key, node.value] : [node.value];
  return names.filter((name) => "name" in name);
}

const isInLabel = (known: Known, token: Token): boolean => known.labelAt(token) !== undefined;

/** A token of several lines is one for each. */
function linesOf(text: string, start: number, end: number): readonly Range[] {
  const lines: Range[] = [];
  for (let from = start; from < end; ) {
    const feed = text.indexOf("\n", from);
    const next = feed < 0 || feed >= end ? end : feed + 1;
    const to = feed < 0 || feed >= end ? end : text[feed - 1] === "\r" ? feed - 1 : feed;
    if (to > from) lines.push({ start: from, end: to });
    from = next;
  }
  return lines;
}

/** Escapes keep the colour that the first paint gave them. */
function withoutEscapes(text: string, { start, end, kind }: Token): readonly Range[] {
  if (kind !== T.text) return [{ start, end }];
  const parts: Range[] = [];
  let from = start;
  for (const { 0: written, index } of text
    .slice(start, end)
    .matchAll(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{/g)) {
    if (start + index > from) parts.push({ start: from, end: start + index });
    from = start + index + written.length;
  }
  if (from < end) parts.push({ start: from, end });
  return parts;
}
