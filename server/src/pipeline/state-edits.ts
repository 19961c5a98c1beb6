/**
 * Changes of what is remembered alone, by a person who knows better: what exists stays as it is. Pure; the faces hold the
 * lock, read and write.
 */
import { relocate } from "../assembly/relocate.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { compareAddresses, isAddress, isUnder, kindOf } from "../intake/address.ts";
import { emptyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { State } from "../state/state.ts";

export interface StateMove {
  readonly state: State;
  /** Addresses before and after, in order. */
  readonly moved: readonly (readonly [from: string, to: string])[];
  /** Step ids after by those before. */
  readonly steps: ReadonlyMap<string, string>;
}

export interface StateRemoval {
  readonly state: State;
  readonly removed: readonly string[];
}

type Edited<T> = { readonly value: T } | { readonly problem: Diagnostic };

/** A resource, all instances of one, a module or one instance of one under another address, as a `moved` block would. */
export function moveInState(state: State, kinds: Kinds, from: string, to: string): Edited<StateMove> {
  for (const address of [from, to]) {
    if (!isAddress(address)) return { problem: noAddress(address) };
  }
  const sources = Object.keys(state.resources).filter((address) => isUnder(address, from, true));
  if (sources.length === 0) return { problem: unknown(state, from) };
  const relocation = relocate(state, { ...emptyIr, kinds, moves: [{ from, to, ...nowhere }] });
  const [blocked] = relocation.blocked;
  if (blocked) return { problem: taken(blocked.target) };
  const moved = [...relocation.former].map(([after, before]) => [before, after] as const);
  const alien = moved.find(([before, after]) => !isAddress(after) || kindOf(before) !== kindOf(after));
  if (alien) return { problem: otherKind(alien[0], alien[1]) };
  if (moved.length === 0 || !relocation.state) return { problem: otherKind(from, to) };
  moved.sort(([a], [b]) => compareAddresses(a, b));
  return { value: { state: relocation.state, moved, steps: relocation.steps } };
}

/** Resources, all instances of one, and whole modules are known no longer. */
export function removeFromState(state: State, addresses: readonly string[]): Edited<StateRemoval> {
  const known = Object.keys(state.resources);
  const removed = new Set<string>();
  for (const address of addresses) {
    const found = known.filter((one) => isUnder(one, address, true));
    if (found.length === 0) return { problem: unknown(state, address) };
    for (const one of found) removed.add(one);
  }
  const resources = Object.fromEntries(
    Object.entries(state.resources).filter(([address]) => !removed.has(address)),
  );
  return { value: { state: { ...state, resources }, removed: [...removed].sort(compareAddresses) } };
}

const span = { origin: { file: "", start: 0 }, start: 0, end: 0 };
/** It was typed, and stands in no file. */
const nowhere = { fromSpan: span, toSpan: span, span };

function noAddress(address: string): Diagnostic {
  return diagnostic("unknown-target", `"${address}" is no address`, {
    hint: 'Addresses look like service.web, service.web["eu"] and module.site. All of them are listed by: clockwork state list',
  });
}

function unknown(state: State, address: string): Diagnostic {
  const near = nearest(address, Object.keys(state.resources));
  return diagnostic("unknown-target", `The state has no ${address}`, {
    hint: near ? `Did you mean "${near}"?` : "All addresses are listed by: clockwork state list",
  });
}

function taken(address: string): Diagnostic {
  return diagnostic("invalid-move", `The state has ${address} already`, {
    hint: `Remove or move that first: clockwork state mv ${address} …`,
  });
}

function otherKind(from: string, to: string): Diagnostic {
  return diagnostic("invalid-move", `${from} cannot become ${to}: it is of another kind`, {
    hint: "A thing keeps its kind, and what is a module becomes a module.",
  });
}
