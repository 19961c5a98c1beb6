/**
 * All that a client may know of the server and the CLI: plain records. Imports nothing, so that the extension can import
 * it without pulling in the core.
 */

/** One line of `--events FILE`, and of `apply --json`, `verify --json`, `destroy --json` on stdout. */
export type RunEvent =
  | {
      readonly type: "plan";
      readonly planId: string;
      readonly changes: readonly ChangeRecord[];
      readonly steps: readonly string[];
    }
  | {
      readonly type: "build";
      readonly written: readonly string[];
      readonly kept: readonly string[];
      readonly merged: readonly string[];
      readonly conflicts: readonly string[];
    }
  /** A step was handed to its runtime; `attempt` counts from 1. `log` is relative to the stack's folder. */
  | {
      readonly type: "step-started";
      readonly id: string;
      readonly resource?: string;
      readonly attempt: number;
      readonly log: string;
    }
  /** Text that the step wrote, as it came, in whole lines. */
  | { readonly type: "step-output"; readonly id: string; readonly text: string }
  | {
      readonly type: "step-finished";
      readonly id: string;
      readonly outcome: StepOutcome;
      readonly ms: number;
      readonly exitCode?: number;
      /** Why it did not succeed; of a skipped step, which failed one it needs. */
      readonly message?: string;
      /** The way out, or what the step said last. */
      readonly hint?: string;
      /** The problem's code, with `message`; skipped steps have none. */
      readonly code?: string;
    }
  /** A problem of the files, of the machine, or of a step that has just failed: then at the block it comes from. */
  | { readonly type: "diagnostic"; readonly diagnostic: DiagnosticRecord }
  | { readonly type: "done"; readonly exitCode: number; readonly outputs: Readonly<Record<string, unknown>> };

/** `skipped`: a step it needs failed, or the run was interrupted before it started. */
export type StepOutcome = "succeeded" | "failed" | "timed-out" | "cancelled" | "skipped";

export interface ChangeRecord {
  readonly address: string;
  readonly action: string;
  readonly reason: string;
}

/** A diagnostic with its place in lines and columns, from 1, columns in UTF-16 code units. */
export interface DiagnosticRecord {
  readonly code: string;
  readonly severity: "error" | "warning" | "info" | "hint";
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
  readonly range?: { readonly start: Position; readonly end: Position };
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Commands that the server's lenses name and a client carries out; the argument is the stack's folder, as an address. */
export const commands = { plan: "clockwork.plan", apply: "clockwork.apply" } as const;
