import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses } from "../intake/address.ts";
import type { Edge, Ir } from "../intake/ir.ts";

interface GraphNode {
  readonly address: string;
  readonly dependsOn: readonly Edge[];
}

/** Resources and verifies by address. */
export function nodesOf(ir: Ir): ReadonlyMap<string, GraphNode> {
  return new Map([...ir.resources, ...ir.verifies].map((n) => [n.address, n]));
}

/** Each circle once, whole: a diagnostic at its first edge, the others as related spans. */
export function findCycles(ir: Ir): Diagnostic[] {
  const nodes = nodesOf(ir);
  const done = new Set<string>();
  const found: Diagnostic[] = [];
  for (const start of [...nodes.keys()].sort(compareAddresses)) {
    const cycle = walk(start, nodes, done);
    if (cycle) found.push(cycleDiagnostic(cycle));
  }
  return found;
}

interface Step {
  readonly from: string;
  readonly edge: Edge;
}

/** Depth first without recursion: a chain of dependencies may be longer than the call stack. */
function walk(start: string, nodes: ReadonlyMap<string, GraphNode>, done: Set<string>): Step[] | undefined {
  if (done.has(start)) return undefined;
  const path: { address: string; next: number; via?: Edge }[] = [{ address: start, next: 0 }];
  const onPath = new Map([[start, 0]]);
  let cycle: Step[] | undefined;
  while (path.length > 0) {
    const top = path[path.length - 1];
    if (!top) break;
    const edge = nodes.get(top.address)?.dependsOn[top.next++];
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
    } else if (!done.has(edge.address) && nodes.has(edge.address)) {
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
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]));
  const dependants = new Map<string, string[]>();
  for (const id of ids) {
    for (const need of needs(id)) {
      if (!waiting.has(need)) continue;
      waiting.set(id, (waiting.get(id) ?? 0) + 1);
      const list = dependants.get(need);
      if (list) list.push(id);
      else dependants.set(need, [id]);
    }
  }
  const ready = new Heap(compare);
  for (const [id, count] of waiting) if (count === 0) ready.push(id);
  const ordered: string[] = [];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    ordered.push(id);
    for (const dependant of dependants.get(id) ?? []) {
      const left = (waiting.get(dependant) ?? 0) - 1;
      waiting.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  }
  if (ordered.length !== ids.length) throw new Error("steps depend on each other in a circle");
  return ordered;
}

/** A binary min-heap. */
class Heap {
  readonly #items: string[] = [];
  readonly #compare: (a: string, b: string) => number;

  constructor(compare: (a: string, b: string) => number) {
    this.#compare = compare;
  }

  push(item: string): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as string;
      if (this.#compare(above, item) <= 0) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): string | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#compare(items[child + 1] as string, items[child] as string) < 0)
        child++;
      const below = items[child] as string;
      if (this.#compare(last, below) <= 0) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
