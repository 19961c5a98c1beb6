import * as vscode from "vscode";
import { type ArtifactBaseParams, requests } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { baseScheme, subjectOf } from "./addresses.ts";

/** The left sides of comparisons: what the compiler wrote, and what a person's file is while a proposal is reviewed. */
export class BaseDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #listeners: vscode.Disposable;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(baseScheme, this),
      ctx.artifacts.onDidChange(() => this.#refresh()),
    );
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const subject = subjectOf(uri);
    if (!subject) return "";
    const { folder, path, what } = subject;
    if (what !== "generated") {
      const proposals = await this.#ctx.artifacts.reviewables(folder);
      return proposals.find(({ id }) => id === what)?.yours ?? "";
    }
    const params: ArtifactBaseParams = { folder: folder.toString(), path };
    return (await ask<string>(this.#ctx, requests.artifactBase, params)) ?? "";
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === baseScheme) this.#changed.fire(uri);
    }
  }
}
