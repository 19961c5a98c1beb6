import type { DrawnNode } from "./model.ts";

/** Whether a node has every word of a query in its address, its kind or what is planned; any case, any order. */
export function matches({ id, kind, plan }: DrawnNode, query: string): boolean {
  const text = `${id} ${kind} ${plan && plan.action !== "none" ? plan.action : ""}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
