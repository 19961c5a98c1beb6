/** A layout as SVG. Pure: the same layout, the same text; what a user's files say is escaped. */

import type { Point } from "./arrange.ts";
import { fitted, type Layout, type PlacedEdge, type PlacedGroup, type PlacedNode } from "./layout.ts";
import { sigils } from "./style.ts";

/** What is said of a thing beside its picture. */
export interface Described {
  /** Read by screen readers. */
  readonly label: string;
  /** Shown under the mouse. */
  readonly title: string;
}

export interface Descriptions {
  node(node: PlacedNode): Described;
  group(group: PlacedGroup): Described;
  edge(edge: PlacedEdge): string;
}

/** Everything inside of the `svg` element: groups, then edges, then nodes. */
export function drawingSvg(layout: Layout, descriptions: Descriptions): string {
  return [
    ...layout.groups.map((group) => groupSvg(group, descriptions.group(group))),
    ...layout.edges.map((edge) => edgeSvg(edge, descriptions.edge(edge))),
    ...layout.nodes.map((node) => nodeSvg(node, descriptions.node(node))),
  ].join("\n");
}

/** A file of its own. */
export function svgDocument(layout: Layout, descriptions: Descriptions, style: string): string {
  const { width, height } = layout;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>${escaped(style)}</style>
<rect class="page" width="${width}" height="${height}"/>
${drawingSvg(layout, descriptions)}
</svg>
`;
}

function groupSvg({ id, label, x, y, width, height }: PlacedGroup, described: Described): string {
  return `<g class="group" data-group="${escaped(id)}" transform="translate(${x - width / 2} ${y - height / 2})">
<rect class="box" width="${width}" height="${height}" rx="8"/>
<text class="title" x="12" y="20" role="button" aria-expanded="true" aria-label="${escaped(described.label)}"><title>${escaped(described.title)}</title>▾ ${escaped(label)}</text>
</g>`;
}

const radius = 6;

function nodeSvg(node: PlacedNode, described: Described): string {
  const { id, type, x, y, width, height, plan, count } = node;
  const classes = ["node", type, plan && `plan-${plan.action}`].filter(Boolean).join(" ");
  const isFolded = count !== undefined;
  const state = isFolded ? ' aria-expanded="false"' : "";
  const behind = isFolded
    ? `<rect class="behind" x="5" y="5" width="${width}" height="${height}" rx="${radius}"/>`
    : "";
  const sum = isFolded ? `<text class="count" x="${width - 10}" y="18">×${count}</text>` : "";
  const sigil = plan && sigils[plan.action];
  const sign = sigil ? `<text class="sigil" x="${width - 18}" y="${isFolded ? 38 : 30}">${sigil}</text>` : "";
  return `<g class="${classes}" data-id="${escaped(id)}" role="button" tabindex="-1" aria-label="${escaped(described.label)}"${state} transform="translate(${round(x - width / 2)} ${round(y - height / 2)})"><title>${escaped(described.title)}</title>
${behind}<rect class="box" width="${width}" height="${height}" rx="${radius}"/><path class="stripe" d="${stripe(height)}"/>
<text class="kind" x="15" y="18">${escaped(kindOf(node))}</text><text class="name" x="15" y="35">${escaped(fitted(node.label))}</text>${sum}${sign}
</g>`;
}

const kindOf = ({ type, kind }: PlacedNode): string => (type === "check" ? `✓ ${kind}` : kind);

/** The left end of a node, as wide as its corners are round. */
function stripe(height: number): string {
  const r = radius;
  return `M${r} 0A${r} ${r} 0 0 0 0 ${r}V${height - r}A${r} ${r} 0 0 0 ${r} ${height}Z`;
}

function edgeSvg({ from, to, points }: PlacedEdge, title: string): string {
  const [last, before] = [points.at(-1), points.at(-2)];
  const head = last && before ? `<polygon points="${arrow(last, last.x >= before.x ? -1 : 1)}"/>` : "";
  return `<g class="edge" data-from="${escaped(from)}" data-to="${escaped(to)}"><title>${escaped(title)}</title><path d="${curve(points)}"/>${head}</g>`;
}

/** Leaves and arrives horizontally, and so at each place between. */
function curve([first, ...others]: readonly Point[]): string {
  if (!first) return "";
  let at = first;
  const parts = others.map((next) => {
    const middle = round((at.x + next.x) / 2);
    const part = `C${middle} ${at.y} ${middle} ${next.y} ${next.x} ${next.y}`;
    at = next;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join("")}`;
}

/** @param back where the line comes from: 1 from the right, -1 from the left */
function arrow({ x, y }: Point, back: 1 | -1): string {
  const tail = round(x + back * 7);
  return `${x},${y} ${tail},${round(y - 3.5)} ${tail},${round(y + 3.5)}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for an element or an attribute. Control characters, which XML does not have, are replaced. */
function escaped(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "\ufffd")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
