import { T } from "./tokens.ts";

/** A token on its way to a new layout. */
export interface LayoutToken {
  readonly kind: string;
  text: string;
  /** Spaces in front of it. */
  spaces: number;
  endsLine: boolean;
}

const opening = new Set<string>(["{", "[", "(", T.interpolation, T.directive]);
const closing = new Set<string>(["}", "]", ")", T.sequenceEnd]);
const textual = new Set<string>([T.text, T.quote, T.heredoc]);
const textualAfter = new Set<string>([T.text, T.quoteEnd, T.heredocEnd]);

/** Behind these a minus is a sign. */
const beforeSign = new Set<string>([
  "(",
  "{",
  "[",
  "=",
  ":",
  ",",
  "?",
  "+",
  "*",
  "/",
  "%",
  "-",
  "==",
  "!=",
  ">",
  ">=",
  "<",
  "<=",
  "&&",
  "||",
  "!",
]);

export function bracketChange({ kind }: LayoutToken): number {
  return opening.has(kind) ? 1 : closing.has(kind) ? -1 : 0;
}

/**
 * Whether a space stands between a token and the next on the same line; `before` is the one before the token,
 * `behind` the one behind the next. The rules and their order are those of spaceAfterToken in hashicorp/hcl, hclwrite/format.go.
 */
export function spaceBetween(
  token: LayoutToken,
  before: LayoutToken | undefined,
  after: LayoutToken,
  behind: LayoutToken | undefined,
): boolean {
  const kind = token.kind;
  const next = after.kind;
  if (next === T.newline) return false;
  if (kind === T.name && (next === "(" || next === "::")) return false;
  if (kind === "::" && next === T.name) return false;
  // Not theirs, who make one number of `x.0 .5`.
  if (kind === T.number && next === "." && behind?.kind === T.number) return true;
  if (kind === "." || next === ".") return false;
  if (next === "," || next === "...") return false;
  if (kind === ",") return true;
  if (textual.has(kind) || textualAfter.has(next)) return false;
  if (kind === T.name && token.text === "in" && before?.kind === T.name) return true;
  if (next === "[" && (kind === T.name || kind === T.number || bracketChange(token) < 0)) return false;
  if (kind === "!") return false;
  if (kind === "-") return before !== undefined && !beforeSign.has(before.kind);
  if (kind === "{" || next === "}") return !(kind === "{" && next === "}");
  if ((kind === T.interpolation || kind === T.directive) && next === "{") return true;
  if (kind === "}" && next === T.sequenceEnd) return true;
  if (kind === T.sequenceEnd && (next === T.interpolation || next === T.directive)) return false;
  return bracketChange(token) <= 0 && bracketChange(after) >= 0;
}
