/** Where the arrow keys lead: along the edges, and where there is none, to what is nearest on that side. */
import type { Layout, PlacedNode } from "./layout.ts";

export type Direction = "left" | "right" | "up" | "down";

/** The id of the next node; undefined where there is nothing on that side. */
export function nextNode(layout: Layout, id: string, direction: Direction): string | undefined {
  const at = layout.nodes.find((node) => node.id === id);
  if (!at) return layout.nodes[0]?.id;
  return nearest(at, neighbours(layout, id, direction)) ?? beside(at, layout.nodes, direction);
}

/** What is needed stands left, what needs it right. */
function neighbours({ nodes, edges }: Layout, id: string, direction: Direction): readonly PlacedNode[] {
  if (direction === "up" || direction === "down") return [];
  const ids = new Set(
    direction === "left"
      ? edges.filter((e) => e.from === id).map((e) => e.to)
      : edges.filter((e) => e.to === id).map((e) => e.from),
  );
  return nodes.filter((node) => ids.has(node.id));
}

function nearest(at: PlacedNode, nodes: readonly PlacedNode[]): string | undefined {
  return least(nodes, (node) => Math.abs(node.y - at.y) + Math.abs(node.x - at.x) / 4);
}

/** Of what lies in a direction, what is straight ahead before what is aside. */
function beside(at: PlacedNode, nodes: readonly PlacedNode[], direction: Direction): string | undefined {
  const isVertical = direction === "up" || direction === "down";
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  const ahead = (node: PlacedNode) => sign * (isVertical ? node.y - at.y : node.x - at.x);
  const aside = (node: PlacedNode) => Math.abs(isVertical ? node.x - at.x : node.y - at.y);
  return least(
    nodes.filter((node) => ahead(node) > 1),
    (node) => ahead(node) + 2 * aside(node),
  );
}

function least(nodes: readonly PlacedNode[], cost: (node: PlacedNode) => number): string | undefined {
  let [found, best]: [string | undefined, number] = [undefined, Infinity];
  for (const node of nodes) {
    const own = cost(node);
    if (own < best) [found, best] = [node.id, own];
  }
  return found;
}
