import type { NodeAction } from "./model.ts";

/** The editor's colours and fonts that a drawing uses, by names of its own. */
const variables = {
  background: "--vscode-editor-background",
  foreground: "--vscode-editor-foreground",
  faint: "--vscode-descriptionForeground",
  box: "--vscode-editorWidget-background",
  focus: "--vscode-focusBorder",
  link: "--vscode-textLink-foreground",
  create: "--vscode-gitDecoration-addedResourceForeground",
  update: "--vscode-gitDecoration-modifiedResourceForeground",
  replace: "--vscode-charts-orange",
  delete: "--vscode-gitDecoration-deletedResourceForeground",
  move: "--vscode-charts-blue",
  forget: "--vscode-charts-purple",
  check: "--vscode-charts-blue",
  font: "--vscode-font-family",
  mono: "--vscode-editor-font-family",
} as const;

/** What stands for an action beside a name. */
export const sigils: Readonly<Record<NodeAction, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "−",
  move: "→",
  forget: "○",
  check: "?",
  none: "",
};

const colored = ["create", "update", "replace", "delete", "move", "forget", "check"] as const;

/**
 * The style of a drawing.
 *
 * @param value what to write for a variable of the editor's theme: in a webview `var(…)`, in a file its value
 */
export function drawingStyle(value: (variable: string) => string): string {
  const c = (name: keyof typeof variables) => value(variables[name]);
  const planned = colored.map(
    (action) => `.plan-${action} .stripe, .plan-${action} .sigil { fill: ${c(action)}; }
.plan-${action} .box { stroke: ${c(action)}; stroke-opacity: 1; }`,
  );
  return `
text { font-family: ${c("font")}; fill: ${c("foreground")}; }
.page { fill: ${c("background")}; }
.group > .box { fill: ${c("foreground")}; fill-opacity: 0.04; stroke: ${c("faint")}; stroke-opacity: 0.5; stroke-dasharray: 4 3; }
.group > .title { font-size: 12px; fill: ${c("faint")}; }
.node .box, .node .behind { fill: ${c("box")}; stroke: ${c("faint")}; stroke-opacity: 0.6; }
.node .stripe { fill: none; }
.node .kind { font-size: 11px; fill: ${c("faint")}; }
.node .name { font-size: 13px; font-weight: 600; }
.node .sigil { font-size: 17px; font-weight: 600; font-family: ${c("mono")}; text-anchor: middle; }
.node .count { font-size: 11px; fill: ${c("faint")}; text-anchor: end; }
.node.gone .box { stroke-dasharray: 4 3; }
.node.gone .name { text-decoration: line-through; }
.edge path { fill: none; stroke: ${c("faint")}; stroke-opacity: 0.6; stroke-width: 1.2; }
.edge polygon { fill: ${c("faint")}; }
${planned.join("\n")}
.edge.near path { stroke: ${c("link")}; stroke-opacity: 1; stroke-width: 2; }
.edge.near polygon { fill: ${c("link")}; }
.node.selected .box { stroke: ${c("focus")}; stroke-opacity: 1; stroke-width: 2.5; }
.dim { opacity: 0.22; }
`;
}
