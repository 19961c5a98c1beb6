import { hostname, uptime } from "node:os";
import * as vscode from "vscode";
import { type DaemonStatus, type PlanParams, requests } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { isAlive } from "../runs/start.ts";
import { isWatched, type Machine } from "./standing.ts";

/** Time without a change of files before they are looked at again, in milliseconds: a fix is several records. */
const quietMs = 200;
/** How often a daemon that watches is looked for, in milliseconds: one that was killed tells nobody. */
const lookMs = 5_000;

/** How it stands with the daemons of the stacks that somebody shows, asked for once until their files are others. */
export class Daemons implements vscode.Disposable {
  readonly #ctx: Pick<Ctx, "client" | "log">;
  readonly #known = new Map<string, Promise<DaemonStatus | undefined>>();
  /** Whether somebody watched when it was looked last, by folder. */
  readonly #watched = new Map<string, { readonly status: DaemonStatus; readonly was: boolean }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #listeners: vscode.Disposable;
  readonly #looking: NodeJS.Timeout;

  constructor(ctx: Pick<Ctx, "client" | "log">) {
    this.#ctx = ctx;
    const watcher = vscode.workspace.createFileSystemWatcher(
      "**/.clockwork/{DISABLED,lock.daemon,daemon/decisions.jsonl}",
    );
    const later = (uri: vscode.Uri) => this.#refreshSoon(uri);
    this.#listeners = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(later),
      watcher.onDidChange(later),
      watcher.onDidDelete(later),
    );
    this.#looking = setInterval(() => this.#look(), lookMs);
  }

  /** Fires with a stack's folder. */
  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Undefined where there is no folder, or no server to ask. */
  async of(folder: vscode.Uri): Promise<DaemonStatus | undefined> {
    const key = folder.toString();
    const asked = this.#known.get(key) ?? this.#ask(folder);
    this.#known.set(key, asked);
    const status = await asked;
    if (!status) this.#known.delete(key);
    return status;
  }

  /** Whether somebody watches a stack now. */
  async isWatched(folder: vscode.Uri): Promise<boolean> {
    const status = await this.of(folder);
    if (!status) return false;
    const was = isWatched(status, thisMachine());
    this.#watched.set(folder.toString(), { status, was });
    return was;
  }

  refresh(folder: vscode.Uri): void {
    this.#known.delete(folder.toString());
    this.#changed.fire(folder);
  }

  dispose(): void {
    clearInterval(this.#looking);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  #ask(folder: vscode.Uri): Promise<DaemonStatus | undefined> {
    return ask<DaemonStatus>(this.#ctx, requests.daemon, { folder: folder.toString() } satisfies PlanParams);
  }

  #refreshSoon(file: vscode.Uri): void {
    const folder = file.with({ path: file.path.replace(/\/\.clockwork\/.*$/, "") });
    const key = folder.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.refresh(folder), quietMs),
    );
  }

  #look(): void {
    for (const [key, { status, was }] of this.#watched) {
      if (was && !isWatched(status, thisMachine())) this.refresh(vscode.Uri.parse(key, true));
    }
  }
}

function thisMachine(): Machine {
  return { host: hostname(), startedMs: Date.now() - uptime() * 1000, isAlive };
}
