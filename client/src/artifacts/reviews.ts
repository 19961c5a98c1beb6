import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { proposalScheme } from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { carryOut } from "../daemon/carry-out.ts";
import { proposalUri, subjectOf, yoursUri } from "./addresses.ts";
import { briefly, type Ended, runCommandLine } from "./command-line.ts";
import type { ProposalFiles } from "./proposal-files.ts";
import { Review } from "./review.ts";
import type { Reviewable } from "./reviewable.ts";

/**
 * The proposals that are looked at: each in a comparison whose right side is edited, accepted or rejected hunk by hunk. When
 * nothing is left to decide, the command line writes the result, if the file is still the one that was shown.
 */
export class Reviews implements vscode.Disposable {
  readonly #ctx: MachineCtx;
  readonly #files: ProposalFiles;
  readonly #open = new Map<string, Review>();
  /** Proposals whose decision is being carried out. */
  readonly #ending = new Set<string>();
  readonly #changed = new vscode.EventEmitter<Review>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: MachineCtx, files: ProposalFiles) {
    this.#ctx = ctx;
    this.#files = files;
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => void this.#opened(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#edited(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#open.delete(uri.toString())),
      ctx.artifacts.onDidChange(() => void this.#refresh()),
    );
    for (const document of vscode.workspace.textDocuments) void this.#opened(document);
  }

  /** Fires with a review whose hunks or decisions are others. */
  get onDidChange(): vscode.Event<Review> {
    return this.#changed.event;
  }

  of(uri: vscode.Uri): Review | undefined {
    return this.#open.get(uri.toString());
  }

  /** Shows a proposal beside the person's file. */
  async show(item: Reviewable): Promise<void> {
    const name = item.path.slice(item.path.lastIndexOf("/") + 1);
    const title =
      item.from === "replaced"
        ? vscode.l10n.t("{0}: now ↔ yours before", name)
        : vscode.l10n.t("{0}: yours ↔ proposed", name);
    if (item.proposed === undefined) {
      void vscode.window.showWarningMessage(vscode.l10n.t("{0} is no text that could be shown.", name));
      return;
    }
    await vscode.commands.executeCommand("vscode.diff", yoursUri(item), proposalUri(item), title, {
      preview: false,
    });
  }

  async decide(
    review: Review,
    left: number | undefined,
    decision: "accept" | "reject" | "undo",
  ): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const line = editor?.document.uri.toString() === review.uri.toString() ? editor.selection.active.line : 0;
    const hunk = review.find(left === undefined ? { line } : { left });
    const document = documentOf(review.uri);
    if (!hunk || !document) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The cursor is in no difference."));
      return;
    }
    if (decision === "reject") await review.reject(document, hunk);
    else review.accept(hunk, decision === "accept");
    this.#changed.fire(review);
    if (decision !== "undo" && review.isDecided) await this.approve(review);
  }

  /** Writes the right side as it is; where it is the person's own text, that is what stays. */
  async approve(review: Review): Promise<void> {
    const document = documentOf(review.uri);
    if (!document) return;
    const { item } = review;
    const text = document.getText();
    if (text === (item.yours ?? "")) return this.reject(item);
    if (item.from === "daemon") return this.#carryOut(item, text);
    const args = ["approve", item.id, "--text", "-", "--seen", item.version];
    await this.#end(item, args, text, vscode.l10n.t("{0} is written.", item.path));
  }

  /** Writes what is proposed, unseen. */
  approveWhole(item: Reviewable): Promise<void> {
    const review = this.of(proposalUri(item));
    if (review) return this.approve(review);
    const args = ["approve", item.id, "--seen", item.version];
    return this.#end(item, args, "", vscode.l10n.t("{0} is written.", item.path));
  }

  /** The daemon's change as a person left it; where it does not help, it is taken back, and can be looked at again. */
  async #carryOut(item: Reviewable, text: string): Promise<void> {
    const uri = proposalUri(item);
    const folder = subjectOf(uri)?.folder;
    if (!folder || this.#ending.has(item.id) || !(await isSaved(item))) return;
    this.#ending.add(item.id);
    try {
      const own = text === item.proposed ? undefined : text;
      if (await carryOut(this.#ctx, folder, item.id, own))
        await this.#close(uri, vscode.l10n.t("{0} is written.", item.path));
    } finally {
      this.#ending.delete(item.id);
      this.#ctx.artifacts.refresh(folder);
    }
  }

  reject(item: Reviewable): Promise<void> {
    return this.#end(item, ["reject", item.id], "", vscode.l10n.t("{0} stays as it is.", item.path));
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  async #end(item: Reviewable, args: readonly string[], input: string, done: string): Promise<void> {
    const uri = proposalUri(item);
    const folder = subjectOf(uri)?.folder;
    if (!folder || this.#ending.has(item.id) || !(await isSaved(item))) return;
    this.#ending.add(item.id);
    try {
      const ended = await runCommandLine(
        this.#ctx,
        ["proposals", ...args, "--chdir", folder.fsPath, ...briefly],
        input,
      );
      if (ended.isDone) await this.#close(uri, done);
      else await this.#refused(ended);
    } finally {
      this.#ending.delete(item.id);
      this.#ctx.artifacts.refresh(folder);
    }
  }

  async #close(uri: vscode.Uri, done: string): Promise<void> {
    // Its text stands in the artifact now, or nowhere by a person's decision: nobody is to be asked whether to save it.
    await documentOf(uri)?.save();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => {
        const shown = input instanceof vscode.TabInputTextDiff ? input.modified : input;
        const at = shown instanceof vscode.TabInputText ? shown.uri : shown;
        return at instanceof vscode.Uri && at.toString() === uri.toString();
      });
    await vscode.window.tabGroups.close(tabs);
    this.#open.delete(uri.toString());
    this.#files.forget(uri);
    vscode.window.setStatusBarMessage(`$(check) ${done}`, shownMs);
  }

  async #refused({ problem }: Ended): Promise<void> {
    const message = problem?.message ?? "";
    this.#ctx.log.warn(message);
    void vscode.window.showErrorMessage(message);
  }

  async #opened(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    const subject = uri.scheme === proposalScheme ? subjectOf(uri) : undefined;
    if (!subject || this.#open.has(uri.toString())) return;
    const item = (await this.#ctx.artifacts.reviewables(subject.folder)).find(
      ({ id }) => id === subject.what,
    );
    if (!item || document.isClosed) return;
    const review = new Review(subject.folder, item, document.getText());
    this.#open.set(uri.toString(), review);
    this.#changed.fire(review);
  }

  #edited(document: vscode.TextDocument): void {
    const review = this.of(document.uri);
    if (!review) return;
    review.compare(document.getText());
    this.#changed.fire(review);
  }

  /** The files have changed: what is shown follows, and says so where the person's own did. */
  async #refresh(): Promise<void> {
    // The new left side is asked for by the same event.
    await sleep(0);
    for (const review of this.#open.values()) {
      const now = (await this.#ctx.artifacts.reviewables(review.folder)).find(
        ({ id }) => id === review.item.id,
      );
      if (!now || this.#ending.has(now.id)) continue;
      const isOther = now.version !== review.item.version;
      if (now.proposed !== undefined) this.#files.replace(review.uri, now.proposed);
      review.show(now, documentOf(review.uri)?.getText() ?? "");
      this.#changed.fire(review);
      if (isOther) {
        const message = vscode.l10n.t("{0} was changed meanwhile and is compared anew.", now.path);
        void vscode.window.showInformationMessage(message);
      }
    }
  }
}

/** How long a notice stays in the status bar, in milliseconds. */
const shownMs = 5_000;

function documentOf(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** What is unsaved in the artifact's own editor would be lost sight of. */
async function isSaved({ uri, path }: Reviewable): Promise<boolean> {
  const artifact = documentOf(vscode.Uri.parse(uri, true));
  if (!artifact?.isDirty) return true;
  const save = vscode.l10n.t("Save");
  const question = vscode.l10n.t("{0} has changes that are not saved. Save them, and look again?", path);
  if ((await vscode.window.showWarningMessage(question, save)) === save) await artifact.save();
  return false;
}
