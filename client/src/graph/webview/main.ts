/** The graph's webview. It draws what the editor tells it and says what somebody did there; it reads and asks nothing itself. */
import type { FromWebview, KeptState, ToWebview } from "../messages.ts";
import { GraphView } from "./graph-view.ts";

interface Editor {
  postMessage(message: FromWebview): void;
  setState(state: KeptState): void;
  getState(): KeptState | undefined;
}

declare function acquireVsCodeApi(): Editor;

const editor = acquireVsCodeApi();
let view: GraphView | undefined;

// Only the editor can post to this window: its frame is of another origin than everything else.
window.addEventListener("message", ({ data: message }: MessageEvent<ToWebview>) => {
  if (message.type === "start") {
    view ??= new GraphView(message.texts, message.folder, editor.getState(), {
      send: (told) => editor.postMessage(told),
      keep: (state) => editor.setState(state),
    });
  } else if (message.type === "show") view?.show(message.shown);
  else view?.follow(message.id);
});

editor.postMessage({ type: "ready" });
