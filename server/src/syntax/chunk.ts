import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { BodyItem } from "./ast.ts";

/**
 * One top-level block or attribute of a file with the comments and blank lines before it; the unit of parsing, caching
 * and re-lowering. `items` is usually one; broken text can leave several, or none.
 */
export interface Chunk {
  readonly origin: Origin;
  /** Length of the chunk's text in UTF-16 code units. */
  readonly length: number;
  readonly items: readonly BodyItem[];
  /** Syntax problems inside this chunk. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A parsed file. */
export interface SourceFile {
  /** Path relative to the stack's folder, forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly chunks: readonly Chunk[];
}
