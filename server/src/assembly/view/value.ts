import { printable, printableLine } from "../../diagnostics/printable.ts";
import type { Json } from "../../intake/value.ts";
import { isSealed } from "../sealed.ts";

/*
 * Values as people would write them in `.cw`. Besides plain JSON these are the forms in which plan and state record what
 * only a run or nobody knows: `{"$sensitive": …}`, `{"$ref": "repository.app.workdir"}`, `{"$template": ["v", {"$ref": …}]}`, `{"$computed": value}`; a
 * user's own key that begins with `$` has one more.
 */
export const masked = "(sensitive value)";
export const pending = "(known when its step runs)";

/** On one line. Control characters are escaped. */
export function inlineValue(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(inlineValue).join(", ")}]`;
  return (
    special(value) ??
    braces(Object.entries(value).map(([key, item]) => `${objectKey(key)} = ${inlineValue(item)}`))
  );
}

/** Over as many lines as it takes; the first line has no indent, the others start with `indent`. */
export function blockValue(value: Json, indent: string): string {
  const deeper = `${indent}  `;
  if (typeof value === "string" && isText(value)) {
    const mark = heredocMark(value);
    const lines = printable(value).replace(/\n$/, "").split("\n");
    return [
      `<<-${mark}`,
      ...lines.map((l) => `${deeper}${escapeTemplate(l)}`.trimEnd()),
      `${indent}${mark}`,
    ].join("\n");
  }
  if (value === null || typeof value !== "object") return inlineValue(value);
  if (fits(value)) return inlineValue(value);
  if (isList(value)) {
    return ["[", ...value.map((item) => `${deeper}${blockValue(item, deeper)},`), `${indent}]`].join("\n");
  }
  const known = special(value);
  const entries = Object.entries(value);
  if (known !== undefined) return known;
  const keys = entries.map(([key]) => objectKey(key));
  const widest = Math.max(...keys.map((key) => key.length));
  const lines = entries.map(
    ([, item], i) => `${deeper}${(keys[i] ?? "").padEnd(widest)} = ${blockValue(item, deeper)}`,
  );
  return ["{", ...lines, `${indent}}`].join("\n");
}

/** Whole lines of text, which a heredoc shows exactly. */
export function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value.endsWith("\n") && value.length > 1;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** What is short stays on one line. */
function fits(value: Json): boolean {
  return !hasText(value) && inlineValue(value).length <= 64;
}

function hasText(value: Json): boolean {
  if (value === null || typeof value !== "object") return isText(value);
  return Object.values(value).some(hasText);
}

function special(value: { readonly [key: string]: Json }): string | undefined {
  const { $ref: ref, $template: template, $computed: computed, $pending: unknown } = value;
  if (isSealed(value)) return sealedValue(value);
  if (typeof ref === "string") return printableLine(ref);
  if (template !== undefined && isList(template)) return `"${template.map(templatePart).join("")}"`;
  if (computed === undefined) return undefined;
  return unknown === true ? pending : inlineValue(computed);
}

/** What stands in place of a sensitive value, and where a secret comes from. */
function sealedValue({ $from: from }: { readonly [key: string]: Json }): string {
  if (from === undefined || !isList(from)) return masked;
  return `(sensitive value from ${printableLine(from.join(", "))})`;
}

function templatePart(part: Json): string {
  return typeof part === "string" ? quoted(part).slice(1, -1) : `\${${inlineValue(part)}}`;
}

function objectKey(key: string): string {
  const name = key.replace(/^\$\$/, "$");
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escapeTemplate(printableLine(escaped))}"`;
}

/** A literal `${` or `%{` is written with its first character doubled. */
function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, (first) => first + first);
}

function heredocMark(text: string): string {
  let mark = "EOT";
  while (text.split("\n").some((line) => line.trim() === mark)) mark += "_";
  return mark;
}

const braces = (parts: readonly string[]) => (parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`);
