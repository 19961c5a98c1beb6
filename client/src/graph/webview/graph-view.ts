import { descriptions, sentences } from "../describe.ts";
import { matches } from "../filter.ts";
import { type Layout, layout, type PlacedNode } from "../layout.ts";
import type { FromWebview, KeptState, Shown } from "../messages.ts";
import { collapsedAtFirst, type Drawing, drawing, groupsAround } from "../model.ts";
import { nextNode } from "../moves.ts";
import { drawingStyle } from "../style.ts";
import { drawingSvg, svgDocument } from "../svg.ts";
import type { GraphTexts } from "../texts.ts";
import { directionOf } from "./keys.ts";
import { Page } from "./page.ts";
import { Viewport } from "./viewport.ts";

export interface Ports {
  send(message: FromWebview): void;
  keep(state: KeptState): void;
}

/** The graph as a person sees and moves it. */
export class GraphView {
  readonly #texts: GraphTexts;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #page: Page;
  readonly #viewport: Viewport;
  readonly #collapsed: Map<string, boolean>;
  /** Where the window was before it was loaded again; until the first drawing. */
  #kept: KeptState["view"];
  #shown: Shown | undefined;
  #drawing: Drawing = { nodes: [], groups: [], edges: [] };
  #layout: Layout = { nodes: [], groups: [], edges: [], width: 0, height: 0 };
  /** What the layout was made from. */
  #shape = "";
  #selected: string | undefined;

  constructor(texts: GraphTexts, folder: string, kept: KeptState | undefined, ports: Ports) {
    this.#texts = texts;
    this.#folder = folder;
    this.#ports = ports;
    const own = kept?.folder === folder ? kept : undefined;
    this.#collapsed = new Map(Object.entries(own?.collapsed ?? {}));
    this.#kept = own?.view;
    this.#page = new Page(texts, {
      zoom: (factor) => this.#viewport.zoom(factor),
      fit: () => this.#viewport.fit(this.#layout),
      filter: () => this.#mark(),
      next: () => this.#focusMatch(),
      exportSvg: () => this.#export(),
      clicked: (id) => this.#select(id, "told"),
      opened: (id) => ports.send({ type: "open", id }),
      toggled: (id) => this.#toggle(id),
      pressed: (event, id) => this.#press(event, id),
    });
    this.#viewport = new Viewport(this.#page.svg, this.#page.content, () => this.#keep());
  }

  show(shown: Shown | undefined): void {
    this.#shown = shown;
    this.#page.showEmpty(!shown || shown.graph.nodes.length + shown.plans.length === 0);
    this.#draw();
  }

  /** The editor's cursor is in a block: its node is selected, or what it is folded into. */
  follow(address: string): void {
    const around = this.#shown ? groupsAround(this.#shown.graph, address) : [];
    const id = [address, ...around].find((one) => this.#nodeOf(one));
    if (id === undefined || id === this.#selected) return;
    this.#select(id, "silent");
    const node = this.#nodeOf(id);
    if (node) this.#viewport.reveal(node);
  }

  #draw(): void {
    const { graph, plans } = this.#shown ?? { graph: { nodes: [], groups: [], edges: [] }, plans: [] };
    const atFirst = collapsedAtFirst(graph);
    const isCollapsed = (id: string) => this.#collapsed.get(id) ?? atFirst.has(id);
    this.#drawing = drawing(graph, new Map(plans), isCollapsed);
    this.#place();
    const said = descriptions(this.#drawing, this.#texts);
    this.#page.draw(drawingSvg(this.#layout, said));
    if (!this.#nodeOf(this.#selected)) this.#selected = undefined;
    this.#page.legend(this.#drawing.nodes.flatMap(({ plan }) => plan ?? []));
    this.#mark();
  }

  /** New places only where there is something new; what is looked at stays where it is on the screen. */
  #place(): void {
    const shape = shapeOf(this.#drawing);
    if (shape === this.#shape) {
      const drawn = new Map(this.#drawing.nodes.map((node) => [node.id, node]));
      this.#layout = {
        ...this.#layout,
        // Also without what it had and has no more.
        nodes: this.#layout.nodes.map(({ id, x, y, width, height, ...before }) => {
          return { ...(drawn.get(id) ?? { id, ...before }), x, y, width, height };
        }),
      };
      return;
    }
    const isFirst = this.#shape === "";
    const anchor = this.#anchor();
    const before = anchor && this.#viewport.toScreen(anchor);
    this.#layout = layout(this.#drawing);
    this.#shape = shape;
    if (isFirst && this.#kept) this.#viewport.view = this.#kept;
    else if (isFirst) this.#viewport.fit(this.#layout);
    else {
      const moved = anchor && this.#nodeOf(anchor.id);
      const after = moved && this.#viewport.toScreen(moved);
      if (before && after) this.#viewport.pan(before.x - after.x, before.y - after.y);
      else if (!anchor) this.#viewport.fit(this.#layout);
    }
    this.#kept = undefined;
  }

  /** The selected node, or the one nearest to the middle of the screen. */
  #anchor(): PlacedNode | undefined {
    const selected = this.#nodeOf(this.#selected);
    if (selected) return selected;
    const { width, height } = this.#viewport.size;
    const distance = (node: PlacedNode) => {
      const { x, y } = this.#viewport.toScreen(node);
      return Math.hypot(x - width / 2, y - height / 2);
    };
    return [...this.#layout.nodes].sort((a, b) => distance(a) - distance(b))[0];
  }

  #nodeOf(id: string | undefined): PlacedNode | undefined {
    return this.#layout.nodes.find((node) => node.id === id);
  }

  #select(id: string, how: "told" | "silent"): void {
    const isNew = id !== this.#selected;
    this.#selected = id;
    this.#mark();
    if (how === "told" && isNew) this.#ports.send({ type: "selected", id });
  }

  /** Shows what is selected, what is next to it, and what the filter finds. */
  #mark(): void {
    const query = this.#page.query;
    const found = new Set(this.#drawing.nodes.filter((n) => matches(n, query)).map(({ id }) => id));
    this.#page.mark({ selected: this.#selected, found: query === "" ? undefined : found });
    this.#page.count(query === "" ? undefined : found.size, this.#drawing.nodes.length);
    const node = this.#nodeOf(this.#selected);
    this.#page.details(node ? sentences(this.#drawing, this.#texts)(node) : []);
  }

  #focus(id: string): void {
    const node = this.#nodeOf(id);
    if (!node) return;
    this.#select(id, "told");
    this.#viewport.reveal(node);
    this.#page.focus(id);
  }

  /** From the filter to what it found first, or next after the selected one. */
  #focusMatch(): void {
    const found = this.#layout.nodes.filter((node) => matches(node, this.#page.query));
    const at = found.findIndex(({ id }) => id === this.#selected);
    const next = found[(at + 1) % Math.max(1, found.length)];
    if (next) this.#focus(next.id);
  }

  #toggle(id: string): void {
    const isOpen = this.#drawing.groups.some((group) => group.id === id);
    this.#collapsed.set(id, isOpen);
    if (isOpen && this.#selected !== undefined && this.#shown) {
      if (groupsAround(this.#shown.graph, this.#selected).includes(id)) this.#selected = id;
    }
    this.#draw();
    if (!isOpen) this.#enter(id);
    this.#keep();
  }

  /** Of a group that was opened, the first node is the one to go on from. */
  #enter(id: string): void {
    const graph = this.#shown?.graph;
    const first = graph && this.#layout.nodes.find((node) => groupsAround(graph, node.id).includes(id));
    if (first) this.#focus(first.id);
  }

  #press(event: KeyboardEvent, id: string | undefined): void {
    const at = id ?? this.#selected ?? this.#layout.nodes[0]?.id;
    if (event.ctrlKey || event.metaKey || event.altKey || at === undefined) return;
    if (!this.#act(event.key, at)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** False for a key that means nothing here. */
  #act(key: string, at: string): boolean {
    const direction = directionOf(key);
    if (direction) {
      const next = nextNode(this.#layout, at, direction);
      if (next !== undefined) this.#focus(next);
      return true;
    }
    switch (key) {
      case "Enter":
        this.#ports.send({ type: "open", id: at });
        return true;
      case " ":
        this.#toggleAt(at);
        return true;
      case "Home":
      case "End": {
        const node = key === "Home" ? this.#layout.nodes[0] : this.#layout.nodes.at(-1);
        if (node) this.#focus(node.id);
        return true;
      }
      case "+":
      case "=":
        this.#viewport.zoom(1.25);
        return true;
      case "-":
        this.#viewport.zoom(0.8);
        return true;
      case "0":
        this.#viewport.fit(this.#layout);
        return true;
      case "/":
        this.#page.focusFilter();
        return true;
      default:
        return false;
    }
  }

  /** Opens what is folded; else folds the group around. */
  #toggleAt(id: string): void {
    const node = this.#nodeOf(id);
    const group = node?.count === undefined ? node?.group : id;
    if (group === undefined) return;
    this.#toggle(group);
    if (group !== id) this.#focus(group);
  }

  #export(): void {
    const styles = getComputedStyle(document.documentElement);
    const style = drawingStyle((variable) => styles.getPropertyValue(variable).trim() || "currentColor");
    const svg = svgDocument(this.#layout, descriptions(this.#drawing, this.#texts), style);
    this.#ports.send({ type: "export", svg });
  }

  #keep(): void {
    const view = this.#viewport.view;
    this.#ports.keep({ folder: this.#folder, collapsed: Object.fromEntries(this.#collapsed), view });
  }
}

/** What decides where things are: not their plans. */
function shapeOf({ nodes, groups, edges }: Drawing): string {
  return JSON.stringify([
    nodes.map(({ id, label, kind, group }) => [id, label, kind, group]),
    groups,
    edges.map(({ from, to }) => [from, to]),
  ]);
}
