import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { State } from "vscode-languageclient";
import { notifications } from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";

/**
 * Tells the server what this machine offers, which the server may not find out itself: once a plan waits for it, and only in
 * a trusted workspace.
 */
export class Facts implements vscode.Disposable {
  readonly #ctx: MachineCtx;
  readonly #listeners: vscode.Disposable;
  #found: Promise<object | undefined> | undefined;

  constructor(ctx: MachineCtx) {
    this.#ctx = ctx;
    this.#listeners = vscode.Disposable.from(
      ctx.plans.onDidChange((stack) => void this.#lookAt(stack)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#lookAtAll()),
      ctx.client.onDidChangeState(({ newState }) => {
        // A server that starts again knows nothing.
        if (newState === State.Running && this.#found) void this.#tell();
      }),
    );
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  async #lookAtAll(): Promise<void> {
    for (const stack of await this.#ctx.stacks.all()) await this.#lookAt(stack);
  }

  async #lookAt(stack: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted || this.#found) return;
    const plan = await this.#ctx.plans.of(stack);
    if (plan?.needsFacts) await this.#tell();
  }

  async #tell(): Promise<void> {
    this.#found ??= find(this.#ctx);
    const facts = await this.#found;
    if (facts) await this.#ctx.client.sendNotification(notifications.facts, facts);
  }
}

async function find({ extensionUri, log }: MachineCtx): Promise<object | undefined> {
  const cli = vscode.Uri.joinPath(extensionUri, "dist", "cli.js").fsPath;
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [cli, "show", "facts", "--json"], { env });
    const facts: unknown = JSON.parse(stdout);
    return typeof facts === "object" && facts !== null ? facts : undefined;
  } catch (error) {
    log.warn(`clockwork show facts: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
