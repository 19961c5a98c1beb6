import * as vscode from "vscode";
import type { ArtifactState } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";

/** In the Explorer and the views: which artifacts a person has changed, and which wait for a decision. */
export class ArtifactBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#listeners = vscode.Disposable.from(
      vscode.window.registerFileDecorationProvider(this),
      ctx.artifacts.onDidChange(() => this.#changed.fire(undefined)),
    );
  }

  get onDidChangeFileDecorations(): vscode.Event<undefined> {
    return this.#changed.event;
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (!uri.path.includes("/.clockwork/build/")) return undefined;
    const folder = await this.#ctx.stacks.around(uri);
    const artifacts = folder ? await this.#ctx.artifacts.artifacts(folder) : [];
    const state = artifacts.find(({ path }) => uri.path.endsWith(`/.clockwork/build/${path}`))?.state;
    return state && decorationOf(state);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}

function decorationOf(state: ArtifactState): vscode.FileDecoration | undefined {
  switch (state) {
    case "edited":
      return new vscode.FileDecoration(
        "E",
        vscode.l10n.t("Edited by you, kept on rebuild"),
        new vscode.ThemeColor("gitDecoration.modifiedResourceForeground"),
      );
    case "conflicted":
      return new vscode.FileDecoration(
        "!",
        vscode.l10n.t("Edited by you, and the compiler has a version that changes the same lines"),
        new vscode.ThemeColor("gitDecoration.conflictingResourceForeground"),
      );
    case "generated":
    case "proposed":
    case "missing":
      return undefined;
  }
}
