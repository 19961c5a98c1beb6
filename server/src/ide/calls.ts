/** The graph of a stack's declarations as a hierarchy of calls: who depends on one, and on whom it depends. */
import type { Index } from "./index.ts";
import { type Declaration, isSame, keyOf, type Name, type Occurrence } from "./names.ts";
import type { FileRange, Place } from "./snapshot.ts";

export interface Call {
  /** The other end. */
  readonly declaration: Declaration;
  /** Where it is spoken of: in `declaration` for those who depend on one, else in the one asked about. */
  readonly at: readonly FileRange[];
}

/** The declaration that a place names or is in. */
export function declarationAt(index: Index, place: Place): Declaration | undefined {
  const occurrence = index.at(place);
  const named = occurrence && declarationOf(index, occurrence.name);
  if (named) return named;
  return index
    .in(place.file)
    .declarations.find(({ whole }) => whole.start <= place.offset && place.offset <= whole.end);
}

/** One that was found before, in a snapshot of now. */
export function declarationOf(index: Index, name: Name): Declaration | undefined {
  return index.definitions(name).find(({ owner }) => owner && isSame(owner.name, name))?.owner;
}

export function incoming(index: Index, { name }: Declaration): readonly Call[] {
  const uses = index.of(name).filter((o) => o.role !== "definition" && !o.inAddress && !o.isStandIn);
  return grouped(
    uses.flatMap((o) => (o.owner ? [{ declaration: o.owner, at: o.at }] : [])),
    name,
  );
}

export function outgoing(index: Index, { name, at }: Declaration): readonly Call[] {
  const inside = index
    .in(at.file)
    .occurrences.filter((o) => o.owner && isSame(o.owner.name, name) && o.role !== "definition");
  return grouped(
    inside.flatMap((o) => called(index, o)),
    name,
  );
}

function called(index: Index, occurrence: Occurrence): readonly Use[] {
  if (occurrence.inAddress || occurrence.isStandIn) return [];
  const declaration = declarationOf(index, occurrence.name);
  return declaration ? [{ declaration, at: occurrence.at }] : [];
}

interface Use {
  readonly declaration: Declaration;
  readonly at: FileRange;
}

/** What a declaration says of itself is no dependence. */
function grouped(uses: readonly Use[], self: Name): readonly Call[] {
  const found = new Map<string, { readonly declaration: Declaration; readonly at: FileRange[] }>();
  for (const { declaration, at } of uses) {
    if (isSame(declaration.name, self)) continue;
    const key = keyOf(declaration.name);
    const call = found.get(key);
    if (call) call.at.push(at);
    else found.set(key, { declaration, at: [at] });
  }
  return [...found.values()];
}
