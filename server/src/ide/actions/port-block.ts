import { pathAt } from "../at.ts";
import type { Located } from "../snapshot.ts";
import type { Action, ActionPlace } from "./action.ts";
import { marginAt } from "./insert.ts";

/** `port = 8080` as the block that it stands for. */
export function portBlock({ text, selection }: ActionPlace, { source }: Located): Action[] {
  const path = pathAt(source, selection.start);
  const [block, , attribute] = path?.nodes ?? [];
  if (!path || block?.kind !== "block" || attribute?.kind !== "attribute") return [];
  const isService = block.node.keyword.name === "resource" && block.node.labels[0]?.value === "service";
  if (!isService || attribute.node.name.name !== "port" || attribute.node.value.type === "missing") return [];
  const { start: base } = path.origin;
  const [start, end] = [base + attribute.node.start, base + attribute.node.end];
  const value = text.slice(base + attribute.node.value.start, base + attribute.node.value.end);
  const margin = marginAt(text, start);
  const inner = `${margin}  external = ${value}\n${margin}  internal = ${value}\n`;
  return [
    {
      title: "Write it as a port block",
      kind: "refactor.rewrite",
      edits: [{ file: source.file, start, end, text: `port {\n${inner}${margin}}` }],
    },
  ];
}
