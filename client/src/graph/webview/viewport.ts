import type { Box, Point } from "../arrange.ts";
import type { View } from "../messages.ts";

const least = 0.1;
const most = 2.5;
/** What must stay between a thing that is looked at and the border, in pixels. */
const border = 24;

/** Which part of the drawing is seen; moved by hand and wheel. */
export class Viewport {
  readonly #svg: SVGSVGElement;
  readonly #content: SVGGElement;
  readonly #onMoved: () => void;
  #view: View = { x: 0, y: 0, scale: 1 };

  constructor(svg: SVGSVGElement, content: SVGGElement, onMoved: () => void) {
    this.#svg = svg;
    this.#content = content;
    this.#onMoved = onMoved;
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    this.#content.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    this.#onMoved();
  }

  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#svg.clientWidth, height: this.#svg.clientHeight };
  }

  /** All of a drawing, but no larger than it is. */
  fit(drawing: { readonly width: number; readonly height: number }): void {
    const { width, height } = this.size;
    const scale = clamped(Math.min(1, width / drawing.width, height / drawing.height));
    this.view = {
      scale,
      x: (width - drawing.width * scale) / 2,
      y: (height - drawing.height * scale) / 2,
    };
  }

  /** @param at a place on the screen that stays where it is; the middle where none is given */
  zoom(factor: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    const scale = clamped(this.#view.scale * factor);
    const by = scale / this.#view.scale;
    this.view = { scale, x: at.x - (at.x - this.#view.x) * by, y: at.y - (at.y - this.#view.y) * by };
  }

  pan(dx: number, dy: number): void {
    this.view = { ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy };
  }

  /** Moved as little as it takes for all of a box to be seen. */
  reveal(box: Box): void {
    const { width, height } = this.size;
    const { scale, x, y } = this.#view;
    const halves = { x: (box.width * scale) / 2, y: (box.height * scale) / 2 };
    const centre = { x: box.x * scale + x, y: box.y * scale + y };
    const dx = into(centre.x, halves.x + border, width - halves.x - border);
    const dy = into(centre.y, halves.y + border, height - halves.y - border);
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  /** Where a place of the drawing is on the screen. */
  toScreen({ x, y }: Point): Point {
    const { scale, x: left, y: top } = this.#view;
    return { x: x * scale + left, y: y * scale + top };
  }

  /** A touch pad's two fingers pan; with Ctrl, which is what a pinch says too, they zoom. */
  #wheel(event: WheelEvent): void {
    event.preventDefault();
    // Lines and pages come from some mice.
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 24;
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY * unit * 0.005), this.#place(event));
    else if (event.shiftKey && event.deltaX === 0) this.pan(-event.deltaY * unit, 0);
    else this.pan(-event.deltaX * unit, -event.deltaY * unit);
  }

  #place({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.#svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #grab(down: PointerEvent): void {
    const isOnThing = down.target instanceof Element && down.target.closest(".node, .title") !== null;
    if (down.button > 1 || (down.button === 0 && isOnThing)) return;
    this.#svg.setPointerCapture(down.pointerId);
    const move = ({ movementX, movementY }: PointerEvent) => this.pan(movementX, movementY);
    const release = () => {
      this.#svg.removeEventListener("pointermove", move);
      this.#svg.classList.remove("grabbed");
    };
    this.#svg.classList.add("grabbed");
    this.#svg.addEventListener("pointermove", move);
    this.#svg.addEventListener("pointerup", release, { once: true });
    this.#svg.addEventListener("pointercancel", release, { once: true });
  }
}

const clamped = (scale: number): number => Math.min(most, Math.max(least, scale));

/** What brings a value into a range; its middle where the range is empty. */
function into(value: number, low: number, high: number): number {
  if (low > high) return (low + high) / 2 - value;
  return Math.min(high, Math.max(low, value)) - value;
}
