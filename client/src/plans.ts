import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { notifications, type PlanParams, type PlanRecord, requests } from "../../server/src/protocol.ts";
import { ask } from "./ask.ts";

/** The live plans of the stacks that somebody shows, each asked for once until the server says that it is another one. */
export class Plans implements vscode.Disposable {
  readonly #server: { readonly client: BaseLanguageClient; readonly log: vscode.LogOutputChannel };
  readonly #known = new Map<string, Promise<PlanRecord | undefined>>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #listener: vscode.Disposable;

  constructor(server: { readonly client: BaseLanguageClient; readonly log: vscode.LogOutputChannel }) {
    this.#server = server;
    this.#listener = server.client.onNotification(notifications.planChanged, ({ folder }: PlanParams) => {
      const uri = vscode.Uri.parse(folder, true);
      this.#known.delete(uri.toString());
      this.#changed.fire(uri);
    });
  }

  /** Fires with a stack's folder. */
  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Undefined where there is no stack, or no server to ask. */
  of(folder: vscode.Uri): Promise<PlanRecord | undefined> {
    const key = folder.toString();
    const known = this.#known.get(key);
    if (known) return known;
    const asked = ask<PlanRecord>(this.#server, requests.plan, { folder: key } satisfies PlanParams);
    this.#known.set(key, asked);
    // What was not answered is asked again.
    void asked.then((plan) => {
      if (!plan && this.#known.get(key) === asked) this.#known.delete(key);
    });
    return asked;
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}
