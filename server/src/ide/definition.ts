/** Where a name is declared, or the file that a text leads to. */
import { rootFolder } from "../intake/module-block.ts";
import type { Index } from "./index.ts";
import { type LinkTarget, links } from "./links.ts";
import type { Name, Occurrence } from "./names.ts";
import type { FileRange, Place, Range, Snapshot } from "./snapshot.ts";

export interface Definition {
  /** What was asked about. */
  readonly from: Range;
  /** The name, and all that it names. For a file that is no part of the stack's blocks both are its beginning. */
  readonly at: FileRange;
  readonly whole: FileRange;
}

export function definitions(index: Index, place: Place): readonly Definition[] {
  const occurrence = index.at(place);
  if (occurrence) return named(index, occurrence);
  const { offset } = place;
  const link = links(index.snapshot, place.file).find(({ start, end }) => start <= offset && offset <= end);
  return link ? filesOf(index.snapshot, link.target).map((file) => beginning(file, link)) : [];
}

function named(index: Index, { name, also, at }: Occurrence): readonly Definition[] {
  for (const meaning of [name, ...also]) {
    const found = index.definitions(meaning);
    if (found.length > 0) return found.map((definition) => describe(definition, at));
  }
  return [];
}

function describe({ at, owner, name }: Occurrence, from: Range): Definition {
  const isOwner = owner !== undefined && owner.name.name === name.name && owner.at.start === at.start;
  return { from: { start: from.start, end: from.end }, at, whole: isOwner ? owner.whole : at };
}

/** A folder's `main.cw`, or all of its files. */
function filesOf({ folders }: Snapshot, target: LinkTarget): readonly string[] {
  if (target.kind === "file") return [target.path];
  if (target.kind === "url") return [];
  const files = folders.find(({ path }) => path === target.path)?.files.map(({ file }) => file) ?? [];
  const main = target.path === rootFolder ? "main.cw" : `${target.path}/main.cw`;
  return files.includes(main) ? [main] : files;
}

function beginning(file: string, { start, end }: Range): Definition {
  const at = { file, start: 0, end: 0 };
  return { from: { start, end }, at, whole: at };
}

/**
 * What a thing is of: the block of a resource's kind, a variable's type, the files of a module. Kinds of Clockwork's own have no
 * block.
 */
export function typeDefinitions(index: Index, place: Place): readonly Definition[] {
  const occurrence = index.at(place);
  if (!occurrence) return [];
  const { name, at } = occurrence;
  const from = { start: at.start, end: at.end };
  switch (name.kind) {
    case "resource":
      return named(index, { ...occurrence, name: kindOf(name.name), also: [] });
    case "kind":
      return named(index, { ...occurrence, also: [] });
    case "setting": {
      const members = occurrence.also.flatMap((member) => index.definitions(member));
      return members.map((definition) => describe(definition, at));
    }
    case "module": {
      const folder = index.snapshot.folders.find(({ path }) => path === name.scope);
      const target = folder?.stack.modules.get(name.name)?.folder;
      if (target === undefined) return [];
      return filesOf(index.snapshot, { kind: "folder", path: target }).map((file) => beginning(file, from));
    }
    case "variable":
      return typeOfVariable(index, name, from);
    default:
      return [];
  }
}

const kindOf = (resource: string): Name => ({
  kind: "kind",
  scope: "",
  name: resource.slice(0, resource.indexOf(".")),
});

function typeOfVariable({ snapshot }: Index, name: Name, from: Range): readonly Definition[] {
  const folder = snapshot.folders.find(({ path }) => path === name.scope);
  const declaration = folder?.stack.variables.get(name.name);
  const type = declaration?.block.body.items.find((i) => i.type === "attribute" && i.name.name === "type");
  if (!declaration || type?.type !== "attribute") return [];
  const { origin } = declaration;
  const range = ({ start, end }: Range) => ({
    file: origin.file,
    start: origin.start + start,
    end: origin.start + end,
  });
  return [{ from, at: range(type.value), whole: range(type) }];
}
