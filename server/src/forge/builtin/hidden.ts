/**
 * Characters that a script shows only as an escape: they are invisible, turn the reading direction, or end a line where an
 * editor shows none. The bundle check refuses them in the open (SAFETY rows 24, 25, 27). Tab and newline are none.
 */
export function isHidden(character: string): boolean {
  if (character === "\n" || character === "\t") return false;
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 || code > 0x7e) && hidden.some(([first, last]) => code >= first && code <= last);
}

// A table and not \p{…}: those classes grow with Unicode, and every Node must generate the same bytes.
const hidden: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  // Surrogates, private use.
  [0xd800, 0xf8ff],
  [0xfdd0, 0xfdef],
  // U+FE0F, which emoji need, is seen.
  [0xfe00, 0xfe0e],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xffff],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  // Tags, supplementary variation selectors, private use.
  [0xe0000, 0x10ffff],
];

export function hasHidden(text: string): boolean {
  return [...text].some(isHidden);
}
