import type { Location, Range as WireRange } from "vscode-languageserver";
import { type FileRange, locate, type Range, type Snapshot } from "../ide/snapshot.ts";
import type { Asking } from "./ask.ts";
import { toRange } from "./convert.ts";
import { type Lines, sourceLines } from "./source-lines.ts";
import type { Seen } from "./stacks.ts";
import { join, pathOf, uriOf } from "./uri.ts";

/**
 * Gives the addresses of a stack's files by their names in spans. An open document is known by the one that the editor
 * gave it.
 */
export function addresses(folder: string, documents: Asking["documents"]): (file: string) => string {
  const open = new Map(documents.all().map(({ uri }) => [pathOf(uri) ?? uri, uri]));
  return (file) => {
    const path = join(folder, file);
    return open.get(path) ?? uriOf(path);
  };
}

/** Between the places of one snapshot and the protocol's. Each file's lines are found once. */
export class Places {
  readonly #snapshot: Snapshot;
  readonly #address: (file: string) => string;
  readonly #lines = new Map<string, Lines>();

  constructor({ snapshot, folder }: Seen, { documents }: Pick<Asking, "documents">) {
    this.#snapshot = snapshot;
    this.#address = addresses(folder, documents);
  }

  uri(file: string): string {
    return this.#address(file);
  }

  range(file: string, { start, end }: Range): WireRange {
    return toRange(this.#linesOf(file), start, end);
  }

  location(at: FileRange): Location {
    return { uri: this.uri(at.file), range: this.range(at.file, at) };
  }

  #linesOf(file: string): Lines {
    const known = this.#lines.get(file);
    if (known) return known;
    // What is no part of the stack's blocks is spoken of as a whole: by its beginning.
    const lines = sourceLines(locate(this.#snapshot, file)?.source ?? { file, text: "", chunks: [] });
    this.#lines.set(file, lines);
    return lines;
  }
}
