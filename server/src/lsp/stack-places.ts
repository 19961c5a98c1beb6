import { type LineIndex, lineIndex } from "../diagnostics/line-index.ts";
import { absolute, type Span } from "../diagnostics/span.ts";
import type { Range } from "../ide/snapshot.ts";
import type { BlockPlace, Position } from "../protocol.ts";
import type { SourceFile } from "../syntax/chunk.ts";

/** Where the blocks of a stack stand, for clients. Each file's lines and blocks are found once. */
export class StackPlaces {
  readonly #sources: ReadonlyMap<string, SourceFile>;
  readonly #uri: (file: string) => string;
  readonly #lines = new Map<string, LineIndex>();
  readonly #blocks = new Map<string, readonly Range[]>();

  /** @param uri the address of a file, by its name in spans */
  constructor(files: readonly SourceFile[], uri: (file: string) => string) {
    this.#sources = new Map(files.map((source) => [source.file, source]));
    this.#uri = uri;
  }

  /** Of a block by its header, or by something inside of it. */
  of(span: Span): BlockPlace {
    const { file, start, end } = absolute(span);
    const whole = this.#blocksOf(file).find((block) => block.start <= start && end <= block.end);
    return {
      uri: this.#uri(file),
      range: this.#range(file, { start, end }),
      whole: this.#range(file, whole ?? { start, end }),
    };
  }

  #range(file: string, { start, end }: Range): BlockPlace["range"] {
    const lines = this.#lines.get(file) ?? lineIndex(this.#sources.get(file)?.text ?? "");
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
