/** Inlay hints. */
import type { Range, ServerCapabilities } from "vscode-languageserver";
import { type HintSettings, type InlayHint, inlayHints } from "../ide/inlay-hints.ts";
import { type Asking, about, guarded } from "./ask.ts";

export const hintCapabilities: ServerCapabilities = { inlayHintProvider: { resolveProvider: true } };

export function serveHints(asking: Asking, settings: () => HintSettings): void {
  let sent: readonly InlayHint[] = [];
  asking.connection.languages.inlayHint.on(
    about(
      asking,
      (
        { document, snapshot, file },
        { range }: { readonly textDocument: { readonly uri: string }; readonly range: Range },
      ) => {
        const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
        sent = inlayHints(snapshot, file, document.getText(), { start, end }, settings());
        return sent.map(({ offset, label, more }, i) => ({
          position: document.positionAt(offset),
          label,
          paddingLeft: true,
          ...(more && { data: i }),
        }));
      },
      "fresh",
    ),
  );
  asking.connection.languages.inlayHint.resolve(
    guarded(asking, async (hint) => {
      const found = typeof hint.data === "number" ? sent[hint.data] : undefined;
      const text = found?.label === hint.label ? found.more?.() : undefined;
      return text === undefined ? hint : { ...hint, tooltip: text };
    }),
  );
}
