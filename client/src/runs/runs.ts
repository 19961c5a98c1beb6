import * as vscode from "vscode";
import type { RunCommand, RunEvent } from "../../../server/src/protocol.ts";
import { advanceRun, beginRun, endRun, type Run } from "./run.ts";

/** Runs that have ended and are remembered; the history has the others. */
const mostEnded = 50;

/**
 * The runs that this window has started, the newest last. Each change replaces a run's value and is told once: of its
 * beginning, each of its events and its end.
 */
export class Runs implements vscode.Disposable {
  #runs: readonly Run[] = [];
  #keys = 0;
  readonly #terminals = new Map<number, vscode.Terminal>();
  readonly #changed = new vscode.EventEmitter<Run>();
  readonly onDidChange = this.#changed.event;

  get all(): readonly Run[] {
    return this.#runs;
  }

  get running(): readonly Run[] {
    return this.#runs.filter(({ outcome }) => outcome === undefined);
  }

  /** The newest of a stack. */
  of(folder: vscode.Uri): Run | undefined {
    return this.#runs.findLast((run) => run.folder === folder.toString());
  }

  get(key: number): Run | undefined {
    return this.#runs.find((run) => run.key === key);
  }

  begin(command: RunCommand, folder: vscode.Uri, terminal: vscode.Terminal): Run {
    const run = beginRun(++this.#keys, command, folder.toString(), Date.now());
    this.#terminals.set(run.key, terminal);
    const ended = this.#runs.filter(({ outcome }) => outcome !== undefined);
    const oldest = ended.length > mostEnded ? ended[0] : undefined;
    if (oldest) this.#terminals.delete(oldest.key);
    this.#runs = [...this.#runs.filter((other) => other !== oldest), run];
    this.#changed.fire(run);
    return run;
  }

  advance(key: number, event: RunEvent): void {
    this.#replace(key, (run) => advanceRun(run, event, Date.now()));
  }

  /** @returns the run as it ended */
  end(key: number, exitCode: number | undefined): Run {
    return this.#replace(key, (run) => endRun(run, exitCode, Date.now()));
  }

  /** The terminal that it runs in, or ran in. */
  terminalOf(key: number): vscode.Terminal | undefined {
    return this.#terminals.get(key);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #replace(key: number, change: (run: Run) => Run): Run {
    const at = this.#runs.findIndex((run) => run.key === key);
    const known = this.#runs[at];
    if (!known) throw new Error(`there is no run ${key}`);
    const run = change(known);
    if (run === known) return run;
    this.#runs = this.#runs.with(at, run);
    this.#changed.fire(run);
    return run;
  }
}
