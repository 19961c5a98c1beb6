import type { LayoutToken } from "./spacing.ts";
import { T } from "./tokens.ts";

/**
 * Rewrites what `terraform fmt` rewrites besides the layout: bare labels become quoted, a string that is nothing but one
 * interpolation becomes its expression, and old type names of variables become type expressions. None changes a value.
 */
export function modernize(tokens: readonly LayoutToken[]): LayoutToken[] {
  const result: LayoutToken[] = [];
  body({ tokens, at: 0 }, result, []);
  return result;
}

interface Walk {
  readonly tokens: readonly LayoutToken[];
  at: number;
}

/** Copies the items of a body, up to the end or the brace that closes it. */
function body(w: Walk, result: LayoutToken[], inside: readonly string[]): void {
  for (let token = w.tokens[w.at]; token && token.kind !== "}"; token = w.tokens[w.at]) {
    w.at++;
    result.push(token);
    if (token.kind !== T.name) continue;
    let next = w.at;
    while (w.tokens[next]?.kind === T.comment) next++;
    if (w.tokens[next]?.kind === "=") attribute(w, result, token.text, inside);
    else block(w, result, [...inside, token.text]);
  }
}

/** Of the comments in a header, `terraform fmt` keeps those behind the last label. */
function block(w: Walk, result: LayoutToken[], inside: readonly string[]): void {
  let comments: LayoutToken[] = [];
  for (let token = w.tokens[w.at]; token && token.kind !== "{"; token = w.tokens[w.at]) {
    w.at++;
    if (token.kind === T.comment) {
      comments.push(token);
      continue;
    }
    comments = [];
    if (token.kind === T.name)
      result.push(made(T.quote, '"'), made(T.text, token.text), made(T.quoteEnd, '"'));
    else result.push(token);
  }
  for (const comment of comments) result.push(comment);
  copy(w, result);
  body(w, result, inside);
  copy(w, result);
}

function made(kind: string, text: string): LayoutToken {
  return { kind, text, spaces: 0, endsLine: false };
}

function copy(w: Walk, result: LayoutToken[]): void {
  const token = w.tokens[w.at++];
  if (token) result.push(token);
}

function attribute(w: Walk, result: LayoutToken[], name: string, inside: readonly string[]): void {
  while (w.tokens[w.at]?.kind === T.comment) copy(w, result);
  copy(w, result);
  while (w.tokens[w.at]?.kind === T.comment) copy(w, result);
  const value = takeValue(w);
  let comments = 0;
  while (value[value.length - 1 - comments]?.kind === T.comment) comments++;
  const expression = value.slice(0, value.length - comments);
  const isType = name === "type" && inside.length === 1 && inside[0] === "variable";
  for (const token of isType ? typeExpression(expression) : unwrapped(expression)) result.push(token);
  for (const token of value.slice(value.length - comments)) result.push(token);
}

/** The tokens up to the end of the item: its newline, or the brace behind it. */
function takeValue(w: Walk): LayoutToken[] {
  const value: LayoutToken[] = [];
  let open = 0;
  for (let token = w.tokens[w.at]; token; token = w.tokens[w.at]) {
    if (open === 0 && (token.kind === T.newline || token.kind === "}")) break;
    if ("{[(".includes(token.kind) || token.kind === T.interpolation || token.kind === T.directive) open++;
    if ("}])".includes(token.kind) || token.kind === T.sequenceEnd) open--;
    value.push(token);
    w.at++;
    if (open === 0 && token.kind === T.comment && token.endsLine) break;
  }
  return value;
}

const isBlank = ({ kind }: LayoutToken): boolean => kind === T.newline;

/** `"${x}"` is `x`; over several lines it needs parentheses. */
function unwrapped(tokens: readonly LayoutToken[]): readonly LayoutToken[] {
  const [quote, open] = tokens;
  const [close, end] = tokens.slice(-2);
  if (tokens.length < 5 || quote?.kind !== T.quote || open?.kind !== T.interpolation) return tokens;
  if (close?.kind !== T.sequenceEnd || end?.kind !== T.quoteEnd) return tokens;
  const inner = tokens.slice(2, -2);
  if (!isOneExpression(inner)) return tokens;
  let from = 0;
  let to = inner.length;
  while (from < to && isBlank(inner[from] ?? quote)) from++;
  while (to > from && isBlank(inner[to - 1] ?? quote)) to--;
  const trimmed = inner.slice(from, to);
  const inParentheses = trimmed[0]?.kind === "(" && trimmed[trimmed.length - 1]?.kind === ")";
  if (!trimmed.some((t) => t.kind === T.newline) || inParentheses) return trimmed;
  return [made("(", "("), ...trimmed, made(")", ")")];
}

/** Whether what stands between `"${` and `}"` has no other sequence or text of the same string in it. */
function isOneExpression(inner: readonly LayoutToken[]): boolean {
  let quotes = 0;
  let heredocs = 0;
  for (const { kind } of inner) {
    if (kind === T.quote) quotes++;
    else if (kind === T.quoteEnd) quotes--;
    else if (kind === T.heredoc) heredocs++;
    else if (kind === T.heredocEnd) heredocs--;
    else if (quotes > 0 || (kind === T.text && heredocs > 0)) continue;
    else if (kind === T.interpolation || kind === T.sequenceEnd || kind === T.text) return false;
  }
  return true;
}

/** `"string"`, `"list"`, `"map"` and bare `list`, `set`, `map` as Terraform before 0.12 had them. */
function typeExpression(tokens: readonly LayoutToken[]): readonly LayoutToken[] {
  const of = (name: string, element: string) => [
    made(T.name, name),
    made("(", "("),
    made(T.name, element),
    made(")", ")"),
  ];
  const [first, text] = tokens;
  if (tokens.length === 1 && first?.kind === T.name) {
    return ["list", "set", "map"].includes(first.text) ? of(first.text, "any") : tokens;
  }
  if (tokens.length !== 3 || first?.kind !== T.quote || text?.kind !== T.text) return tokens;
  if (text.text === "string") return [made(T.name, "string")];
  return text.text === "list" || text.text === "map" ? of(text.text, "string") : tokens;
}
