import type { NodeAction, NodePlan } from "../model.ts";
import { sigils } from "../style.ts";
import { filled, type GraphTexts } from "../texts.ts";

export interface PageEvents {
  zoom(factor: number): void;
  fit(): void;
  /** The filter's text is another one. */
  filter(): void;
  /** From the filter to what it found. */
  next(): void;
  exportSvg(): void;
  clicked(id: string): void;
  opened(id: string): void;
  toggled(group: string): void;
  /** A key in the drawing; on a node if it has the focus. */
  pressed(event: KeyboardEvent, id: string | undefined): void;
}

/** The elements of the page, which `html.ts` wrote, and what happens to them. */
export class Page {
  readonly svg = element("canvas", SVGSVGElement);
  readonly content = element("drawing", SVGGElement);
  readonly #texts: GraphTexts;
  readonly #filter = element("filter", HTMLInputElement);
  readonly #count = element("count", HTMLElement);
  readonly #legend = element("legend", HTMLElement);
  readonly #details = element("details", HTMLElement);
  readonly #empty = element("empty", HTMLElement);
  #focused: string | undefined;

  constructor(texts: GraphTexts, events: PageEvents) {
    this.#texts = texts;
    this.svg.setAttribute("aria-label", texts.help);
    this.#empty.textContent = texts.empty;
    this.#filter.placeholder = texts.filterShort;
    this.#filter.title = texts.filter;
    this.#filter.setAttribute("aria-label", texts.filter);
    this.#filter.addEventListener("input", () => events.filter());
    this.#filter.addEventListener("keydown", (event) => this.#pressInFilter(event, events));
    this.#button("zoom-out", "−", texts.zoomOut, () => events.zoom(0.8));
    this.#button("zoom-in", "+", texts.zoomIn, () => events.zoom(1.25));
    this.#button("fit", texts.fitShort, texts.fit, events.fit);
    this.#button("export", texts.exportShort, texts.exportSvg, events.exportSvg);
    this.svg.addEventListener("keydown", (event) => events.pressed(event, idOf(event.target)));
    this.svg.addEventListener("click", ({ target }) => {
      const group = groupOf(target);
      const id = idOf(target);
      if (group !== undefined) events.toggled(group);
      else if (id !== undefined) this.#click(id, events);
    });
    this.svg.addEventListener("dblclick", ({ target }) => {
      const id = idOf(target);
      if (id !== undefined) events.opened(id);
    });
    // Tab leads here by itself: what is reached so is what the arrow keys go on from.
    this.svg.addEventListener("focusin", ({ target }) => {
      const id = idOf(target);
      if (id !== undefined && id !== this.#focused) events.clicked(id);
    });
  }

  get query(): string {
    return this.#filter.value.trim();
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }

  showEmpty(isEmpty: boolean): void {
    this.#empty.hidden = !isEmpty;
  }

  /** Replaces the drawing; what had the focus keeps it. */
  draw(svg: string): void {
    const hadFocus = idOf(document.activeElement);
    this.content.innerHTML = svg;
    if (hadFocus !== undefined) this.focus(hadFocus);
  }

  focus(id: string): void {
    this.#focused = id;
    this.#node(id)?.focus({ preventScroll: true });
  }

  /** @param found ids that the filter leaves bright; all where there is none */
  mark({ selected, found }: { selected: string | undefined; found: ReadonlySet<string> | undefined }): void {
    this.#focused = selected;
    const nodes = [...this.content.querySelectorAll<SVGGElement>(".node")];
    const bright = (id: string | undefined) => found === undefined || (id !== undefined && found.has(id));
    for (const [i, node] of nodes.entries()) {
      const { id } = node.dataset;
      node.classList.toggle("selected", id === selected);
      node.classList.toggle("dim", !bright(id));
      // One of them is in the order of Tab; the others are a matter of arrow keys.
      node.setAttribute("tabindex", id === selected || (selected === undefined && i === 0) ? "0" : "-1");
    }
    for (const edge of this.content.querySelectorAll<SVGGElement>(".edge")) {
      const { from, to } = edge.dataset;
      edge.classList.toggle("near", selected !== undefined && (from === selected || to === selected));
      edge.classList.toggle("dim", !bright(from) || !bright(to));
    }
  }

  count(found: number | undefined, all: number): void {
    this.#count.textContent = found === undefined ? "" : filled(this.#texts.found, found, all);
  }

  /** How much of each there is. */
  legend(plans: readonly NodePlan[]): void {
    const counts = new Map<NodeAction, number>();
    for (const { action } of plans) counts.set(action, (counts.get(action) ?? 0) + 1);
    const shown = [...counts].filter(([action]) => action !== "none");
    this.#legend.replaceChildren(
      ...shown.map(([action, count]) => {
        const item = document.createElement("span");
        item.className = `plan plan-${action}`;
        item.textContent = `${sigils[action]} ${count}`;
        item.title = `${count} ${this.#texts.actions[action]}`;
        return item;
      }),
    );
  }

  details([title, ...sentences]: readonly string[]): void {
    const name = document.createElement("strong");
    name.textContent = title ?? "";
    const rest = sentences.map((sentence) => {
      const part = document.createElement("span");
      part.textContent = sentence;
      return part;
    });
    this.#details.replaceChildren(name, ...rest);
    this.#details.hidden = title === undefined;
  }

  #click(id: string, events: PageEvents): void {
    events.clicked(id);
    this.focus(id);
  }

  #pressInFilter(event: KeyboardEvent, events: PageEvents): void {
    if (event.key === "Enter") events.next();
    else if (event.key === "Escape" && this.#filter.value !== "") {
      this.#filter.value = "";
      events.filter();
    }
  }

  #button(id: string, text: string, title: string, act: () => void): void {
    const button = element(id, HTMLButtonElement);
    button.textContent = text;
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", act);
  }

  #node(id: string): SVGGElement | undefined {
    return [...this.content.querySelectorAll<SVGGElement>(".node")].find((node) => node.dataset["id"] === id);
  }
}

const thing = (target: EventTarget | null, selector: string): SVGElement | null =>
  target instanceof Element ? target.closest<SVGElement>(selector) : null;

const idOf = (target: EventTarget | null): string | undefined => thing(target, ".node")?.dataset["id"];

function groupOf(target: EventTarget | null): string | undefined {
  return thing(target, ".title") ? thing(target, ".group")?.dataset["group"] : undefined;
}

function element<T extends Element>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found as T;
  throw new Error(`the page has no ${id}`);
}
