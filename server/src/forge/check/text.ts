import { printableLine } from "../../diagnostics/printable.ts";

/**
 * Characters that reviewable text does not have: controls other than tab and line feed, BOM, bidirectional and invisible
 * characters, line separators that only some languages see, fillers that JavaScript takes for letters, tags and variation
 * selectors that can carry hidden bytes (U+FE0F, which emoji need, is let through), noncharacters and lone surrogates.
 * Source: SAFETY rows 24 to 27; Unicode TR36; "Trojan Source" (CVE-2021-42574).
 */
const unreviewable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Surrogate}|\u034f|[\u17b4-\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0e]/u;

/** The first character a person could not review, as an escape with its place; undefined where all is plain. */
export function unreviewableIn(
  text: string,
):
  | { readonly shown: string; readonly line: number; readonly start: number; readonly end: number }
  | undefined {
  const match = unreviewable.exec(text);
  if (!match) return undefined;
  const { index } = match;
  return { shown: escapeOf(match[0]), line: lineOf(text, index), start: index, end: index + match[0].length };
}

function escapeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Text of a reply inside a message: on one line, quoted, harmless to print, cut after 80 characters. */
export function quoted(text: string): string {
  const cut = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return `"${printableLine(cut).replace(/[^\x20-\x7e\u2026]/gu, escapeInName)}"`;
}

/** Names are ASCII, so anything else in one is shown by its number: lookalikes must not look alike in a message. */
function escapeInName(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Length in UTF-8, in bytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes; a lone surrogate is written as three.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
