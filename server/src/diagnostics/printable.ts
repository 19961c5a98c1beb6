/**
 * Text from files, logs and names, made safe to print: nothing of it may move the cursor, colour the screen, reverse the
 * reading order or hide. Such characters are written as escapes (`\x1b`, `\u{202e}`).
 */

// C0 except tab and line feed, DEL, C1, soft hyphen, invisible and bidirectional controls, line separators, tags, lone surrogates.
const unsafe =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Most text by far: nothing in it needs a look at each character. */
const plain = /^[\t\n\x20-\x7e]*$/;

/** Keeps tabs and line feeds. */
export function printable(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, escaped);
}

/** For text that must stay on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, (c) => (c === "\n" ? "\\n" : "\\t"));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

/** One character as people see it, with the terminal columns it takes. */
export interface Cell {
  /** Offset of its first code unit in the text. */
  readonly start: number;
  readonly end: number;
  readonly shown: string;
  readonly width: number;
}

/** Source of the number: what compilers and Terraform show a tab as. */
const tabStop = 4;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Splits one line (without its line break) into what a terminal shows. */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { text, start } of charactersOf(line)) {
    const shown = text === "\t" ? " ".repeat(tabStop - (column % tabStop)) : printable(text);
    const width = displayWidth(shown, text);
    cells.push({ start, end: start + text.length, shown, width });
    column += width;
  }
  return cells;
}

function* charactersOf(line: string): Iterable<{ text: string; start: number }> {
  if (/^[\x09\x20-\x7e]*$/.test(line)) {
    for (let i = 0; i < line.length; i++) yield { text: line.charAt(i), start: i };
  } else {
    for (const { segment, index } of graphemes.segment(line)) yield { text: segment, start: index };
  }
}

// Unicode's East Asian Width W and F (EastAsianWidth.txt, 16.0), blocks rounded to what fonts draw wide.
const wide =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** A character takes the width of its widest part; one that was escaped, that of its parts together. */
function displayWidth(shown: string, text: string): number {
  if (/^[\x20-\x7e]*$/.test(shown)) return shown.length;
  const widths = Array.from(shown, codePointWidth);
  return widths.reduce(shown === text ? (a, b) => Math.max(a, b) : (a, b) => a + b, 0);
}

function codePointWidth(character: string): number {
  if (wide.test(character)) return 2;
  return /[\p{Mn}\p{Me}\p{Cf}]/u.test(character) ? 0 : 1;
}
