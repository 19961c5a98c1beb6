/**
 * Places for what is drawn: what is needed stands left of what needs it. Each group is laid out by itself and is one box to
 * what is around it; parts that nothing connects are packed side by side, which dagre would put into one endless column.
 * Pure: the same drawing, the same places.
 */
import { type Arrangement, arranged, type Box, type Point, type Route, type Size } from "./arrange.ts";
import type { Drawing, DrawnEdge, DrawnGroup, DrawnNode } from "./model.ts";

export type PlacedNode = DrawnNode & Box;
export type PlacedGroup = DrawnGroup & Box;
/** From the one that needs to the one that is needed. */
export type PlacedEdge = DrawnEdge & { readonly points: readonly Point[] };

export interface Layout extends Size {
  readonly nodes: readonly PlacedNode[];
  /** The ones around come before those inside. */
  readonly groups: readonly PlacedGroup[];
  readonly edges: readonly PlacedEdge[];
}

export const nodeHeight = 46;
const minWidth = 116;
const maxWidth = 280;
/** What a node has beside its text. */
const beside = 54;
/** The widths of letters are not known here; these are generous for the fonts that editors use. */
const letter = 7.4;
const smallLetter = 6.4;
/** Around everything. */
const margin = 24;
/** What a group has around its content; its title stands above. */
const frame = { side: 14, title: 30 };

export function nodeWidth({ label, kind }: Pick<DrawnNode, "label" | "kind">): number {
  const text = Math.max(label.length * letter, kind.length * smallLetter);
  return Math.min(maxWidth, Math.max(minWidth, Math.ceil(text) + beside));
}

/** A label that fits into a node, its middle left out if it must be. */
export function fitted(label: string): string {
  const most = Math.floor((maxWidth - beside) / letter);
  if (label.length <= most) return label;
  const half = Math.floor((most - 1) / 2);
  return `${label.slice(0, half)}…${label.slice(label.length - half)}`;
}

export function layout(drawing: Drawing): Layout {
  const levels = new Levels(drawing);
  const content = levels.place(undefined, { x: margin, y: margin });
  return {
    nodes: levels.nodes,
    groups: drawing.groups.flatMap(({ id }) => levels.groups.get(id) ?? []),
    edges: drawing.edges.map((edge) => ({ ...edge, points: levels.route(edge) })),
    width: content.width + 2 * margin,
    height: content.height + 2 * margin,
  };
}

class Levels {
  readonly nodes: PlacedNode[] = [];
  readonly groups = new Map<string, PlacedGroup>();
  readonly #drawing: Drawing;
  readonly #parents: ReadonlyMap<string, string | undefined>;
  readonly #sizes = new Map<string | undefined, Arrangement>();
  /** By the level's group, then by its ends there. */
  readonly #routes = new Map<string | undefined, Map<string, readonly Point[]>>();
  readonly #edges: ReadonlyMap<string | undefined, readonly Route[]>;
  readonly #places = new Map<string, Box>();

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
    this.#parents = new Map<string, string | undefined>([
      ...drawing.groups.map(({ id, parent }) => [id, parent] as const),
      ...drawing.nodes.map(({ id, group }) => [id, group] as const),
    ]);
    this.#edges = this.#byLevel();
  }

  /** Places all that is in a group; `at` is the corner of its content. Gives the content's size. */
  place(group: string | undefined, at: Point): Size {
    const level = this.#arrange(group);
    const shift = <T extends Point>(point: T): T => ({ ...point, x: point.x + at.x, y: point.y + at.y });
    const routes = new Map(level.routes.map(({ from, to, points }) => [key(from, to), points.map(shift)]));
    this.#routes.set(group, routes);
    for (const node of this.#drawing.nodes) {
      const box = node.group === group ? level.boxes.get(node.id) : undefined;
      if (!box) continue;
      const placed = { ...node, ...rounded(shift(box)) };
      this.#places.set(node.id, placed);
      this.nodes.push(placed);
    }
    for (const inner of this.#drawing.groups) {
      const box = inner.parent === group ? level.boxes.get(inner.id) : undefined;
      if (!box) continue;
      const placed = { ...inner, ...rounded(shift(box)) };
      this.groups.set(inner.id, placed);
      this.place(inner.id, {
        x: placed.x - placed.width / 2 + frame.side,
        y: placed.y - placed.height / 2 + frame.title,
      });
    }
    return level;
  }

  /** From node to node, through the borders of the groups that it crosses. */
  route({ from, to }: DrawnEdge): readonly Point[] {
    const { group, ends } = this.#meeting(from, to);
    const points = this.#routes.get(group)?.get(key(...ends)) ?? [];
    // The ends, where the line meets the boxes, and between two layers one more, which would only bend it.
    const inner = points.slice(1, -1);
    const between = inner.length > 1 ? inner : [];
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const first = between[0] ?? middle;
    const last = between.at(-1) ?? middle;
    return [this.#side(from, first), ...between, this.#side(to, last)].map(rounded);
  }

  /** The middle of the side of a node that looks at a point. */
  #side(id: string, { x }: Point): Point {
    const box = this.#places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
    return { x: x < box.x ? box.x - box.width / 2 : box.x + box.width / 2, y: box.y };
  }

  #arrange(group: string | undefined): Arrangement {
    const known = this.#sizes.get(group);
    if (known) return known;
    const boxes = new Map<string, Size & { readonly isGroup: boolean }>();
    for (const node of this.#drawing.nodes)
      if (node.group === group)
        boxes.set(node.id, { width: nodeWidth(node), height: nodeHeight, isGroup: false });
    for (const { id, parent } of this.#drawing.groups) {
      if (parent !== group) continue;
      const { width, height } = this.#arrange(id);
      boxes.set(id, {
        width: width + 2 * frame.side,
        height: height + frame.title + frame.side,
        isGroup: true,
      });
    }
    const found = arranged(boxes, this.#edges.get(group) ?? []);
    this.#sizes.set(group, found);
    return found;
  }

  #byLevel(): ReadonlyMap<string | undefined, readonly Route[]> {
    const levels = new Map<string | undefined, Map<string, Route>>();
    for (const { from, to } of this.#drawing.edges) {
      const { group, ends } = this.#meeting(from, to);
      const level = levels.get(group) ?? new Map<string, Route>();
      levels.set(group, level);
      level.set(key(...ends), { from: ends[0], to: ends[1] });
    }
    return new Map([...levels].map(([group, edges]) => [group, [...edges.values()]]));
  }

  /** The innermost group around two nodes, and what they are, or are in, directly in it. */
  #meeting(from: string, to: string): { group: string | undefined; ends: readonly [string, string] } {
    const around = this.#path(from);
    const other = this.#path(to);
    let at = 0;
    while (around[at] !== undefined && around[at] === other[at]) at++;
    return { group: around[at - 1], ends: [around[at] ?? from, other[at] ?? to] };
  }

  /** From the outermost group down to the thing itself. */
  #path(id: string): readonly string[] {
    const path: string[] = [];
    for (let at: string | undefined = id; at !== undefined; at = this.#parents.get(at)) path.unshift(at);
    return path;
  }
}

const key = (from: string, to: string): string => JSON.stringify([from, to]);

/** A tenth of a pixel is fine enough, and short. */
const rounded = <T extends Point>(at: T): T => ({
  ...at,
  x: Math.round(at.x * 10) / 10,
  y: Math.round(at.y * 10) / 10,
});
