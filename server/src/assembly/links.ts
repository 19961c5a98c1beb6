/** What each step of a plan waits for. */
import type { Edge } from "../intake/ir.ts";
import type { State } from "../state/state.ts";
import { foldersOf, pathsOf } from "./claims.ts";
import { append, type Graph } from "./graph.ts";
import type { Draft } from "./steps.ts";

/**
 * An ensure or verify waits for the steps of what it depends on, also through resources that have no step in this plan.
 * Without recursion, because a chain of references may be longer than the call stack.
 */
export function linkEnsures(graph: Graph, ensures: ReadonlyMap<string, Draft>): void {
  const nearest = new Map<readonly Edge[], ReadonlySet<string>>();
  for (const draft of ensures.values()) {
    const edges = graph.get(draft.address) ?? [];
    settle(edges, graph, ensures, nearest);
    draft.behind = nearest.get(edges) ?? draft.behind;
  }
}

/** Finds the nearest steps behind a list of edges, after those behind every list that it leads to. */
function settle(
  start: readonly Edge[],
  graph: Graph,
  ensures: ReadonlyMap<string, Draft>,
  nearest: Map<readonly Edge[], ReadonlySet<string>>,
): void {
  const path = [{ edges: start, at: 0 }];
  for (let top = path[0]; top; top = path.at(-1)) {
    const edge = nearest.has(top.edges) ? undefined : top.edges[top.at++];
    if (!edge) {
      if (!nearest.has(top.edges)) nearest.set(top.edges, stepsBehind(top.edges, graph, ensures, nearest));
      path.pop();
      continue;
    }
    const behind = ensures.has(edge.address) ? undefined : graph.get(edge.address);
    if (behind && !nearest.has(behind)) path.push({ edges: behind, at: 0 });
  }
}

function stepsBehind(
  edges: readonly Edge[],
  graph: Graph,
  ensures: ReadonlyMap<string, Draft>,
  nearest: ReadonlyMap<readonly Edge[], ReadonlySet<string>>,
): ReadonlySet<string> {
  const ids = new Set<string>();
  const sets = new Set<ReadonlySet<string>>();
  for (const { address } of edges) {
    const draft = ensures.get(address);
    const behind = draft ? undefined : nearest.get(graph.get(address) ?? []);
    if (draft) ids.add(draft.id);
    else if (behind && behind.size > 0) sets.add(behind);
  }
  const [only] = sets;
  // Through a chain of unchanged resources one set is handed on.
  if (only && sets.size === 1 && ids.size === 0) return only;
  for (const set of sets) for (const id of set) ids.add(id);
  return ids;
}

/**
 * A removal waits for the removals of its dependants, and for the ensures of those that no longer depend on it, unless it
 * frees something that a step of this plan takes: then that step waits for the removal.
 */
export function linkRemovals(
  state: State | undefined,
  ensures: ReadonlyMap<string, Draft>,
  removals: ReadonlyMap<string, Draft>,
): void {
  const before = removalsBefore(state, removals);
  const early = new Set<string>();
  for (const [removal, takers] of takersOf(ensures, removals)) {
    for (const taker of takers) taker.needs.add(removal.id);
    bringForward(removal, Math.min(...takers.map((t) => t.phase)) - 0.5, before, early);
  }
  for (const [address, removal] of removals) {
    for (const dependant of before.get(address) ?? []) removal.needs.add(dependant.id);
  }
  for (const [dependant, record] of Object.entries(state?.resources ?? {})) {
    const ensure = removals.has(dependant) ? undefined : ensures.get(dependant);
    for (const on of ensure ? record.dependsOn : []) {
      if (ensure && !early.has(on)) removals.get(on)?.needs.add(ensure.id);
    }
  }
}

/** Removals with the steps that must wait for them: the ensure of a replacement, and what takes what is freed. */
function takersOf(
  ensures: ReadonlyMap<string, Draft>,
  removals: ReadonlyMap<string, Draft>,
): [removal: Draft, takers: readonly Draft[]][] {
  if (removals.size === 0) return [];
  const byKey = new Map<string, Draft[]>();
  const beneath = new Map<string, Draft[]>();
  for (const draft of ensures.values()) {
    for (const claim of draft.claims()) append(byKey, claim.key, draft);
    for (const path of pathsOf(draft.claims()))
      for (const folder of foldersOf(path)) append(beneath, folder, draft);
  }
  return [...removals].flatMap(([address, removal]): [Draft, readonly Draft[]][] => {
    const own = ensures.get(address);
    const takers = new Set([
      ...(own ? [own] : []),
      ...removal.claims().flatMap((c) => byKey.get(c.key) ?? []),
      ...pathsOf(removal.claims()).flatMap((path) => inTheWay(path, removal, byKey, beneath)),
    ]);
    return takers.size === 0 ? [] : [[removal, [...takers]]];
  });
}

/** A file cannot lie in a file, nor a work tree in one that goes; a folder goes only when it is empty, so it is in no way. */
function inTheWay(
  path: string,
  removal: Draft,
  byKey: ReadonlyMap<string, readonly Draft[]>,
  beneath: ReadonlyMap<string, readonly Draft[]>,
): Draft[] {
  const above = foldersOf(path).flatMap((folder) => byKey.get(`path:${folder}`) ?? []);
  return [
    ...(removal.kind.name === "directory" ? [] : (beneath.get(path) ?? [])),
    ...above.filter((draft) => draft.kind.name !== "directory"),
  ];
}

/** It and all that must be gone before it. */
function bringForward(
  start: Draft,
  phase: number,
  before: ReadonlyMap<string, readonly Draft[]>,
  early: Set<string>,
): void {
  const queue = [start];
  for (let removal = queue.pop(); removal; removal = queue.pop()) {
    if (early.has(removal.address) && removal.phase <= phase) continue;
    early.add(removal.address);
    removal.phase = Math.min(removal.phase, phase);
    queue.push(...(before.get(removal.address) ?? []));
  }
}

/**
 * The removals that come before each one: of what depends on it, as the state recorded it, and of what lies in its folder.
 * The records may come from different runs and name each other in a circle; what would close it is left out.
 */
function removalsBefore(
  state: State | undefined,
  removals: ReadonlyMap<string, Draft>,
): ReadonlyMap<string, readonly Draft[]> {
  const wanted = new Map<string, string[]>();
  const byPath = new Map<string, string>();
  for (const { address, claims } of removals.values()) {
    for (const path of pathsOf(claims())) byPath.set(path, address);
  }
  for (const { address, claims } of removals.values()) {
    for (const on of state?.resources[address]?.dependsOn ?? []) {
      if (on !== address && removals.has(on)) append(wanted, on, address);
    }
    const folders = pathsOf(claims()).flatMap(foldersOf);
    const holder = folders.map((folder) => byPath.get(folder)).find((at) => at !== undefined);
    if (holder !== undefined && holder !== address) append(wanted, holder, address);
  }
  return withoutCircles(wanted, removals);
}

function withoutCircles(
  wanted: ReadonlyMap<string, readonly string[]>,
  removals: ReadonlyMap<string, Draft>,
): Map<string, Draft[]> {
  const kept = new Map<string, Draft[]>();
  const done = new Set<string>();
  const open = new Set<string>();
  for (const start of removals.keys()) {
    const path = done.has(start) ? [] : [{ address: start, at: 0 }];
    for (let top = path[0]; top; top = path.at(-1)) {
      open.add(top.address);
      const next = wanted.get(top.address)?.[top.at++];
      if (next === undefined) {
        open.delete(top.address);
        done.add(top.address);
        path.pop();
      } else if (!open.has(next)) {
        const draft = removals.get(next);
        if (draft) append(kept, top.address, draft);
        if (!done.has(next)) path.push({ address: next, at: 0 });
      }
    }
  }
  return kept;
}
