/** The rows of the view of runs, as values: those of this window, which are followed, and those that left a journal. */
import type { PastRun, PastStep, RunCommand, StepOutcome } from "../../../server/src/protocol.ts";
import type { Run, RunAgent, RunOutcome, RunStep } from "./run.ts";

export interface RunRow {
  readonly type: "run";
  /** Stays the same when a run of this window is found in the history, too. */
  readonly id: string;
  readonly command: RunCommand;
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly outcome: RunOutcome | "running";
  /** How many steps ended how. */
  readonly steps: Readonly<Partial<Record<StepOutcome, number>>>;
  /** Of a run of this window. */
  readonly live?: Run;
  /** Names the journal of another one. */
  readonly journal?: string;
}

export interface StepRow {
  readonly type: "step";
  readonly id: string;
  readonly run: RunRow;
  readonly status: RunStep["status"] | "unknown";
  readonly ms?: number;
  /** Relative to the stack's folder. */
  readonly log?: string;
  readonly message?: string;
}

/** What an agent did for a run, before its steps. */
export interface AgentRow {
  readonly type: "agent";
  readonly run: RunRow;
  readonly agent: RunAgent;
}

/** A stack's journals. */
export interface PastRuns {
  /** The address of the stack's folder. */
  readonly folder: string;
  readonly runs: readonly PastRun[];
}

/** The newest first. */
export function runRows(live: readonly Run[], past: readonly PastRuns[]): readonly RunRow[] {
  const known = new Set(live.map(({ id }) => id));
  const rows = [
    ...live.map(liveRow),
    ...past.flatMap(({ folder, runs }) =>
      runs.filter(({ id }) => !known.has(id)).map((run) => pastRow(folder, run)),
    ),
  ];
  return rows.sort((a, b) => b.startedMs - a.startedMs);
}

export function liveRows(row: RunRow, { agent, steps }: Run): readonly (AgentRow | StepRow)[] {
  const shown = steps.map(
    ({ id, status, ms, log, message }): StepRow => ({
      type: "step",
      id,
      run: row,
      status,
      ...(ms !== undefined && { ms }),
      ...(log !== undefined && { log }),
      ...(message !== undefined && { message }),
    }),
  );
  return agent ? [{ type: "agent", run: row, agent }, ...shown] : shown;
}

export function pastSteps(row: RunRow, steps: readonly PastStep[]): readonly StepRow[] {
  return steps.map(({ id, outcome, ms, log }) => ({
    type: "step",
    id,
    run: row,
    status: outcome ?? "unknown",
    ms,
    ...(log !== undefined && { log }),
  }));
}

function liveRow(run: Run): RunRow {
  const { command, folder, startedMs, endedMs, outcome } = run;
  const steps: Partial<Record<StepOutcome, number>> = {};
  for (const { status } of run.steps) {
    if (status !== "waiting" && status !== "running") steps[status] = (steps[status] ?? 0) + 1;
  }
  return {
    type: "run",
    id: `live ${run.key}`,
    command,
    folder,
    startedMs,
    ...(endedMs !== undefined && { endedMs }),
    outcome: outcome ?? "running",
    steps,
    live: run,
  };
}

function pastRow(folder: string, { id, command, startedMs, endedMs, steps = {} }: PastRun): RunRow {
  return {
    type: "run",
    id: `${folder} ${id}`,
    command,
    folder,
    startedMs,
    ...(endedMs !== undefined && { endedMs }),
    outcome: endedMs === undefined ? "lost" : pastOutcome(steps),
    steps,
    journal: id,
  };
}

function pastOutcome(steps: RunRow["steps"]): RunOutcome {
  if ((steps.failed ?? 0) + (steps["timed-out"] ?? 0) > 0) return "failed";
  return (steps.cancelled ?? 0) + (steps.skipped ?? 0) > 0 ? "cancelled" : "succeeded";
}
