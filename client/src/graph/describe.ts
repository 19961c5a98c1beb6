/** What is said of the things of a drawing, for screen readers, under the mouse and below the drawing. */
import type { Drawing, DrawnEdge, DrawnNode } from "./model.ts";
import type { Descriptions } from "./svg.ts";
import { filled, type GraphTexts } from "./texts.ts";

export function descriptions(drawing: Drawing, texts: GraphTexts): Descriptions {
  const sentence = sentences(drawing, texts);
  return {
    node: (node) => ({ label: sentence(node).join(", "), title: sentence(node).join("\n") }),
    group: ({ id }) => ({ label: id, title: filled(texts.collapse, id) }),
    edge: (edge) => edgeText(edge, texts),
  };
}

/** The sentences about a node: what it is, what is planned, what it needs and who needs it. */
export function sentences({ edges }: Drawing, texts: GraphTexts): (node: DrawnNode) => readonly string[] {
  const needs = new Map<string, string[]>();
  const neededBy = new Map<string, string[]>();
  const add = (lists: Map<string, string[]>, id: string, text: string) => {
    const list = lists.get(id);
    if (list) list.push(text);
    else lists.set(id, [text]);
  };
  for (const edge of edges) {
    add(needs, edge.from, `${edge.to} (${edge.reasons.join(", ")})`);
    add(neededBy, edge.to, edge.from);
  }
  return ({ id, plan, isLast, count }) => {
    const before = needs.get(id);
    const after = neededBy.get(id);
    return [
      id,
      ...(count === undefined ? [] : [filled(texts.inside, count)]),
      ...(plan ? [planText(plan, texts)] : []),
      ...(before ? [filled(texts.needs, before.join(", "))] : []),
      ...(isLast ? [texts.waitsForAll] : []),
      ...(after ? [filled(texts.neededBy, after.join(", "))] : []),
    ];
  };
}

function planText({ action, reason }: NonNullable<DrawnNode["plan"]>, { actions }: GraphTexts): string {
  return reason === "" || action === "none" ? actions[action] : `${actions[action]}: ${reason}`;
}

const edgeText = ({ from, to, reasons }: DrawnEdge, texts: GraphTexts): string =>
  `${filled(texts.edge, from, to)} (${reasons.join(", ")})`;
