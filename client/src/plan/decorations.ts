import * as vscode from "vscode";
import type { PlanRecord } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { rangeOf } from "../reveal.ts";
import { type Mark, type MarkKind, marked, markKinds, marks, strongest } from "./marks.ts";

/** A sign in the gutter, and a spot in the overview ruler, for each block that the plan does something about, or whose thing has drifted. */
export class PlanDecorations implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #types = new Map<string, vscode.TextEditorDecorationType>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    for (const kind of markKinds) {
      this.#types.set(typeKey(kind, false), decorationType(marks[kind]));
      this.#types.set(typeKey(kind, true), decorationType(faded(marks[kind])));
    }
    this.#listeners = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#drawAll(editors)),
      ctx.plans.onDidChange(() => this.#drawAll(vscode.window.visibleTextEditors)),
      ctx.stacks.onDidChange(() => this.#drawAll(vscode.window.visibleTextEditors)),
    );
    this.#drawAll(vscode.window.visibleTextEditors);
  }

  dispose(): void {
    this.#listeners.dispose();
    for (const type of this.#types.values()) type.dispose();
  }

  #drawAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (editor.document.languageId === "clockwork") void this.#draw(editor);
  }

  async #draw(editor: vscode.TextEditor): Promise<void> {
    const { uri } = editor.document;
    const stack = await this.#ctx.stacks.around(uri);
    const plan = stack && (await this.#ctx.plans.of(stack));
    if (!vscode.window.visibleTextEditors.includes(editor)) return;
    const found = plan ? marksIn(plan, uri.toString()) : new Map<string, vscode.Range[]>();
    for (const [key, type] of this.#types) editor.setDecorations(type, found.get(key) ?? []);
  }
}

const typeKey = (kind: MarkKind, isStale: boolean): string => `${kind} ${isStale}`;

/** Where each decoration stands in a file. */
function marksIn(plan: PlanRecord, uri: string): Map<string, vscode.Range[]> {
  const blocks = new Map<number, { readonly range: vscode.Range; readonly kinds: MarkKind[] }>();
  for (const { kind, place } of marked(plan)) {
    if (!isSame(place.uri, uri)) continue;
    const range = rangeOf(place.range);
    const block = blocks.get(range.start.line) ?? { range, kinds: [] };
    blocks.set(range.start.line, block);
    block.kinds.push(kind);
  }
  const found = new Map<string, vscode.Range[]>();
  for (const { range, kinds } of blocks.values()) {
    const kind = strongest(kinds);
    if (!kind) continue;
    // What was seen does not depend on what the files say.
    const key = typeKey(kind, plan.stale !== undefined && kind !== "drift");
    found.set(key, [...(found.get(key) ?? []), range]);
  }
  return found;
}

/** However an address is spelt. */
const isSame = (a: string, b: string): boolean => vscode.Uri.parse(a, true).toString() === b;

function decorationType(mark: Mark): vscode.TextEditorDecorationType {
  const icon = (color: string) => ({ gutterIconPath: svg(mark.sign, color), gutterIconSize: "contain" });
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerColor: new vscode.ThemeColor(mark.ruler),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    light: icon(mark.light),
    dark: icon(mark.dark),
  });
}

/** Of a plan that is not up to date. */
const faded = (mark: Mark): Mark => ({ ...mark, light: "#b0b0b0", dark: "#6b6b6b" });

function svg(sign: string, color: string): vscode.Uri {
  const text = `<text x="8" y="12.5" text-anchor="middle" font-family="monospace" font-size="14" font-weight="bold" fill="${color}">${sign}</text>`;
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">${text}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;utf8,${encodeURIComponent(image)}`);
}
