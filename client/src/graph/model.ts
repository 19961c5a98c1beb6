/**
 * What is drawn of a stack: its graph with the planned change of each node, with groups folded into one node each where
 * they are collapsed. Pure; knows nothing of places on the screen.
 */
import type { BlockPlace, GraphRecord, PlannedAction } from "../../../server/src/protocol.ts";

/** What is done to a node: what is planned for a resource; a check runs, which changes nothing. */
export type NodeAction = PlannedAction | "check";

/** What is planned for an address. */
export interface NodePlan {
  readonly action: NodeAction;
  readonly reason: string;
}

export interface DrawnNode {
  /** An address, or the id of a collapsed group. */
  readonly id: string;
  /** `resource`: made by a block; `gone`: only in the state, and planned to go. */
  readonly type: "resource" | "check" | "gone" | "module" | "instances";
  /** `service`; of a collapsed group `module`, or the kind of its instances. */
  readonly kind: string;
  /** What it is called within the group around it. */
  readonly label: string;
  readonly group?: string;
  /** Of a collapsed group: how many nodes are in it. */
  readonly count?: number;
  readonly plan?: NodePlan;
  /** A check that refers to nothing and waits for everything. */
  readonly isLast: boolean;
  readonly place?: BlockPlace;
}

/** A group that is open. */
export interface DrawnGroup {
  readonly id: string;
  readonly kind: "module" | "instances";
  readonly label: string;
  readonly parent?: string;
}

/** `from` needs `to`. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** The attributes that refer, each once; `depends_on`. */
  readonly reasons: readonly string[];
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly groups: readonly DrawnGroup[];
  readonly edges: readonly DrawnEdge[];
}

type Group = GraphRecord["groups"][number];

/** @param plans by address; what is planned for addresses that no block has is drawn as well */
export function drawing(
  graph: GraphRecord,
  plans: ReadonlyMap<string, NodePlan>,
  isCollapsed: (group: string) => boolean,
): Drawing {
  const groups = new Groups(graph, isCollapsed);
  const known = new Set(graph.nodes.map(({ address }) => address));
  const last = new Set(graph.edges.filter((e) => e.reason === undefined).map((e) => e.from));
  const folded = new Set<string>();
  const nodes = graph.nodes.flatMap((node): DrawnNode[] => {
    const { address, kind, isCheck, place } = node;
    const shown = groups.shownAs(node);
    const plan = plans.get(address);
    if (shown !== address) {
      if (folded.has(shown)) return [];
      folded.add(shown);
      return [groups.folded(shown, plans)];
    }
    const group = groups.around(node);
    return [
      {
        id: address,
        type: isCheck ? "check" : "resource",
        kind,
        label: labelOf(address, group),
        isLast: last.has(address),
        place,
        ...(group !== undefined && { group }),
        ...(plan && { plan }),
      },
    ];
  });
  const gone = [...plans].filter(([address, { action }]) => leaves.has(action) && !known.has(address));
  return {
    nodes: [...nodes, ...gone.map(([address, plan]) => goneNode(address, plan))],
    groups: groups.open(new Set(nodes.flatMap(({ group }) => group ?? []))),
    edges: shownEdges(graph, groups),
  };
}

const leaves: ReadonlySet<NodeAction> = new Set(["delete", "forget"]);

/** Above so many nodes a graph begins with its groups collapsed. */
const manyNodes = 80;

/** Whether a group is collapsed as long as nobody has said otherwise: in large graphs, the outermost ones. */
export function collapsedAtFirst(graph: GraphRecord): ReadonlySet<string> {
  if (graph.nodes.length <= manyNodes) return new Set();
  return new Set(graph.groups.filter(({ parent }) => parent === undefined).map(({ id }) => id));
}

/** The ids of the groups around a node or group, the innermost first. */
export function groupsAround(graph: GraphRecord, id: string): readonly string[] {
  const parents = new Map(graph.groups.map((group) => [group.id, group.parent]));
  const around: string[] = [];
  const innermost = parents.has(id)
    ? parents.get(id)
    : graph.nodes.find(({ address }) => address === id)?.group;
  for (let at = innermost; at !== undefined; at = parents.get(at)) around.push(at);
  return around;
}

class Groups {
  readonly #byId: ReadonlyMap<string, Group>;
  readonly #members = new Map<string, GraphRecord["nodes"][number][]>();
  readonly #isCollapsed: (group: string) => boolean;

  constructor({ groups, nodes }: GraphRecord, isCollapsed: (group: string) => boolean) {
    this.#byId = new Map(groups.map((group) => [group.id, group]));
    this.#isCollapsed = isCollapsed;
    for (const node of nodes) {
      for (const { id } of this.#path(node.group)) {
        const members = this.#members.get(id);
        if (members) members.push(node);
        else this.#members.set(id, [node]);
      }
    }
  }

  /** The outermost collapsed group around a node, or the node itself. */
  shownAs({ address, group }: { readonly address: string; readonly group?: string }): string {
    return this.#path(group).find(({ id }) => this.#isCollapsed(id) && !this.#isLone(id))?.id ?? address;
  }

  /** The innermost open group around a node. */
  around({ group }: { readonly group?: string }): string | undefined {
    return this.#path(group).findLast(({ id }) => !this.#isLone(id))?.id;
  }

  folded(id: string, plans: ReadonlyMap<string, NodePlan>): DrawnNode {
    const group = this.#byId.get(id);
    const members = this.#members.get(id) ?? [];
    const parent = this.around({ ...(group?.parent !== undefined && { group: group.parent }) });
    const plan = sumOf(members.flatMap(({ address }) => plans.get(address) ?? []));
    const place = group?.place ?? members[0]?.place;
    return {
      id,
      type: group?.kind ?? "module",
      kind: group?.kind === "instances" ? (members[0]?.kind ?? "") : "module",
      label: labelOf(id, parent),
      count: members.length,
      isLast: false,
      ...(parent !== undefined && { group: parent }),
      ...(plan && { plan }),
      ...(place && { place }),
    };
  }

  /** Those that have something in them, with the ones around. */
  open(used: ReadonlySet<string>): readonly DrawnGroup[] {
    const wanted = new Set([...used].flatMap((id) => this.#path(id).map((group) => group.id)));
    return [...this.#byId.values()].flatMap(({ id, kind, parent }) => {
      if (!wanted.has(id) || this.#isLone(id)) return [];
      const around = this.around({ ...(parent !== undefined && { group: parent }) });
      return [{ id, kind, label: inside(id, around), ...(around !== undefined && { parent: around }) }];
    });
  }

  /** From the outside in. */
  #path(id: string | undefined): readonly Group[] {
    const path: Group[] = [];
    for (let at = id === undefined ? undefined : this.#byId.get(id); at; at = this.#byId.get(at.parent ?? ""))
      path.unshift(at);
    return path;
  }

  /** A frame around a single instance says nothing. */
  #isLone(id: string): boolean {
    return this.#byId.get(id)?.kind === "instances" && this.#members.get(id)?.length === 1;
  }
}

/** `module.site.service.web` in `module.site` is `web`: its kind stands above its name. */
function labelOf(id: string, group: string | undefined): string {
  const rest = inside(id, group);
  return rest.startsWith("[") ? rest : rest.replace(/^verify\./, "").replace(/^[^.[]+\./, "");
}

/** `module.site.service.web` in `module.site` is `service.web`. */
function inside(id: string, group: string | undefined): string {
  return group !== undefined && id.startsWith(group) ? id.slice(group.length).replace(/^\./, "") : id;
}

function goneNode(address: string, plan: NodePlan): DrawnNode {
  const isCheck = /(?:^|\.)verify\./.test(address);
  const inner = address.replace(/^(?:module\.[^.[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)+/, "");
  return {
    id: address,
    type: "gone",
    kind: (isCheck ? inner.slice("verify.".length) : inner).split(".")[0] ?? "",
    label: labelOf(inner, undefined),
    isLast: false,
    plan,
  };
}

/** What several plans come to; undefined where nothing is known of any. */
function sumOf(plans: readonly NodePlan[]): NodePlan | undefined {
  const changing = plans.filter(({ action }) => action !== "none");
  const [first] = changing;
  if (!first) return plans[0];
  const counts = new Map<NodeAction, number>();
  for (const { action } of changing) counts.set(action, (counts.get(action) ?? 0) + 1);
  const reason = [...counts].map(([action, count]) => `${count} ${action}`).join(", ");
  return { action: counts.size === 1 ? first.action : "update", reason };
}

function shownEdges(graph: GraphRecord, groups: Groups): readonly DrawnEdge[] {
  const shown = new Map(graph.nodes.map((node) => [node.address, groups.shownAs(node)]));
  const edges = new Map<string, { from: string; to: string; reasons: Set<string> }>();
  for (const { from, to, reason } of graph.edges) {
    const [a, b] = [shown.get(from), shown.get(to)];
    if (a === undefined || b === undefined || a === b || reason === undefined) continue;
    const key = JSON.stringify([a, b]);
    const edge = edges.get(key) ?? { from: a, to: b, reasons: new Set() };
    edges.set(key, edge);
    edge.reasons.add(reason);
  }
  return [...edges.values()].map(({ from, to, reasons }) => ({ from, to, reasons: [...reasons] }));
}
