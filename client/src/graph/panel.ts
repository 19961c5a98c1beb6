import * as vscode from "vscode";
import {
  type BlockPlace,
  type GraphRecord,
  type PlannedChange,
  type PlanParams,
  requests,
} from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { rangeOf, reveal } from "../reveal.ts";
import { folderName, stackName } from "../stacks.ts";
import { graphTexts } from "./editor-texts.ts";
import { pageHtml } from "./html.ts";
import type { FromWebview, ToWebview } from "./messages.ts";

/** Time without an edit before the graph is asked for again, in milliseconds. */
const quietMs = 250;

/** One webview with the graph of one stack, kept as its files and its plan are now. */
export class GraphPanel {
  readonly #ctx: Ctx;
  readonly #folder: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  readonly #listeners: vscode.Disposable;
  #graph: GraphRecord | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what made the graph another one, so that an answer that is overtaken is known as such. */
  #wanted = 0;
  /** The webview has said that it listens. */
  #isReady = false;
  /** The node that was last told of, in either direction. */
  #selected: string | undefined;

  constructor(ctx: Ctx, folder: vscode.Uri, panel: vscode.WebviewPanel) {
    this.#ctx = ctx;
    this.#folder = folder;
    this.#panel = panel;
    panel.title = vscode.l10n.t("Graph: {0}", stackName(folder));
    const icon = (name: string) => vscode.Uri.joinPath(ctx.extensionUri, "media", name);
    panel.iconPath = { light: icon("file-light.svg"), dark: icon("file-dark.svg") };
    this.#listeners = vscode.Disposable.from(
      panel.webview.onDidReceiveMessage((message: FromWebview) => this.#receive(message)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#refreshFor(document.uri)),
      ctx.stacks.onDidChange(() => this.#refreshSoon()),
      ctx.plans.onDidChange((changed) => {
        if (changed.toString() === folder.toString()) this.#refreshSoon();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor)),
    );
    panel.onDidDispose(() => {
      clearTimeout(this.#timer);
      this.#listeners.dispose();
    });
    panel.webview.options = webviewOptions(ctx.extensionUri);
    panel.webview.html = this.#html(panel.webview);
  }

  show(): void {
    this.#panel.reveal();
  }

  #html(webview: vscode.Webview): string {
    return pageHtml({
      title: this.#panel.title,
      language: vscode.env.language,
      script: webview
        .asWebviewUri(vscode.Uri.joinPath(this.#ctx.extensionUri, "dist", "graph.js"))
        .toString(true),
      source: webview.cspSource,
      nonce: crypto.randomUUID(),
    });
  }

  async #receive(message: FromWebview): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#post({ type: "start", folder: this.#folder.toString(), texts: graphTexts() });
        await this.#refresh();
        return;
      case "selected":
        this.#selected = message.id;
        return this.#point(this.#placeOf(message.id));
      case "open": {
        const place = this.#placeOf(message.id);
        if (place) await reveal(place, { viewColumn: this.#sourceColumn(place) });
        return;
      }
      case "export":
        return this.#save(message.svg);
    }
  }

  #refreshFor({ path, scheme }: vscode.Uri): void {
    const isOfStack = scheme === this.#folder.scheme && path.startsWith(`${this.#folder.path}/`);
    if (isOfStack && /\.cw(?:vars)?$/.test(path)) this.#refreshSoon();
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), quietMs);
  }

  async #refresh(): Promise<void> {
    if (!this.#isReady) return;
    const own = ++this.#wanted;
    const params: PlanParams = { folder: this.#folder.toString() };
    // The plan takes longer: until it is there, the graph goes without.
    const plan = this.#ctx.plans.of(this.#folder);
    const graph = await ask<GraphRecord>(this.#ctx, requests.graph, params);
    if (own !== this.#wanted) return;
    this.#graph = graph;
    const isFirst = this.#selected === undefined;
    const known = await Promise.race([plan, undefined]);
    this.#show(graph, known?.changes ?? []);
    if (isFirst) for (const editor of vscode.window.visibleTextEditors) this.#follow(editor);
    const late = await plan;
    if (late && late !== known && own === this.#wanted) this.#show(graph, late.changes);
  }

  #show(graph: GraphRecord | undefined, changes: readonly PlannedChange[]): void {
    const plans = changes.map(({ address, action, reason, isCheck }) => {
      const isRun = isCheck && (action === "create" || action === "update");
      return [address, { action: isRun ? "check" : action, reason }] as const;
    });
    this.#post({ type: "show", ...(graph && { shown: { graph, plans } }) });
  }

  #post(message: ToWebview): void {
    void this.#panel.webview.postMessage(message);
  }

  /** The cursor is in a block: its node is selected. */
  #follow({ document, selection }: vscode.TextEditor): void {
    const uri = document.uri.toString();
    const around = this.#graph?.nodes.find(
      ({ place }) => sameUri(place.uri, uri) && rangeOf(place.whole).contains(selection.active),
    );
    if (!around || around.address === this.#selected) return;
    this.#selected = around.address;
    this.#post({ type: "select", id: around.address });
  }

  /** Shows a block in an editor that has its file open already; no other is opened for that. */
  #point(place: BlockPlace | undefined): void {
    const editor =
      place && vscode.window.visibleTextEditors.find((e) => sameUri(place.uri, e.document.uri.toString()));
    if (!place || !editor) return;
    const { start } = rangeOf(place.range);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(rangeOf(place.whole), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Beside the graph, or where the file is open already. */
  #sourceColumn({ uri }: BlockPlace): vscode.ViewColumn {
    const open = vscode.window.visibleTextEditors.find((e) => sameUri(uri, e.document.uri.toString()));
    return open?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  #placeOf(id: string): BlockPlace | undefined {
    const node = this.#graph?.nodes.find(({ address }) => address === id);
    const group = this.#graph?.groups.find((one) => one.id === id);
    // Instances have no block of their own, but all the same one.
    const member = this.#graph?.nodes.find((one) => one.group === id);
    return node?.place ?? group?.place ?? member?.place;
  }

  async #save(svg: string): Promise<void> {
    const name = `${folderName(this.#folder)}.svg`;
    const to = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(this.#folder, name),
      filters: { SVG: ["svg"] },
      title: vscode.l10n.t("Export Graph"),
    });
    if (to) await vscode.workspace.fs.writeFile(to, new TextEncoder().encode(svg));
  }
}

/** Addresses of one file may be spelt in two ways. */
const sameUri = (a: string, b: string): boolean =>
  a === b || vscode.Uri.parse(a).toString() === vscode.Uri.parse(b).toString();

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")] };
}
