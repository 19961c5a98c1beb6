import * as vscode from "vscode";
import type { ChangeRecord } from "../../../server/src/protocol.ts";
import { destroyed, effective } from "./approval.ts";

/** A plan that the command line has made and saved, and a person has seen: exactly it can be applied. */
export interface ReviewedPlan {
  /** The stack's folder. */
  readonly folder: vscode.Uri;
  /** `plan --out`. */
  readonly file: vscode.Uri;
  readonly planId: string;
  /** The removal of everything. */
  readonly isDestroy: boolean;
  readonly changes: readonly ChangeRecord[];
  /** When its making began, in milliseconds since 1970: what was written later is not in it. */
  readonly madeMs: number;
  /** What has changed since, relative to the stack's folder. Such a plan is refused by the command line. */
  readonly staleBy?: string;
}

export const hasChanges = ({ changes }: ReviewedPlan): boolean => effective(changes).length > 0;

/** Whether applying it takes something away. */
export const takesAway = ({ isDestroy, changes }: ReviewedPlan): boolean =>
  isDestroy || destroyed(changes).length > 0;

/**
 * The reviewed plan of each stack, at most one. It is used once, and goes stale when a source, an artifact or the state
 * changes: a hint for people, since the command line itself refuses a plan that no longer holds.
 */
export class ReviewedPlans implements vscode.Disposable {
  readonly #plans = new Map<string, ReviewedPlan>();
  /** When each file last changed, in the editor or on the disk: it may do so while a plan of it is being made. */
  readonly #changes = new Map<string, { readonly uri: vscode.Uri; readonly ms: number }>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #listeners: vscode.Disposable;
  /** Tells the folder of a stack whose plan is another one, is stale or is gone. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    const watchers = ["**/*.{cw,cwvars}", "**/.clockwork/state.json", "**/.clockwork/build/**"].map((glob) =>
      vscode.workspace.createFileSystemWatcher(glob),
    );
    this.#listeners = vscode.Disposable.from(
      ...watchers,
      ...watchers.flatMap((watcher) => [
        watcher.onDidChange((uri) => void this.#written(uri)),
        watcher.onDidCreate((uri) => void this.#written(uri)),
        watcher.onDidDelete((uri) => this.#note(uri, Date.now())),
      ]),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document.languageId === "clockwork")
          this.#note(document.uri, Date.now());
      }),
    );
  }

  of(folder: vscode.Uri): ReviewedPlan | undefined {
    return this.#plans.get(folder.toString());
  }

  /** A new one takes the place of the one before. */
  keep(plan: ReviewedPlan): void {
    this.#forget(plan.folder);
    this.#plans.set(plan.folder.toString(), plan);
    for (const change of this.#changes.values()) this.#mark(plan, change);
    this.#changed.fire(plan.folder);
  }

  /** It has been used, or is not wanted. */
  drop(folder: vscode.Uri): void {
    if (this.#forget(folder)) this.#changed.fire(folder);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  #forget(folder: vscode.Uri): boolean {
    return this.#plans.delete(folder.toString());
  }

  /** Watchers tell late: what was written before a plan was made is in it. */
  async #written(uri: vscode.Uri): Promise<void> {
    const { mtime } = await vscode.workspace.fs.stat(uri).then(undefined, gone);
    this.#note(uri, mtime);
  }

  #note(uri: vscode.Uri, ms: number): void {
    const change = { uri, ms };
    // Watchers tell late: what was typed since is the later change.
    if ((this.#changes.get(uri.toString())?.ms ?? 0) < ms) this.#changes.set(uri.toString(), change);
    for (const plan of [...this.#plans.values()]) {
      if (this.#mark(plan, change)) this.#changed.fire(plan.folder);
    }
  }

  /** @returns whether that has made it stale */
  #mark(plan: ReviewedPlan, { uri, ms }: { readonly uri: vscode.Uri; readonly ms: number }): boolean {
    const { folder, madeMs } = plan;
    // Another one may have taken its place meanwhile, or it has been stale before.
    if (this.of(folder) !== plan || ms <= madeMs || !uri.path.startsWith(`${folder.path}/`)) return false;
    this.#plans.set(folder.toString(), { ...plan, staleBy: uri.path.slice(folder.path.length + 1) });
    return plan.staleBy === undefined;
  }
}

/** A file that is gone by now has changed later than anything. */
function gone(error: unknown): { readonly mtime: number } {
  if (error instanceof vscode.FileSystemError && error.code === "FileNotFound")
    return { mtime: Number.POSITIVE_INFINITY };
  throw error;
}
