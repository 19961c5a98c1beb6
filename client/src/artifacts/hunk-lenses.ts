import * as vscode from "vscode";
import { proposalScheme } from "../../../server/src/protocol.ts";
import type { Hunk } from "./hunks.ts";
import type { Review } from "./review.ts";
import type { Reviews } from "./reviews.ts";

/** What is decided over each hunk, and its mark at the edge: open, or accepted. */
export class HunkLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #reviews: Reviews;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #undecided = mark("editorOverviewRuler.warningForeground");
  readonly #accepted = mark("editorOverviewRuler.addedForeground");
  readonly #listeners: vscode.Disposable;

  constructor(reviews: Reviews) {
    this.#reviews = reviews;
    this.#listeners = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ scheme: proposalScheme }, this),
      reviews.onDidChange((review) => {
        this.#changed.fire();
        this.#decorate(review);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const { document } of editors) {
          const review = reviews.of(document.uri);
          if (review) this.#decorate(review);
        }
      }),
    );
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const review = this.#reviews.of(document.uri);
    if (!review) return [];
    const { hunks } = review;
    return hunks.flatMap((hunk, index) => lensesOf(document, review, hunk, `${index + 1}/${hunks.length}`));
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#undecided.dispose();
    this.#accepted.dispose();
    this.#changed.dispose();
  }

  #decorate(review: Review): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== review.uri.toString()) continue;
      const ranges = (isAccepted: boolean): vscode.Range[] =>
        review.hunks
          .filter((hunk) => hunk.isAccepted === isAccepted)
          .map((hunk) => rangeOf(editor.document, hunk));
      editor.setDecorations(this.#undecided, ranges(false));
      editor.setDecorations(this.#accepted, ranges(true));
    }
  }
}

function lensesOf(
  document: vscode.TextDocument,
  review: Review,
  hunk: Hunk,
  number: string,
): vscode.CodeLens[] {
  const range = rangeOf(document, hunk);
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, command, arguments: [review.uri.toString(), hunk.left.start] });
  if (hunk.isAccepted) {
    return [
      lens(vscode.l10n.t("$(check) Accepted {0}", number), ""),
      lens(vscode.l10n.t("Undo"), "clockwork.review.undoHunk"),
    ];
  }
  const isLast = review.hunks.filter(({ isAccepted }) => !isAccepted).length === 1;
  const accept =
    review.item.from === "daemon" && isLast
      ? vscode.l10n.t("$(play) Accept {0} and carry it out", number)
      : vscode.l10n.t("$(check) Accept {0}", number);
  return [
    lens(accept, "clockwork.review.acceptHunk"),
    lens(vscode.l10n.t("$(discard) Reject"), "clockwork.review.rejectHunk"),
  ];
}

/** Lines that are gone are marked where they were. */
function rangeOf(document: vscode.TextDocument, { right: { start, count } }: Hunk): vscode.Range {
  const last = document.lineCount - 1;
  return new vscode.Range(Math.min(start, last), 0, Math.min(start + Math.max(count, 1) - 1, last), 0);
}

function mark(color: string): vscode.TextEditorDecorationType {
  const themed = new vscode.ThemeColor(color);
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderWidth: "0 0 0 3px",
    borderStyle: "solid",
    borderColor: themed,
    overviewRulerColor: themed,
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
}
