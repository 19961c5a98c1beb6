/** Every place where what a name means is written, in all folders of the stack. */
import type { Index } from "./index.ts";
import { isSame, type Name, type Occurrence } from "./names.ts";
import type { FileRange, Place } from "./snapshot.ts";

export interface Reference {
  readonly at: FileRange;
  readonly role: Occurrence["role"];
}

export interface ReferenceOptions {
  readonly withDefinition: boolean;
}

export function references(
  index: Index,
  place: Place,
  { withDefinition }: ReferenceOptions,
): readonly Reference[] {
  const occurrence = index.at(place);
  if (!occurrence) return [];
  const name = meaningOf(index, occurrence);
  return unique(index.of(name))
    .filter((o) => withDefinition || !isDefinitionOf(o, name))
    .map(({ at, role }) => ({ at, role }));
}

/** The same in the place's own file, with what only stands for the name. */
export function highlights(index: Index, place: Place): readonly Reference[] {
  const occurrence = index.at(place);
  if (!occurrence) return [];
  const { name } = occurrence;
  return unique(index.in(place.file).occurrences.filter((o) => isSame(o.name, name))).map(({ at, role }) => ({
    at,
    role,
  }));
}

/** An attribute of a kind that the stack defines is meant as that kind's, everywhere. */
export function meaningOf(index: Index, { name, also }: Occurrence): Name {
  return also.find((member) => index.definitions(member).length > 0) ?? name;
}

/** A setting of a block defines that block's, not the kind's member. */
function isDefinitionOf({ role, name }: Occurrence, of: Name): boolean {
  return role === "definition" && isSame(name, of);
}

function unique(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const seen = new Set<string>();
  return occurrences.filter(({ at: { file, start } }) => {
    const key = `${file} ${start}`;
    return !seen.has(key) && seen.add(key);
  });
}
