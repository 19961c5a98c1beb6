/** Boxes in the plane: those that edges connect in layers, by dagre; all parts together in rows. */
import { Graph, layout } from "@dagrejs/dagre";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Its place is its centre, in pixels at a zoom of 1. */
export type Box = Point & Size;

/** `from` stands right of `to`. */
export interface Route {
  readonly from: string;
  readonly to: string;
}

/** Begins at 0, 0. */
export interface Arrangement extends Size {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: readonly (Route & { readonly points: readonly Point[] })[];
}

type Sizes = ReadonlyMap<string, Size & { readonly isGroup: boolean }>;

/** Between boxes, and between parts. */
const near = 16;
const apart = 28;

export function arranged(boxes: Sizes, edges: readonly Route[]): Arrangement {
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const alone = [...boxes].filter(([id]) => !connected.has(id));
  const parts = partsOf(edges).map((part) => layered(part, boxes));
  const single = alone.filter(([, { isGroup }]) => isGroup).map((entry) => arrangementOf([entry]));
  return inRows([...parts, ...single, ...gridOf(alone.filter(([, { isGroup }]) => !isGroup))]);
}

/** Edges that hang together, in the order of their first ones. */
function partsOf(edges: readonly Route[]): readonly (readonly Route[])[] {
  const leaders = new Map<string, string>();
  const leaderOf = (id: string): string => {
    let at = id;
    for (let next = leaders.get(at); next !== undefined; next = leaders.get(at)) at = next;
    return at;
  };
  for (const { from, to } of edges) {
    const [a, b] = [leaderOf(from), leaderOf(to)];
    if (a !== b) leaders.set(b, a);
  }
  const parts = new Map<string, Route[]>();
  for (const edge of edges) {
    const leader = leaderOf(edge.from);
    const part = parts.get(leader);
    if (part) part.push(edge);
    else parts.set(leader, [edge]);
  }
  return [...parts.values()];
}

/** Above so many edges the best ranks take too long. */
const quickAbove = 300;

function layered(edges: readonly Route[], sizes: Sizes): Arrangement {
  const graph = new Graph();
  const ranker = edges.length > quickAbove ? "longest-path" : "network-simplex";
  graph.setGraph({ rankdir: "RL", nodesep: near, edgesep: 10, ranksep: 56, ranker });
  const ids = new Set(edges.flatMap(({ from, to }) => [from, to]));
  for (const id of ids) {
    const { width = 0, height = 0 } = sizes.get(id) ?? {};
    graph.setNode(id, { width, height });
  }
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  const boxes = [...ids].map((id) => [id, boxOf(graph.node(id))] as const);
  return cornered(
    boxes,
    edges.map(({ from, to }) => ({ from, to, points: pointsOf(graph.edge(from, to)) })),
  );
}

const boxOf = ({ x = 0, y = 0, width, height }: Size & Partial<Point>): Box => ({ x, y, width, height });

const pointsOf = ({ points = [] }: { readonly points?: readonly Point[] }): readonly Point[] =>
  points.map(({ x, y }) => ({ x, y }));

/** Boxes without any neighbour, in columns of one width. */
function gridOf(boxes: readonly (readonly [string, Size])[]): readonly Arrangement[] {
  const [, first] = boxes[0] ?? [];
  if (!first) return [];
  const width = Math.max(...boxes.map(([, box]) => box.width));
  const { height } = first;
  const columns = Math.max(1, Math.round(Math.sqrt((boxes.length * height * 2) / width)));
  const placed = boxes.map(([id], i) => {
    const x = (i % columns) * (width + near) + width / 2;
    const y = Math.floor(i / columns) * (height + near) + height / 2;
    return [id, { x, y, width, height }] as const;
  });
  return [cornered(placed, [])];
}

const arrangementOf = (boxes: readonly (readonly [string, Size])[]): Arrangement =>
  cornered(
    boxes.map(([id, { width, height }]) => [id, { x: 0, y: 0, width, height }] as const),
    [],
  );

/** Moved so that it begins at 0, 0. */
function cornered(boxes: readonly (readonly [string, Box])[], routes: Arrangement["routes"]): Arrangement {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const points = routes.flatMap((route) => route.points.map((at) => ({ ...at, width: 0, height: 0 })));
  for (const { x, y, width, height } of [...boxes.map(([, box]) => box), ...points]) {
    left = Math.min(left, x - width / 2);
    right = Math.max(right, x + width / 2);
    top = Math.min(top, y - height / 2);
    bottom = Math.max(bottom, y + height / 2);
  }
  return moved({ boxes: new Map(boxes), routes, width: right - left, height: bottom - top }, -left, -top);
}

/** Rows of parts, together about one and a half times as wide as high; the high ones first. */
function inRows(parts: readonly Arrangement[]): Arrangement {
  const area = parts.reduce((sum, { width, height }) => sum + (width + apart) * (height + apart), 0);
  const widest = Math.max(Math.sqrt(area * 1.6), ...parts.map(({ width }) => width));
  const placed: Arrangement[] = [];
  let [x, y, row, right] = [0, 0, 0, 0];
  for (const part of [...parts].sort((a, b) => b.height - a.height)) {
    if (x > 0 && x + part.width > widest) {
      y += row + apart;
      x = 0;
      row = 0;
    }
    placed.push(moved(part, x, y));
    right = Math.max(right, x + part.width);
    row = Math.max(row, part.height);
    x += part.width + apart;
  }
  return {
    boxes: new Map(placed.flatMap(({ boxes }) => [...boxes])),
    routes: placed.flatMap(({ routes }) => routes),
    width: right,
    height: y + row,
  };
}

function moved(part: Arrangement, dx: number, dy: number): Arrangement {
  const shift = <T extends Point>(at: T): T => ({ ...at, x: at.x + dx, y: at.y + dy });
  return {
    ...part,
    boxes: new Map([...part.boxes].map(([id, box]) => [id, shift(box)])),
    routes: part.routes.map((route) => ({ ...route, points: route.points.map(shift) })),
  };
}
