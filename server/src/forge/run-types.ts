import type { Action } from "../assembly/actions.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { RunEvent, StepOutcome } from "../protocol.ts";
import type { SerialChange } from "../state/record.ts";
import type { CheckedCommand } from "./bundle.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Relocated, RunPurpose } from "./journal.ts";

/** A command of a step, ready to start. */
export interface RunnableCommand {
  readonly command: CheckedCommand;
  /** argv[0] absolute. */
  readonly argv: readonly string[];
  /** The bundle's variables for this command; nothing of the core's gives way to them. */
  readonly vars: Readonly<Record<string, string>>;
  /** What the runtime itself needs (GOFLAGS=), on top of the step's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the script's bytes that were checked. */
  readonly sha256: string;
}

/** What a step gets beside run-time values. */
export interface Added {
  readonly env: Readonly<Record<string, string>>;
  /** The sensitive texts in it; absent: those that the step's `secrets` name. */
  readonly secrets?: readonly string[];
  readonly refuse?: Diagnostic;
  /** What is to be recorded should the run be cut off before the step's end is known. */
  readonly unknown?: SerialChange;
}

export interface RunnableStep {
  readonly action: Action;
  /** Run one after another; the first that fails ends the attempt. */
  readonly commands: readonly RunnableCommand[];
}

export interface RunContext {
  readonly stackDir: string;
  readonly buildDir: string;
  readonly runId: string;
  /** For the journal alone. */
  readonly command: RunPurpose;
  readonly lineage: string;
  /** dist/supervisor.js. */
  readonly supervisorPath: string;
  /** What was done to the state before the first step. */
  readonly relocations?: readonly Relocated[];
  /** How many steps run at once. */
  readonly parallelism: number;
  /** Longest an attempt of a step may take that sets no timeout of its own. */
  readonly timeoutMs: number;
  /** Between asking a step to end and ending it. */
  readonly graceMs: number;
  /** Interrupts gracefully: running steps are asked to end, no other starts. */
  readonly signal: AbortSignal;
  /** Insists (a second Ctrl-C): running steps are killed at once. */
  readonly kill?: AbortSignal;
  /** Run-time values by environment name; the run adds what steps provide. */
  readonly values: Map<string, string>;
  /** Texts that must stand in no log from now on; the run adds what each step is given. */
  readonly secrets: Set<string>;
  /** Environment of the capabilities that a step has. */
  readonly grants: (action: Action) => Readonly<Record<string, string>>;
  readonly capabilities: (action: Action) => Capabilities;
  readonly onEvent: (event: RunEvent) => void;
  /** Right before a step: refuse it (not ours), or give it what the core evaluates now. */
  readonly before: (action: Action) => Promise<Added>;
  /** Right after a step that was not skipped: enters its result into the state, and says what that changed. */
  readonly record: (action: Action, result: StepResult) => SerialChange | undefined;
  /**
   * When that is in the journal, before the step's dependants start: the place to write the state. Calls never overlap. What
   * it throws ends the run once the running steps are done.
   */
  readonly after: (action: Action, result: StepResult) => Promise<void>;
  /** After the last step, before the journal says that the run is over and the state has all of it. */
  readonly conclude?: (results: ReadonlyMap<string, StepResult>) => Promise<void>;
}

export interface StepResult {
  readonly outcome: StepOutcome;
  /** By output name, from `action.provides`; empty unless it succeeded. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly ms: number;
  /** How often it was started; 0 when it was refused or skipped, so that nothing can have changed. */
  readonly attempts: number;
  readonly exitCode?: number;
  readonly diagnostics: readonly Diagnostic[];
}
