/**
 * Lines and columns of a text. Lines end at LF, CR LF or a lone CR, as the language server protocol has it, so that a
 * terminal, an editor and a JSON record name the same place. Everything counts from 0, columns in UTF-16 code units.
 */
export interface LineIndex {
  /** At least 1: an empty text has one empty line. */
  readonly count: number;
  /** The line that an offset is on; offsets outside the text are taken as its nearest end. */
  lineAt(offset: number): number;
  /** Offset of a line's first character. */
  startOf(line: number): number;
  /** Offset behind a line's last character, before its line break. */
  endOf(line: number): number;
  positionAt(offset: number): { readonly line: number; readonly column: number };
}

export function lineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const startOf = (line: number) => starts[line] ?? text.length;
  const clamp = (offset: number) => Math.min(Math.max(offset, 0), text.length);
  const lineAt = (offset: number) => lastAtMost(starts, clamp(offset));
  return {
    count: starts.length,
    lineAt,
    startOf,
    endOf(line) {
      let end = startOf(line + 1);
      if (line + 1 >= starts.length) return text.length;
      if (text[end - 1] === "\n") end--;
      if (text[end - 1] === "\r" && end > startOf(line)) end--;
      return end;
    },
    positionAt(offset) {
      const line = lineAt(offset);
      return { line, column: clamp(offset) - startOf(line) };
    },
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

/** Index of the last element that is at most `value`; the first element always is. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}
