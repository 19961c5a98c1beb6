/** What a place in a file sees: its folder, the block around it, and the names that loops bring along. */
import type { Folder } from "../intake/folder.ts";
import type { LookAt } from "../intake/look.ts";
import { rootFolder } from "../intake/module-block.ts";
import type { ModuleDeclaration, NodeDeclaration } from "../intake/stack.ts";
import type { Cursor, Loop } from "./cursor.ts";
import type { FormSource } from "./forms.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Scope {
  readonly snapshot: Snapshot;
  readonly folder: Folder;
  readonly cursor: Cursor;
  /** A `.cwvars` file: there is nothing to refer to. */
  readonly isValues: boolean;
  /** The resource, check or module around, where it could be read. */
  readonly block?: NodeDeclaration | ModuleDeclaration;
  readonly repeat?: "count" | "for_each";
  /** `for` variables and iterators, the innermost first. */
  readonly loops: readonly BoundName[];
}

/** A name of a loop, and what of the collection's items it stands for. */
export interface BoundName {
  readonly name: string;
  readonly part: "key" | "value" | "iterator";
  readonly loop: Loop;
}

export function scopeAt(snapshot: Snapshot, file: string, cursor: Cursor): Scope {
  const folder = folderOf(snapshot, file);
  const block = blockAround(folder, cursor);
  const repeat = block?.repeat?.mode ?? repeatIn(cursor);
  return {
    snapshot,
    folder,
    cursor,
    isValues: file.endsWith(".cwvars"),
    ...(block && { block }),
    ...(repeat && { repeat }),
    loops: boundNames(cursor),
  };
}

/** By its path, because a new file has not been collected yet. */
function folderOf({ folders }: Snapshot, file: string): Folder {
  const path = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : rootFolder;
  return folders.find((f) => f.path === path) ?? folders[0];
}

export function lookAt({ folder, block }: Scope): LookAt {
  return { folder: folder.path, ...(block && { block }) };
}

export function formSource({ snapshot, folder }: Scope): FormSource {
  return {
    kinds: snapshot.ir.kinds,
    folder,
    moduleFolder: (name) => {
      const declaration = folder.stack.modules.get(name);
      const path = declaration?.folder;
      return path === undefined ? undefined : snapshot.folders.find((f) => f.path === path);
    },
  };
}

/** The header of the top-level block around. */
export function topHeader({ frames }: Cursor) {
  const outer = frames[1];
  return outer?.type === "body" ? outer.header : undefined;
}

function blockAround({ stack }: Folder, cursor: Cursor): Scope["block"] {
  const header = topHeader(cursor);
  const [first = "", second = ""] = header?.labels ?? [];
  switch (header?.keyword) {
    case "resource":
      return stack.resources.get(`${first}.${second}`);
    case "verify":
      return stack.verifies.get(`verify.${first}.${second}`);
    case "module":
      return stack.modules.get(first);
    default:
      return undefined;
  }
}

/** Of a block that could not be read. */
function repeatIn({ blockItems }: Cursor): Scope["repeat"] {
  if (blockItems.some((i) => i.name === "for_each")) return "for_each";
  return blockItems.some((i) => i.name === "count") ? "count" : undefined;
}

function boundNames({ frames }: Cursor): BoundName[] {
  const names: BoundName[] = [];
  for (const [i, frame] of frames.entries()) {
    const loops = "loop" in frame && frame.loop ? [frame.loop] : "loops" in frame ? frame.loops : [];
    for (const loop of loops) {
      // Without a collection its head is still being written, which sees only what is around.
      if (loop.collection.length === 0) continue;
      names.unshift({ name: loop.value, part: "value", loop });
      if (loop.key !== undefined) names.unshift({ name: loop.key, part: "key", loop });
    }
    const around = frames[i - 1];
    if (frame.type !== "body" || frame.header?.keyword !== "content" || around?.type !== "body") continue;
    if (around.each) names.unshift({ name: around.each.value, part: "iterator", loop: around.each });
  }
  return names;
}
