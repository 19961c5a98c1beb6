/**
 * What the features of an editor see of a stack: a value of one moment, whoever made it and however. A feature is a pure
 * function of a snapshot and a place in it; it knows nothing of the protocol, of addresses of documents or of time.
 */
import type { Folder, Folders } from "../intake/folder.ts";
import type { Ir } from "../intake/ir.ts";
import type { Look } from "../intake/look.ts";
import type { SourceFile } from "../syntax/chunk.ts";

export interface Snapshot {
  /** The stack's own folder, then those of its modules; each has its files and what intake collected from them. */
  readonly folders: Folders;
  /** The `.cwvars` files. */
  readonly values: readonly SourceFile[];
  /** All that is, with the stack's kinds in it. */
  readonly ir: Ir;
  /** The value of an expression of the stack, as far as it is known before anything runs. */
  readonly look: Look;
}

/** A place between two characters. */
export interface Place {
  /** As spans name it: relative to the stack's folder. */
  readonly file: string;
  /** UTF-16 code units from the beginning of the file. */
  readonly offset: number;
}

/** A half-open range of a file, in UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface FileRange extends Range {
  readonly file: string;
}

/** A file of the snapshot and the folder whose blocks it holds; `.cwvars` belong to the stack's own. */
export interface Located {
  readonly source: SourceFile;
  readonly folder: Folder;
}

export function locate({ folders, values }: Snapshot, file: string): Located | undefined {
  for (const folder of folders) {
    const source = folder.files.find((f) => f.file === file);
    if (source) return { source, folder };
  }
  const source = values.find((f) => f.file === file);
  return source && { source, folder: folders[0] };
}
