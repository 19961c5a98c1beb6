import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses } from "../intake/address.ts";
import { difference } from "../intake/difference.ts";
import { healthAddress } from "../intake/health-check.ts";
import type { Edge, Ir, ResourceIr, VerifyIr } from "../intake/ir.ts";

/** What must come before each resource and check, by address. Several of them may share one list. */
export type Graph = ReadonlyMap<string, readonly Edge[]>;

/**
 * The references of the files, and one thing more: what depends on a service waits for its health check too, except where
 * the check itself needs that (the proxy through which the service is asked).
 */
export function dependencyGraph(ir: Ir): Graph {
  return withWaits(ir, writtenGraph(ir));
}

function writtenGraph(ir: Ir): Graph {
  return new Map([...ir.resources, ...ir.verifies].map((n) => [n.address, n.dependsOn]));
}

/** The same graph where no service has a health check. */
function withWaits(ir: Ir, written: Graph): Graph {
  const nodes = [...ir.resources, ...ir.verifies];
  const checks = healthChecks(ir, written);
  if (checks.size === 0) return written;
  const special = new Set([...checks.values()].flatMap((c) => [c.address, ...c.needs]));
  const graph = new Map<string, readonly Edge[]>();
  const shared = new Map<readonly Edge[], readonly Edge[]>();
  for (const { address, dependsOn } of nodes) {
    const known = special.has(address) ? undefined : shared.get(dependsOn);
    const edges = known ?? withHealthChecks(address, dependsOn, checks);
    if (!special.has(address)) shared.set(dependsOn, edges);
    graph.set(address, edges);
  }
  return graph;
}

interface HealthCheck {
  readonly address: string;
  /** What it needs, directly or not, where that is more than its service. */
  readonly needs: ReadonlySet<string>;
}

/** By the service's address. */
function healthChecks(ir: Ir, graph: Graph): ReadonlyMap<string, HealthCheck> {
  const checks = new Map<string, HealthCheck>();
  const addresses = new Set(ir.verifies.map((v) => v.address));
  for (const { address: service } of ir.resources) {
    const address = healthAddress(service);
    if (address === service || !addresses.has(address)) continue;
    const isPlain = graph.get(address)?.length === 1;
    checks.set(service, { address, needs: isPlain ? new Set() : reachable(address, graph) });
  }
  return checks;
}

/** Everything behind an address, without itself. */
function reachable(address: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const queue = [address];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const edge of graph.get(at) ?? []) {
      if (found.has(edge.address)) continue;
      found.add(edge.address);
      queue.push(edge.address);
    }
  }
  return found;
}

function withHealthChecks(
  address: string,
  edges: readonly Edge[],
  checks: ReadonlyMap<string, HealthCheck>,
): readonly Edge[] {
  const further = edges.flatMap(({ address: on, span }) => {
    const check = checks.get(on);
    const waits = check && check.address !== address && !check.needs.has(address);
    return waits ? [{ address: check.address, span }] : [];
  });
  return further.length === 0 ? edges : [...edges, ...further];
}

/** Finds circles again after each edit: where there was none, only what has come can be part of one. */
export class Cycles {
  #resources: readonly ResourceIr[] = [];
  #verifies: readonly VerifyIr[] = [];
  readonly #written = new Map<string, readonly Edge[]>();
  #found: readonly Diagnostic[] = [];

  /** Nodes that an edit did not touch are the same objects as before. */
  find(ir: Ir): readonly Diagnostic[] {
    const isFirst = this.#written.size === 0;
    const come = [
      ...this.#update(this.#resources, ir.resources),
      ...this.#update(this.#verifies, ir.verifies),
    ];
    this.#resources = ir.resources;
    this.#verifies = ir.verifies;
    const isPlain = this.#found.length === 0 && !ir.verifies.some(({ name }) => name.endsWith(".health"));
    const done = new Set<string>();
    // All at once is found with less work than one after the other.
    if (isFirst || !isPlain || come.some((address) => walk(address, this.#written, done)))
      this.#found = findCycles(ir);
    return this.#found;
  }

  /** Answers the addresses of those that have come. */
  #update(before: readonly ResourceIr[], now: readonly ResourceIr[]): string[] {
    const { gone, come } = difference(before, now);
    for (const { address } of gone) this.#written.delete(address);
    for (const { address, dependsOn } of come) this.#written.set(address, dependsOn);
    return come.map(({ address }) => address);
  }
}

/** Each circle once, whole: a diagnostic at its first edge, the others as related spans. */
export function findCycles(ir: Ir): Diagnostic[] {
  const written = writtenGraph(ir);
  const found = cyclesIn(written);
  if (found.length > 0) return found;
  const graph = withWaits(ir, written);
  return graph === written ? [] : cyclesIn(graph);
}

function cyclesIn(graph: Graph): Diagnostic[] {
  // Only what something depends on can be part of a circle.
  const needed = new Set<string>();
  for (const edges of new Set(graph.values())) for (const edge of edges) needed.add(edge.address);
  const isFree = (done: Set<string>) => [...needed].every((start) => !walk(start, graph, done));
  if (isFree(new Set())) return [];
  // Wherever the files name them first, they are told in order.
  const done = new Set<string>();
  return [...needed].sort(compareAddresses).flatMap((start) => {
    const cycle = walk(start, graph, done);
    return cycle ? [cycleDiagnostic(cycle)] : [];
  });
}

interface Step {
  readonly from: string;
  readonly edge: Edge;
}

/** Depth first without recursion: a chain of dependencies may be longer than the call stack. */
function walk(start: string, graph: Graph, done: Set<string>): Step[] | undefined {
  if (done.has(start)) return undefined;
  const path: { address: string; next: number; via?: Edge }[] = [{ address: start, next: 0 }];
  const onPath = new Map([[start, 0]]);
  let cycle: Step[] | undefined;
  while (path.length > 0) {
    const top = path[path.length - 1];
    if (!top) break;
    const edge = graph.get(top.address)?.[top.next++];
    if (!edge) {
      done.add(top.address);
      onPath.delete(top.address);
      path.pop();
      continue;
    }
    const seenAt = onPath.get(edge.address);
    if (seenAt !== undefined) {
      cycle ??= [
        ...path
          .slice(seenAt + 1)
          .map((p, i) => ({ from: path[seenAt + i]?.address ?? "", edge: p.via ?? edge })),
        { from: top.address, edge },
      ];
    } else if (!done.has(edge.address) && graph.has(edge.address)) {
      onPath.set(edge.address, path.length);
      path.push({ address: edge.address, next: 0, via: edge });
    }
  }
  return cycle;
}

function cycleDiagnostic(cycle: readonly Step[]): Diagnostic {
  const first = cycle[0];
  if (!first) throw new Error("a cycle has an edge");
  const loop = [...cycle.map((s) => s.from), first.from].join(" → ");
  const text =
    cycle.length === 1
      ? `${first.from} depends on itself`
      : `These depend on each other in a circle: ${loop}`;
  return diagnostic("cycle", text, {
    span: first.edge.span,
    related: cycle
      .slice(1)
      .map((s) => ({ span: s.edge.span, message: `${s.from} depends on ${s.edge.address}` })),
    hint: "Remove one of these references, or move what both need into a third block.",
  });
}

/**
 * Dependencies first; among those that could come next the smallest by `compare`. `needs` may name ids that are not in
 * `ids`; they are ignored. Throws on a cycle, which `findCycles` has reported before.
 */
export function orderBy(
  ids: readonly string[],
  needs: (id: string) => Iterable<string>,
  compare: (a: string, b: string) => number,
): string[] {
  // Numbers are compared many times, ids once.
  const ranked = [...ids].sort(compare);
  const ranks = new Map(ranked.map((id, rank) => [id, rank]));
  const waiting = new Int32Array(ranked.length);
  const dependants = new Map<number, number[]>();
  for (const [rank, id] of ranked.entries()) {
    for (const need of needs(id)) {
      const before = ranks.get(need);
      if (before === undefined) continue;
      waiting[rank] = (waiting[rank] ?? 0) + 1;
      append(dependants, before, rank);
    }
  }
  const ready = new Heap();
  for (const [rank, count] of waiting.entries()) if (count === 0) ready.push(rank);
  const ordered: string[] = [];
  for (let rank = ready.pop(); rank !== undefined; rank = ready.pop()) {
    ordered.push(ranked[rank] as string);
    for (const dependant of dependants.get(rank) ?? []) {
      const left = (waiting[dependant] ?? 0) - 1;
      waiting[dependant] = left;
      if (left === 0) ready.push(dependant);
    }
  }
  if (ordered.length !== ids.length) throw new Error("steps depend on each other in a circle");
  return ordered;
}

/** Adds to the list under a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** A binary min-heap of numbers. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as number;
      if (above <= item) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      const below = items[child] as number;
      if (last <= below) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
