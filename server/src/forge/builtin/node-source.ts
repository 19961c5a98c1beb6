/** Values as JavaScript expressions, laid out as a person would write them. */
import type { JsonValue } from "../../assembly/actions.ts";
import { type Piece, pieces } from "../../intake/runtime-text.ts";
import { isHidden } from "./hidden.ts";

/** Longest line before a list or object is broken up. */
const width = 100;

/** The expression for the run-time value in a variable. */
export type ReadVariable = (name: string) => string;

/** A JSON value whose strings may hold run-time values. `indent` is that of the line it stands on. */
export function nodeValue(value: JsonValue, read: ReadVariable, indent = ""): string {
  const flat = oneLine(value, read);
  if (flat.length + indent.length <= width && !flat.includes("\n")) return flat;
  const inner = `${indent}  `;
  if (typeof value === "string") return nodeString(pieces(value), read, indent);
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${nodeValue(item, read, inner)},\n`).join("")}${indent}]`;
  }
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, item]) => `${inner}${propertyName(name)}: ${nodeValue(item, read, inner)},\n`,
    );
    return `{\n${fields.join("")}${indent}}`;
  }
  return flat;
}

function oneLine(value: JsonValue, read: ReadVariable): string {
  if (typeof value === "string") return nodeString(pieces(value), read, "");
  if (Array.isArray(value)) return `[${value.map((item) => oneLine(item, read)).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, item]) => `${propertyName(name)}: ${oneLine(item, read)}`,
    );
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return String(value);
}

/** A string; texts of several lines are a list of lines, so that a review shows them as lines. */
export function nodeString(parts: readonly Piece[], read: ReadVariable, indent = ""): string {
  const lines = splitLines(parts);
  if (lines.length < 3) return nodeLine(parts, read);
  return `[\n${lines.map((line) => `${indent}  ${nodeLine(line, read)},\n`).join("")}${indent}].join("\\n")`;
}

function nodeLine(parts: readonly Piece[], read: ReadVariable): string {
  const only = parts[0];
  if (only === undefined) return '""';
  if (parts.length === 1) return typeof only === "string" ? quoted(only) : read(only.env);
  if (parts.some((p) => typeof p === "string" && codeAddress.test(p))) {
    const terms = parts.map((p) => nodeLine([p], read));
    return typeof only === "string" ? terms.join(" + ") : ['""', ...terms].join(" + ");
  }
  const text = parts.map((p) => (typeof p === "string" ? escaped(p, "`") : `\${${read(p.env)}}`)).join("");
  return `\`${text}\``;
}

function splitLines(parts: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const part of parts) {
    if (typeof part !== "string") {
      lines.at(-1)?.push(part);
      continue;
    }
    part.split("\n").forEach((text, i) => {
      if (i > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push(text);
    });
  }
  return lines;
}

/** A text as a literal, or as a sum of literals where a checker could take it for code. */
export function quoted(text: string): string {
  return text
    .split(codeAddress)
    .map((part) => `"${escaped(part, '"')}"`)
    .join(" + ");
}

/**
 * Inside the address of code (`from "https:…"`, `npm:…`): a text that holds such lines is data, and the bundle check, which
 * looks for scripts that import from elsewhere, should not have to guess. The place is within the scheme.
 */
const codeAddress =
  /(?<=\b(?:from|import|require|importScripts|Worker|register|module|URL)\b[^"'`]{0,40}["'`][a-z])(?=(?:ttps?|pm|sr|ata|lob|ile):)|(?<=(?:^|["'`])[nNjJ])(?=(?:pm|sr):)/i;

function escaped(text: string, delimiter: '"' | "`"): string {
  const result = [...text]
    .map((c) => {
      if (c === "\n") return "\\n";
      if (c === "\t") return "\\t";
      if (c === "\r") return "\\r";
      if (c === "\\" || c === delimiter) return `\\${c}`;
      return isHidden(c) ? `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}` : c;
    })
    .join("");
  return delimiter === "`" ? result.replaceAll("${", "\\${") : result;
}

function propertyName(name: string): string {
  // A plain `__proto__` in an object literal would set the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : quoted(name);
}
