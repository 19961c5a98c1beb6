import * as vscode from "vscode";
import { proposalUri, yoursUri } from "./addresses.ts";
import { accepted, comparedAnew, type Hunk, hunkAt, hunksOf, rejected, rejection } from "./hunks.ts";
import type { Reviewable } from "./reviewable.ts";

/** One proposal while a person looks at it: what is shown, and what is decided of it so far. */
export class Review {
  readonly uri: vscode.Uri;
  readonly left: vscode.Uri;
  readonly folder: vscode.Uri;
  #item: Reviewable;
  #hunks: readonly Hunk[];
  /** A rejection that is being carried out, by the text that it leads to. */
  #expected: { readonly text: string; readonly hunks: readonly Hunk[] } | undefined;

  constructor(folder: vscode.Uri, item: Reviewable, text: string) {
    this.folder = folder;
    this.uri = proposalUri(item);
    this.left = yoursUri(item);
    this.#item = item;
    this.#hunks = hunksOf(item.yours ?? "", text);
  }

  /** As it was shown last: approving is for that version of the file. */
  get item(): Reviewable {
    return this.#item;
  }

  get hunks(): readonly Hunk[] {
    return this.#hunks;
  }

  get isDecided(): boolean {
    return this.#hunks.every(({ isAccepted }) => isAccepted);
  }

  /** The person's file is another one, or what is proposed for it. */
  show(item: Reviewable, text: string): void {
    this.#item = item;
    this.compare(text);
  }

  /** The proposed text is this now. */
  compare(text: string): void {
    const expected = this.#expected;
    this.#expected = undefined;
    this.#hunks =
      expected?.text === text ? expected.hunks : comparedAnew(this.#hunks, this.#item.yours ?? "", text);
  }

  accept(hunk: Hunk, isAccepted = true): void {
    this.#hunks = accepted(this.#hunks, hunk, isAccepted);
  }

  /** The hunk of that place in the person's text, or around a line of the proposed one. */
  find(place: { readonly left: number } | { readonly line: number }): Hunk | undefined {
    if ("line" in place) return hunkAt(this.#hunks, place.line);
    return this.#hunks.find(({ left }) => left.start === place.left);
  }

  /** Makes the proposed text what the person's is, in one place. False when the editor refused. */
  async reject(document: vscode.TextDocument, hunk: Hunk): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    const { start, end, text } = rejection(this.#item.yours ?? "", document.getText(), hunk);
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    const before = document.getText();
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    this.#expected = {
      text: before.slice(0, from) + text + before.slice(to),
      hunks: rejected(this.#hunks, hunk),
    };
    edit.replace(this.uri, range, text);
    return vscode.workspace.applyEdit(edit);
  }
}
