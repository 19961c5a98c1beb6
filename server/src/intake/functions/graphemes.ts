/** Characters as people count them (grapheme clusters), which is what Terraform's string functions count. */

/** Code units below U+0300 stand alone, but for a carriage return before a line feed. */
const complex = /[^\u0000-\u02ff]|\r/;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

export function graphemes(text: string): readonly string[] {
  if (!complex.test(text)) return text.split("");
  return Array.from(segmenter.segment(text), (s) => s.segment);
}

export const countGraphemes = (text: string): number =>
  complex.test(text) ? graphemes(text).length : text.length;
