/** Changes that an editor offers at a place: what they are called and what they write. */
import { locate, type Range, type Snapshot } from "../snapshot.ts";
import { addRequired } from "./add-required.ts";
import { createMissing } from "./create-missing.ts";
import { extract } from "./extract.ts";
import { giveValue } from "./give-value.ts";
import { inlineLocal } from "./inline-local.ts";
import { portBlock } from "./port-block.ts";

export interface Action {
  readonly title: string;
  readonly kind: "quickfix" | "refactor.extract" | "refactor.inline" | "refactor.rewrite";
  readonly edits: readonly FileEdit[];
  /** The code of the problem that it mends. */
  readonly mends?: string;
}

/** Ranges of one file never overlap; offsets are of the text before any of them. */
export interface FileEdit extends Range {
  readonly file: string;
  readonly text: string;
  /** The file does not exist yet. */
  readonly isNew?: true;
}

/** Where they are asked for: the selection, which may be empty, in a file whose text is `text`. */
export interface ActionPlace {
  readonly snapshot: Snapshot;
  readonly file: string;
  readonly text: string;
  readonly selection: Range;
}

/** None while the snapshot is of another text. */
export function actionsAt(place: ActionPlace): readonly Action[] {
  const located = locate(place.snapshot, place.file);
  if (!located || located.source.text !== place.text || place.file.endsWith(".cwvars")) return [];
  return [addRequired, createMissing, giveValue, extract, inlineLocal, portBlock].flatMap((find) =>
    find(place, located),
  );
}
