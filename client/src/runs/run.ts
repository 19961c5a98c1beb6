/**
 * A run of the command line, as the editor follows it: a value that each event replaces by the next one. Knows neither the
 * editor nor where events come from.
 */
import type {
  AgentEvent,
  AgentUsage,
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
  /** Absent where no agent was asked. */
  readonly agent?: RunAgent;
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

/** What an agent does for a run, or did. */
export interface RunAgent {
  /** Absent until somebody knows. */
  readonly model?: string;
  readonly state: "waiting" | "thinking" | "answering" | "accepted" | "failed";
  /** How many steps it writes scripts for. */
  readonly steps: number;
  /** Above 0 it mends what it answered before. */
  readonly round: number;
  /** Of the request that is under way; 0 between two of them and after the last. */
  readonly ms: number;
  /** What is waited for, or why it is tried again. */
  readonly note?: string;
  /** Of all answers that have come. */
  readonly tokens: number;
  /** The same in dollars, where the price is known. */
  readonly usd?: number;
  /** Most that the request under way can cost. */
  readonly mostUsd?: number;
}

/** Whether an answer is waited for. */
export const isAsked = ({ state }: RunAgent): boolean => state !== "accepted" && state !== "failed";

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
    case "agent-progress":
    case "agent-answered":
    case "agent-ended":
      return { ...run, agent: advanceAgent(run.agent ?? silentAgent, event) };
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
    ...run,
    ...(run.agent && { agent: endAgent(run.agent) }),
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

const silentAgent: RunAgent = { state: "waiting", steps: 0, round: 0, ms: 0, tokens: 0 };

function advanceAgent({ note: _, mostUsd, ...agent }: RunAgent, event: AgentEvent): RunAgent {
  switch (event.type) {
    case "agent-asking": {
      const { model, round } = event;
      // What is mended is a part of what was asked for.
      const steps = Math.max(agent.steps, event.steps.length);
      const most = event.mostUsd !== undefined && { mostUsd: event.mostUsd };
      return { ...agent, state: "waiting", model, steps, round, ms: 0, ...most };
    }
    case "agent-progress": {
      const { state, ms, note } = event;
      const most = mostUsd !== undefined && { mostUsd };
      return { ...agent, state, ms, ...most, ...(note !== undefined && { note }) };
    }
    case "agent-answered": {
      const usd = sumOf(agent.usd, event.usd);
      const tokens = agent.tokens + (event.usage ? tokensOf(event.usage) : 0);
      return { ...agent, state: "waiting", ms: 0, tokens, ...(usd !== undefined && { usd }) };
    }
    case "agent-ended": {
      const { accepted, usage, usd } = event;
      const state = accepted ? "accepted" : "failed";
      return { ...agent, state, ms: 0, tokens: tokensOf(usage), ...(usd !== undefined && { usd }) };
    }
  }
}

const tokensOf = ({ input, output, cacheRead, cacheWrite }: AgentUsage): number =>
  input + output + cacheRead + cacheWrite;

const sumOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a + b;

/** A run that is over asks nobody any longer. */
function endAgent({ note: _, mostUsd: __, ...agent }: RunAgent): RunAgent {
  return agent.state === "accepted" ? agent : { ...agent, state: "failed", ms: 0 };
}

const waiting = (id: string): RunStep => ({ id, status: "waiting", attempt: 0 });

function withStep(run: Run, id: string, change: (step: RunStep) => RunStep): Run {
  const at = run.steps.findIndex((step) => step.id === id);
  const known = run.steps[at];
  const steps = known ? run.steps.with(at, change(known)) : [...run.steps, change(waiting(id))];
  return { ...run, steps };
}
