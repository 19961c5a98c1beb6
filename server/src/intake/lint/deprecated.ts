import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/span.ts";
import type { Expression, Index, Splat, Template } from "../../syntax/ast.ts";

/**
 * Forms that Terraform still takes without a word, and that have a plainer one: hints, each with its repair. `text` is the
 * chunk's.
 */
export function deprecated(
  e: Expression,
  plain: boolean,
  origin: Origin,
  text: string,
): Diagnostic | undefined {
  switch (e.type) {
    case "template":
      return wrapped(e, plain, origin, text);
    case "index":
      return legacyIndex(e, origin, text);
    case "splat":
      return legacySplat(e, origin, text);
    default:
      return undefined;
  }
}

function hint(message: string, origin: Origin, at: { start: number; end: number }, text: string): Diagnostic {
  const span = { origin, start: at.start, end: at.end };
  const fix = { title: `Write ${shown(text)}`, edits: [{ span, text }] };
  return { ...diagnostic("deprecated-form", message, { span, fix }), severity: "hint" };
}

const shown = (text: string): string => (/^[^\n]{1,40}$/.test(text) ? text : "it so");

/** `"${x}"` is `x`: the value keeps its type either way. */
function wrapped(e: Template, plain: boolean, origin: Origin, text: string): Diagnostic | undefined {
  const [part] = e.parts;
  if (e.heredoc || e.parts.length !== 1 || part?.type !== "interpolation") return undefined;
  const { expression } = part;
  if (expression.type === "missing") return undefined;
  const inner = text.slice(expression.start, expression.end);
  const isPlain = plain ? !inner.includes("\n") : selfContained.has(expression.type) && !inner.includes("\n");
  return hint(
    "A string that is nothing but one interpolation needs no quotes",
    origin,
    e,
    isPlain ? inner : `(${inner})`,
  );
}

/** What needs no parentheses wherever it is put. */
const selfContained: ReadonlySet<Expression["type"]> = new Set([
  "number",
  "bool",
  "null",
  "template",
  "tuple",
  "object",
  "variable",
  "get-attribute",
  "index",
  "call",
  "for-tuple",
  "for-object",
  "parentheses",
]);

/** `list.0` */
function legacyIndex(e: Index, origin: Origin, text: string): Diagnostic | undefined {
  const { start, end } = e.key;
  if (e.key.type !== "number" || text[start - 1] !== ".") return undefined;
  return hint("An index stands in brackets", origin, { start: start - 1, end }, `[${e.key.text}]`);
}

/** `list.*.name`; an index behind it would mean something else after `[*]`. */
function legacySplat(e: Splat, origin: Origin, text: string): Diagnostic | undefined {
  if (e.full || hasIndex(e.each)) return undefined;
  const behind = text.slice(e.source.end, e.end);
  const star = /^\s*\.\s*\*/.exec(behind)?.[0];
  if (star === undefined) return undefined;
  const at = { start: e.source.end, end: e.source.end + star.length };
  return hint("A splat is written [*]", origin, at, "[*]");
}

function hasIndex(e: Expression): boolean {
  if (e.type === "index") return true;
  return e.type === "get-attribute" && hasIndex(e.object);
}
