/**
 * Where a top-level block (a chunk of a document) stands. `start` is an absolute offset in UTF-16 code units;
 * the document moves it when text before the block is edited, so that everything lowered from an untouched
 * block keeps its spans.
 */
export interface Origin {
  /** Path of the file, relative to the stack's folder, with forward slashes. */
  readonly file: string;
  start: number;
}

/** A half-open range of UTF-16 code units, relative to its origin's start. */
export interface Span {
  readonly origin: Origin;
  readonly start: number;
  readonly end: number;
}

/** A span with absolute offsets in its file. */
export interface AbsoluteSpan {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export function absolute(span: Span): AbsoluteSpan {
  const { file, start } = span.origin;
  return { file, start: start + span.start, end: start + span.end };
}
