/**
 * Defaults that follow from an address: a service's name is its label, a repository's folder is named after it. What has moved
 * keeps the ones it was made with, for as long as it exists, because another name would be another thing.
 */
import { keySuffix, kindOf, parseAddress } from "../intake/address.ts";
import type { Kept } from "../intake/defaults.ts";
import { nameFrom } from "../intake/instances.ts";
import type { Ir, MoveIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { AttributeSchema } from "../intake/schema/schema.ts";
import { repositoryFolder } from "../state/observe/repository-folder.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import { destinations } from "./destinations.ts";
import { lazy } from "./lazy.ts";

type KeptDefaults = Readonly<Record<string, string>>;

/** Undefined where nothing has ever moved. Before the files are evaluated, so that references see it too. */
export function keptNames(state: State | undefined, moves: readonly MoveIr[], kinds: Kinds): Kept {
  if (!state) return () => undefined;
  const { resources } = state;
  // The first question comes when all moves have been read.
  const located = lazy(() => {
    const { moved } = destinations(new Set(Object.keys(resources)), moves);
    return { moved, recorded: new Map([...moved].map(([from, to]) => [to, from])) };
  });
  const at = (address: string): string | undefined => {
    const { moved, recorded } = located();
    const stays = Object.hasOwn(resources, address) && !moved.has(address);
    return recorded.get(address) ?? (stays ? address : undefined);
  };
  const keptAt = (address: string): KeptDefaults | undefined => {
    const from = at(address) ?? at(withOrWithoutIndex(address));
    const record = from === undefined ? undefined : resources[from];
    if (from === undefined || !record) return undefined;
    return from === address ? record.kept : keptDefaults(kinds, from, record);
  };
  return (address, attribute) => {
    const kept = keptAt(address);
    return kept && Object.hasOwn(kept, attribute) ? kept[attribute] : undefined;
  };
}

/** Whether anything of what the files say is kept from another address: then they are to be read with `keptNames`. */
export function keepsNames(state: State | undefined, ir: Ir): boolean {
  const kept = keptNames(state, ir.moves, ir.kinds);
  return ir.resources.some(({ address, kind }) =>
    ir.kinds.resources
      .get(kind)
      ?.attributes.some((a) => followsAddress(a) && kept(address, a.name) !== undefined),
  );
}

const followsAddress = ({ emitted, fromAddress }: AttributeSchema): boolean =>
  emitted === "label" || fromAddress === true;

/** `service.web` may have become `service.web[0]`, and the other way round. */
function withOrWithoutIndex(address: string): string {
  const first = keySuffix(0);
  return address.endsWith(first) ? address.slice(0, -first.length) : `${address}${first}`;
}

/** What a thing keeps when it moves away from an address; undefined where nothing of it follows from that. */
export function keptDefaults(
  kinds: Kinds,
  address: string,
  record: ResourceRecord,
): KeptDefaults | undefined {
  const kept: Record<string, string> = { ...record.kept };
  const kind = kinds.resources.get(kindOf(address));
  for (const schema of kind?.attributes ?? []) {
    const recorded = record.inputs[schema.name];
    if (schema.emitted === "label" && recorded === nameFrom(parseAddress(address)))
      kept[schema.name] = recorded;
    if (schema.fromAddress && recorded === undefined) kept[schema.name] = repositoryFolder(address);
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
