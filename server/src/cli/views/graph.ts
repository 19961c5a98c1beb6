import { printDocument } from "./json.ts";

/** What it takes of `Dependencies`. */
export interface GraphView {
  readonly nodes: readonly { readonly address: string }[];
  /** `from` needs `to`. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export const graphFormats = ["dot", "mermaid", "json"] as const;
export type GraphFormat = (typeof graphFormats)[number];

/** What needs what, as text for Graphviz, Mermaid or programs. In the order given, so the same graph is the same text. */
export function graphView(graph: GraphView, format: GraphFormat): string {
  switch (format) {
    case "dot":
      return dot(graph);
    case "mermaid":
      return mermaid(graph);
    case "json":
      return printDocument({
        nodes: graph.nodes.map(({ address }) => ({ id: address })),
        edges: graph.edges.map(({ from, to }) => ({ from, to })),
      });
  }
}

function dot({ nodes, edges }: GraphView): string {
  return [
    "digraph clockwork {",
    '  rankdir = "RL"',
    '  node [shape = "box"]',
    ...nodes.map((n) => `  ${dotString(n.address)}`),
    ...edges.map((e) => `  ${dotString(e.from)} -> ${dotString(e.to)}`),
    "}\n",
  ].join("\n");
}

/** Graphviz knows one escape in identifiers, `\"`; a backslash before anything else is itself. */
function dotString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function mermaid({ nodes, edges }: GraphView): string {
  const ids = new Map(nodes.map((n, i) => [n.address, `n${i}`]));
  return [
    "flowchart RL",
    ...nodes.map((n) => `  ${ids.get(n.address)}["${mermaidText(n.address)}"]`),
    ...edges.flatMap(({ from, to }) => {
      const [a, b] = [ids.get(from), ids.get(to)];
      return a && b ? [`  ${a} --> ${b}`] : [];
    }),
    "",
  ].join("\n");
}

/** Mermaid takes entities without the ampersand: `#34;`. */
function mermaidText(text: string): string {
  return text.replace(/["#<>&`]/g, (c) => `#${c.charCodeAt(0)};`);
}
