import { drawingStyle } from "./style.ts";

export interface PageOptions {
  readonly title: string;
  /** The language of the page's texts, such as `de`. */
  readonly language: string;
  /** Address of graph.js, as the webview may load it. */
  readonly script: string;
  /** Where it may load scripts from. */
  readonly source: string;
  readonly nonce: string;
}

/** The webview's page: nothing in it comes from elsewhere, and no script but ours runs. */
export function pageHtml({ title, language, script, source, nonce }: PageOptions): string {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}' ${source}`,
  ].join("; ");
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replace(/[&<]/g, (c) => (c === "&" ? "&amp;" : "&lt;"))}</title>
<style nonce="${nonce}">${pageStyle}${drawingStyle((variable) => `var(${variable})`)}</style>
</head>
<body>
<header>
<input id="filter" type="search" spellcheck="false" autocomplete="off">
<span id="count" role="status"></span>
<span id="legend"></span>
<span class="space"></span>
<button id="zoom-out" type="button"></button><button id="zoom-in" type="button"></button><button id="fit" type="button"></button><button id="export" type="button"></button>
</header>
<main>
<svg id="canvas" role="application"><g id="drawing"></g></svg>
<p id="empty" hidden></p>
</main>
<footer id="details" aria-live="polite" hidden></footer>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

const pageStyle = `
html, body { height: 100%; }
body { display: flex; flex-direction: column; margin: 0; padding: 0; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); background: var(--vscode-editor-background); }
header { display: flex; align-items: center; gap: 6px; padding: 6px 10px; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
input { flex: 0 1 220px; min-width: 40px; padding: 3px 8px; font: inherit; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, transparent); border-radius: 4px; }
input::placeholder { color: var(--vscode-input-placeholderForeground); }
button { flex: none; min-width: 26px; padding: 3px 8px; font: inherit; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 4px; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
input:focus, button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.space { flex: 1; }
#count { color: var(--vscode-descriptionForeground); white-space: nowrap; }
#legend { flex: none; display: flex; gap: 10px; font-weight: 600; margin-left: 6px; overflow: hidden; white-space: nowrap; }
.plan.plan-create { color: var(--vscode-gitDecoration-addedResourceForeground); }
.plan.plan-update { color: var(--vscode-gitDecoration-modifiedResourceForeground); }
.plan.plan-replace { color: var(--vscode-charts-orange); }
.plan.plan-delete { color: var(--vscode-gitDecoration-deletedResourceForeground); }
.plan.plan-move { color: var(--vscode-charts-blue); }
.plan.plan-check { color: var(--vscode-charts-blue); }
.plan.plan-forget { color: var(--vscode-charts-purple); }
main { position: relative; flex: 1; min-height: 0; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; cursor: grab; user-select: none; touch-action: none; outline: none; }
svg.grabbed { cursor: grabbing; }
.node, .title { cursor: pointer; }
.node:focus { outline: none; }
.node:focus-visible .box { stroke: var(--vscode-focusBorder); stroke-width: 3; }
.node:hover .box { fill: var(--vscode-list-hoverBackground); }
.title:hover { fill: var(--vscode-foreground); }
#empty { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; color: var(--vscode-descriptionForeground); }
#empty[hidden], footer[hidden] { display: none; }
footer { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 6px 12px; border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
footer span { color: var(--vscode-descriptionForeground); }
`;
