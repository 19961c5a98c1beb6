import { createHash } from "node:crypto";
import { isHidden } from "../builtin/hidden.ts";

/**
 * A text from somewhere else, so that no reader takes it for ours: without characters that cannot be seen, no longer than
 * `most` characters, between marks that carry its hash and its length. No text can hold its own hash, so none can end its
 * fence; and the same text has the same fence, so that equal requests are equal.
 */
export function fenced(of: string, text: string, most: number): string {
  const { shown, note } = capped(visible(text), most);
  const mark = createHash("sha256").update(shown).digest("hex").slice(0, 24);
  return `<data ${mark} of=${JSON.stringify(of)} characters=${shown.length}${note}>\n${shown}\n</data ${mark}>`;
}

/** Without control, bidirectional, zero-width, tag and other characters that a reviewer would not see. */
export function visible(text: string): string {
  let plain = "";
  for (const character of text) if (!isHidden(character)) plain += character;
  return plain;
}

/** The beginning and the end: what matters of a log stands at its end, of a text at its beginning. */
function capped(text: string, most: number): { readonly shown: string; readonly note: string } {
  if (text.length <= most) return { shown: text, note: "" };
  const half = Math.floor(most / 2);
  const shown = `${text.slice(0, half)}\n…\n${text.slice(-half)}`.toWellFormed();
  return { shown, note: ` left-out=${text.length - 2 * half}` };
}
