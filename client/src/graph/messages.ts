import type { GraphRecord } from "../../../server/src/protocol.ts";
import type { NodePlan } from "./model.ts";
import type { GraphTexts } from "./texts.ts";

/** What the editor tells the webview. */
export type ToWebview =
  /** First, as an answer to `ready`. `folder` is the stack's address. */
  | { readonly type: "start"; readonly folder: string; readonly texts: GraphTexts }
  /** The graph of now; without one there are no blocks. */
  | { readonly type: "show"; readonly shown?: Shown }
  /** The node whose block the cursor is in. */
  | { readonly type: "select"; readonly id: string };

export interface Shown {
  readonly graph: GraphRecord;
  readonly plans: readonly (readonly [address: string, plan: NodePlan])[];
}

/** What the webview tells the editor. Ids are addresses of nodes and ids of groups. */
export type FromWebview =
  | { readonly type: "ready" }
  /** Somebody chose a node there: its source may be shown, without taking the keyboard. */
  | { readonly type: "selected"; readonly id: string }
  | { readonly type: "open"; readonly id: string }
  | { readonly type: "export"; readonly svg: string };

/** What a webview keeps when the window is loaded again. */
export interface KeptState {
  readonly folder: string;
  /** Groups that somebody has opened or collapsed. */
  readonly collapsed: Readonly<Record<string, boolean>>;
  readonly view?: View;
}

/** Which part of the drawing is seen: a place p of it is at (p · scale + x, y). */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}
