import { absolute, type Span } from "../diagnostics/span.ts";
import type { Range } from "../ide/snapshot.ts";
import type { BlockPlace, Position } from "../protocol.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { type Lines, sourceLines } from "./source-lines.ts";

/** Where the blocks of a stack stand, for clients. Each file's lines and blocks are found once. */
export class StackPlaces {
  readonly #sources: ReadonlyMap<string, SourceFile>;
  readonly #uri: (file: string) => string;
  readonly #lines = new Map<string, Lines>();
  readonly #blocks = new Map<string, readonly Range[]>();

  /** @param uri the address of a file, by its name in spans */
  constructor(files: readonly SourceFile[], uri: (file: string) => string) {
    this.#sources = new Map(files.map((source) => [source.file, source]));
    this.#uri = uri;
  }

  /** Of a block by its header, or by something inside of it. */
  of(span: Span): BlockPlace {
    const { file, start, end } = absolute(span);
    const block = lastBefore(this.#blocksOf(file), start);
    const whole = block && end <= block.end ? block : undefined;
    return {
      uri: this.#uri(file),
      range: this.#range(file, { start, end }),
      whole: this.#range(file, whole ?? { start, end }),
    };
  }

  #range(file: string, { start, end }: Range): BlockPlace["range"] {
    const lines =
      this.#lines.get(file) ?? sourceLines(this.#sources.get(file) ?? { file, text: "", chunks: [] });
    this.#lines.set(file, lines);
    const position = (offset: number): Position => {
      const { line, column } = lines.positionAt(offset);
      return { line: line + 1, column: column + 1 };
    };
    return { start: position(start), end: position(end) };
  }

  #blocksOf(file: string): readonly Range[] {
    const known = this.#blocks.get(file);
    if (known) return known;
    const chunks = this.#sources.get(file)?.chunks ?? [];
    const found = chunks.flatMap(({ origin, items }) =>
      items.map(({ start, end }) => ({ start: origin.start + start, end: origin.start + end })),
    );
    this.#blocks.set(file, found);
    return found;
  }
}

/** The last of several ranges, in order of their starts, that begins at an offset or before it. */
function lastBefore(ranges: readonly Range[], offset: number): Range | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? offset) <= offset) low = middle + 1;
    else high = middle;
  }
  return ranges[low - 1];
}
