import type { NodeAction } from "./model.ts";

/** What the graph says, in the user's language; `{0}` is filled in. */
export interface GraphTexts {
  /** Of the whole drawing, for screen readers. */
  readonly help: string;
  readonly empty: string;
  readonly filter: string;
  readonly filterShort: string;
  /** `{0} of {1}` */
  readonly found: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly fitShort: string;
  readonly exportSvg: string;
  readonly exportShort: string;
  readonly collapse: string;
  /** `needs {0}` */
  readonly needs: string;
  /** `needed by {0}` */
  readonly neededBy: string;
  /** `{0} needs {1}` */
  readonly edge: string;
  readonly waitsForAll: string;
  /** `{0} inside` */
  readonly inside: string;
  readonly actions: Readonly<Record<NodeAction, string>>;
}

/** Puts values in the place of `{0}`, `{1}`. */
export function filled(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (whole, index) => String(values[Number(index)] ?? whole));
}
