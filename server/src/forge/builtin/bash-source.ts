/**
 * Values as bash words. Everything is quoted so that nothing is ever expanded but the run-time values we name; the
 * scripts keep to what bash 3.2 (macOS) knows.
 */
import type { Piece } from "../../intake/runtime-text.ts";
import { hasHidden, isHidden } from "./hidden.ts";

/** One word: known text in single quotes, run-time values as `"${NAME}"`. The text must be free of NUL and lone surrogates. */
export function bashWord(parts: readonly Piece[]): string {
  if (parts.length === 0) return "''";
  return parts.map((part) => (typeof part === "string" ? quote(part) : `"\${${part.env}}"`)).join("");
}

export function bashText(text: string): string {
  return text === "" ? "''" : quote(text);
}

function quote(text: string): string {
  // A quote inside single quotes is written '\''; text with hidden characters needs $'…', whose escapes are bytes.
  if (!hasHidden(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${[...text].map(ansi).join("")}'`;
}

function ansi(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (character === "'" || character === "\\") return `\\${character}`;
  if (!isHidden(character)) return character;
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

/** `NAME=(…)`, one word a line where there are several. */
export function bashArray(name: string, words: readonly string[]): string {
  if (words.length <= 1) return `${name}=(${words.join("")})`;
  return `${name}=(\n${words.map((w) => `  ${w}`).join("\n")}\n)`;
}

/** A comment's text: one line of plain characters. */
export function comment(text: string): string {
  return [...text].map((c) => (c === "\n" || c === "\t" || isHidden(c) ? " " : c)).join("");
}
