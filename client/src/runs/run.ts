/**
 * A run of the command line, as the editor follows it: a value that each event replaces by the next one. Knows neither the
 * editor nor where events come from.
 */
import type {
  ChangeRecord,
  DiagnosticRecord,
  RunCommand,
  RunEvent,
  StepOutcome,
} from "../../../server/src/protocol.ts";

/**
 * `declined`: a person said no, or there was nobody to ask. `stale`: the plan that was to be applied no longer holds.
 * `lost`: it ended without saying how.
 */
export type RunOutcome = "succeeded" | "failed" | "stale" | "cancelled" | "declined" | "lost";

export interface Run {
  /** Of this window. */
  readonly key: number;
  /** Names its journal and logs; absent until it says so. */
  readonly id?: string;
  readonly command: RunCommand;
  /** The address of the stack's folder. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs?: number;
  /** Absent while it runs. */
  readonly outcome?: RunOutcome;
  readonly exitCode?: number;
  /** Absent until it has been made. */
  readonly plan?: RunPlan;
  /** Those of the plan in their order, and what it did not name. */
  readonly steps: readonly RunStep[];
  readonly diagnostics: readonly DiagnosticRecord[];
  /** While an agent writes scripts. */
  readonly agent?: { readonly model: string; readonly state: "waiting" | "thinking" | "answering" };
}

export interface RunPlan {
  readonly id: string;
  readonly changes: readonly ChangeRecord[];
}

export interface RunStep {
  readonly id: string;
  readonly resource?: string;
  readonly status: "waiting" | "running" | StepOutcome;
  readonly attempt: number;
  readonly startedMs?: number;
  /** Once it has ended. */
  readonly ms?: number;
  /** Relative to the stack's folder. */
  readonly log?: string;
  /** Why it did not succeed. */
  readonly message?: string;
}

export function beginRun(key: number, command: RunCommand, folder: string, nowMs: number): Run {
  return { key, command, folder, startedMs: nowMs, steps: [], diagnostics: [] };
}

export function advanceRun(run: Run, event: RunEvent, nowMs: number): Run {
  switch (event.type) {
    case "run":
      return { ...run, id: event.runId };
    case "plan":
      return {
        ...run,
        plan: { id: event.planId, changes: event.changes },
        // A plan and a build run none of them.
        steps: run.command === "plan" || run.command === "build" ? [] : event.steps.map(waiting),
      };
    case "step-started": {
      const { id, resource, attempt, log } = event;
      return withStep(run, id, (step) => ({
        ...step,
        ...(resource !== undefined && { resource }),
        status: "running",
        attempt,
        startedMs: step.startedMs ?? nowMs,
        log,
      }));
    }
    case "step-finished": {
      const { id, outcome, ms, message } = event;
      const ended = { status: outcome, ms, ...(message !== undefined && { message }) };
      return withStep(run, id, (step) => ({ ...step, ...ended }));
    }
    case "diagnostic":
      return { ...run, diagnostics: [...run.diagnostics, event.diagnostic] };
    case "done":
      return { ...run, exitCode: event.exitCode };
    case "agent-asking":
      return { ...run, agent: { model: event.model, state: "waiting" } };
    case "agent-progress":
      return run.agent ? { ...run, agent: { ...run.agent, state: event.state } } : run;
    case "agent-answered":
    case "agent-ended":
      return withoutAgent(run);
    case "build":
    case "step-output":
      return run;
  }
}

/**
 * @param exitCode of its process, where the terminal tells; what the run itself said last counts more
 */
export function endRun(run: Run, exitCode: number | undefined, nowMs: number): Run {
  const code = run.exitCode ?? exitCode;
  const steps = run.steps.map((step): RunStep => {
    if (step.status === "running") return { ...step, status: "cancelled" };
    return step.status === "waiting" ? { ...step, status: "skipped" } : step;
  });
  return {
    ...withoutAgent(run),
    steps,
    endedMs: nowMs,
    outcome: outcomeOf(run, code),
    ...(code !== undefined && { exitCode: code }),
  };
}

/** The exit codes of the command line. */
function outcomeOf(run: Run, code: number | undefined): RunOutcome {
  switch (code) {
    case undefined:
      return "lost";
    case 0:
    case 2:
      return "succeeded";
    case 4:
      return run.diagnostics.some((d) => d.code === "stale-plan") ? "stale" : "failed";
    case 130:
      return "cancelled";
    case 1:
      return run.id === undefined || run.diagnostics.some((d) => d.severity === "error")
        ? "failed"
        : "declined";
    default:
      return "failed";
  }
}

function withoutAgent({ agent: _, ...run }: Run): Run {
  return run;
}

const waiting = (id: string): RunStep => ({ id, status: "waiting", attempt: 0 });

function withStep(run: Run, id: string, change: (step: RunStep) => RunStep): Run {
  const at = run.steps.findIndex((step) => step.id === id);
  const known = run.steps[at];
  const steps = known ? run.steps.with(at, change(known)) : [...run.steps, change(waiting(id))];
  return { ...run, steps };
}
