/** Values as JavaScript expressions, laid out as a person would write them. */
import type { JsonValue } from "../../assembly/actions.ts";
import { isHidden, type Piece, pieces } from "./pieces.ts";

/** Longest line before a list or object is broken up. */
const width = 100;

/** A JSON value whose strings may hold run-time values; those become calls of `env`. `indent` is that of the line it stands on. */
export function nodeValue(value: JsonValue, indent = ""): string {
  const flat = oneLine(value);
  if (flat.length + indent.length <= width && !flat.includes("\n")) return flat;
  const inner = `${indent}  `;
  if (typeof value === "string") return nodeString(pieces(value), indent);
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${nodeValue(item, inner)},\n`).join("")}${indent}]`;
  }
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, item]) => `${inner}${propertyName(name)}: ${nodeValue(item, inner)},\n`,
    );
    return `{\n${fields.join("")}${indent}}`;
  }
  return flat;
}

function oneLine(value: JsonValue): string {
  if (typeof value === "string") return nodeString(pieces(value), "");
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value).map(([name, item]) => `${propertyName(name)}: ${oneLine(item)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return String(value);
}

/** A string; texts of several lines are a list of lines, so that a review shows them as lines. */
export function nodeString(parts: readonly Piece[], indent = ""): string {
  const lines = splitLines(parts);
  if (lines.length < 3) return nodeLine(parts);
  return `[\n${lines.map((line) => `${indent}  ${nodeLine(line)},\n`).join("")}${indent}].join("\\n")`;
}

function nodeLine(parts: readonly Piece[]): string {
  const only = parts[0];
  if (only === undefined) return '""';
  if (parts.length === 1) return typeof only === "string" ? quoted(only) : `env("${only.env}")`;
  const text = parts.map((p) => (typeof p === "string" ? escaped(p, "`") : `\${env("${p.env}")}`)).join("");
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

export function quoted(text: string): string {
  return `"${escaped(text, '"')}"`;
}

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
