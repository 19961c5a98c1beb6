import type { Folder } from "../intake/folder.ts";
import { type Declaration, isSame, keyOf, type Name, type Occurrence } from "./names.ts";
import { type FileNames, namesOfBlocks, namesOfValues } from "./occurrences.ts";
import type { Place, Snapshot } from "./snapshot.ts";

/** The names of a snapshot's files, each file read when somebody asks about it. */
export class Index {
  readonly snapshot: Snapshot;
  readonly #files = new Map<string, FileNames>();
  #byKey: ReadonlyMap<string, readonly Occurrence[]> | undefined;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  /** What is written at a place, or right before it. */
  at({ file, offset }: Place): Occurrence | undefined {
    const touching = this.in(file).occurrences.filter(({ at }) => at.start <= offset && offset <= at.end);
    return touching.find(({ at }) => offset < at.end) ?? touching[0];
  }

  in(file: string): FileNames {
    const known = this.#files.get(file);
    if (known) return known;
    const found = this.#read(file);
    this.#files.set(file, found);
    return found;
  }

  /** Every place where a name is written, files in their order. */
  of(name: Name): readonly Occurrence[] {
    this.#byKey ??= byKey(this.files().flatMap((file) => this.in(file).occurrences));
    return this.#byKey.get(keyOf(name)) ?? [];
  }

  definitions(name: Name): readonly Occurrence[] {
    return this.of(name).filter((o) => o.role === "definition" && isSame(o.name, name));
  }

  declarations(): readonly Declaration[] {
    return this.files().flatMap((file) => this.in(file).declarations);
  }

  files(): readonly string[] {
    const { folders, values } = this.snapshot;
    return [...folders.flatMap((f) => f.files), ...values].map(({ file }) => file);
  }

  #read(file: string): FileNames {
    const { folders, values } = this.snapshot;
    for (const folder of folders) {
      const source = folder.files.find((f) => f.file === file);
      if (source) return namesOfBlocks(source, surroundings(folder));
    }
    const source = values.find((f) => f.file === file);
    return source ? namesOfValues(source, surroundings(folders[0])) : { occurrences: [], declarations: [] };
  }
}

function surroundings({ path, stack }: Folder) {
  return { path, moduleFolder: (name: string) => stack.modules.get(name)?.folder };
}

/** By all that each means. */
function byKey(occurrences: readonly Occurrence[]): ReadonlyMap<string, readonly Occurrence[]> {
  const found = new Map<string, Occurrence[]>();
  for (const occurrence of occurrences) {
    for (const name of [occurrence.name, ...occurrence.also]) {
      const key = keyOf(name);
      const list = found.get(key);
      if (list) list.push(occurrence);
      else found.set(key, [occurrence]);
    }
  }
  return found;
}
