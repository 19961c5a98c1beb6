import { describe, expect, test } from "vitest";
import { advanceRun, beginRun, endRun, type Run } from "../../../client/src/runs/run.ts";
import type { DiagnosticRecord, RunCommand, RunEvent } from "../../../server/src/protocol.ts";

const begun = (command: RunCommand = "apply"): Run => beginRun(1, command, "file:///stack", 1000);
const play = (events: readonly RunEvent[], run = begun()): Run =>
  events.reduce((before, event, i) => advanceRun(before, event, 1000 + 10 * (i + 1)), run);

const first: RunEvent = { type: "run", runId: "20261123T031500Z-1f2e3d4c", command: "apply", pid: 7 };
const plan: RunEvent = {
  type: "plan",
  planId: "abc",
  changes: [{ address: "task.a", action: "create", reason: "new" }],
  steps: ["run_task.a", "run_task.b", "run_task.c"],
};
const started = (id: string, attempt = 1): RunEvent => ({
  type: "step-started",
  id,
  resource: id.replace("run_", ""),
  attempt,
  log: `.clockwork/logs/r/${id}.log`,
});
const problem = (code: string, severity: DiagnosticRecord["severity"] = "error"): RunEvent => ({
  type: "diagnostic",
  diagnostic: { code, severity, message: code },
});
const done = (exitCode: number): RunEvent => ({ type: "done", exitCode, outputs: {} });

test("the steps of the plan wait, run, and end each in its own way", () => {
  const run = play([
    first,
    plan,
    started("run_task.a"),
    { type: "step-output", id: "run_task.a", text: "x\n" },
    { type: "step-finished", id: "run_task.a", outcome: "succeeded", ms: 12 },
    started("run_task.b"),
    started("run_task.b", 2),
  ]);
  expect(run).toMatchObject({ id: "20261123T031500Z-1f2e3d4c", plan: { id: "abc" } });
  expect(run.outcome).toBeUndefined();
  expect(run.steps).toEqual([
    {
      id: "run_task.a",
      resource: "task.a",
      status: "succeeded",
      attempt: 1,
      startedMs: 1030,
      ms: 12,
      log: expect.any(String),
    },
    {
      id: "run_task.b",
      resource: "task.b",
      status: "running",
      attempt: 2,
      startedMs: 1060,
      log: expect.any(String),
    },
    { id: "run_task.c", status: "waiting", attempt: 0 },
  ]);
});

test("a step that failed says why", () => {
  const message = 'Step "run_task.b" ended with exit code 1';
  const events: RunEvent[] = [
    plan,
    started("run_task.b"),
    { type: "step-finished", id: "run_task.b", outcome: "failed", ms: 5, exitCode: 1, message },
    problem("step-failed"),
    { type: "step-finished", id: "run_task.c", outcome: "skipped", ms: 0, message: "needs run_task.b" },
    done(3),
  ];
  const run = endRun(play(events), 3, 2000);
  expect(run).toMatchObject({ outcome: "failed", exitCode: 3, endedMs: 2000 });
  expect(run.steps.map(({ status, message: why }) => [status, why])).toEqual([
    ["skipped", undefined],
    ["failed", message],
    ["skipped", "needs run_task.b"],
  ]);
});

test("checks of a verify are known when they start", () => {
  const run = play([first, started("verify_http.page")], begun("verify"));
  expect(run.steps.map(({ id, status }) => [id, status])).toEqual([["verify_http.page", "running"]]);
});

describe("an agent", () => {
  const asking: RunEvent = {
    type: "agent-asking",
    ...{ compiler: "anthropic", model: "claude", steps: ["a", "b"], round: 0, inputTokens: 9, maxTokens: 9 },
    mostUsd: 0.5,
  };
  const progress = (state: "waiting" | "thinking" | "answering", ms: number, note?: string): RunEvent => ({
    ...{ type: "agent-progress", round: 0, state, ms, bytes: 0 },
    ...(note !== undefined && { note }),
  });
  const usage = { input: 100, output: 20, cacheRead: 3, cacheWrite: 4 };
  const answered: RunEvent = { type: "agent-answered", round: 0, ms: 9, usage, usd: 0.01, problems: 1 };
  const sum = { input: 200, output: 40, cacheRead: 6, cacheWrite: 8 };
  const ended: RunEvent = { type: "agent-ended", accepted: true, calls: 2, usage: sum, usd: 0.02 };
  const of = (...events: readonly RunEvent[]) => play(events).agent;

  test("is told of while it writes, and what it may cost", () => {
    expect(of(asking, progress("thinking", 1500))).toEqual({
      ...{ model: "claude", state: "thinking", steps: 2, round: 0, ms: 1500, tokens: 0, mostUsd: 0.5 },
    });
  });

  test("says what a person has to do first, once", () => {
    const waiting = progress("waiting", 0, "choose a model");
    expect(of(waiting)).toMatchObject({ state: "waiting", note: "choose a model" });
    expect(of(waiting)).not.toHaveProperty("model");
    expect(of(waiting, asking)).not.toHaveProperty("note");
  });

  test("mends what breaks rules; the answers' costs add up", () => {
    const again: RunEvent = { ...asking, round: 1, steps: ["b"] };
    expect(of(asking, answered, again)).toMatchObject({ steps: 2, round: 1, tokens: 127, usd: 0.01 });
    expect(of(asking, answered, again, answered)).toMatchObject({ tokens: 254, usd: 0.02 });
    expect(of(asking, answered, again, answered, ended)).toEqual({
      ...{ model: "claude", state: "accepted", steps: 2, round: 1, ms: 0, tokens: 254, usd: 0.02 },
    });
  });

  test("has nothing to say once its run is over", () => {
    expect(endRun(play([asking, progress("answering", 5)]), 130, 1).agent).toMatchObject({
      state: "failed",
      ms: 0,
    });
    expect(endRun(play([asking, answered, ended]), 0, 1).agent).toMatchObject({ state: "accepted" });
  });
});

test("a plan and a build run no step", () => {
  for (const command of ["plan", "build"] as const) expect(play([plan], begun(command)).steps).toEqual([]);
});

describe("how it ended", () => {
  const outcome = (events: readonly RunEvent[], exitCode?: number) =>
    endRun(play(events), exitCode, 1).outcome;

  test.each([
    ["everything succeeded", [first, done(0)], 0, "succeeded"],
    ["a plan has changes", [first, done(2)], 2, "succeeded"],
    ["a step failed", [first, plan, done(3)], 3, "failed"],
    ["the files have errors", [first, problem("unknown-variable"), done(1)], 1, "failed"],
    ["the call was wrong, before any event", [], 1, "failed"],
    ["somebody said no", [first, plan, problem("unused", "warning"), done(1)], 1, "declined"],
    ["the plan was stale", [first, problem("stale-plan"), done(4)], 4, "stale"],
    ["another command holds the lock", [first, problem("state-locked"), done(4)], 4, "failed"],
    ["Ctrl-C", [first, plan, done(130)], 130, "cancelled"],
    ["killed: the terminal tells", [first, plan], 137, "failed"],
    ["killed: nobody tells", [first, plan], undefined, "lost"],
    ["without a shell that tells", [first, done(0)], undefined, "succeeded"],
  ] as const)("%s", (_, events, exitCode, expected) => {
    expect(outcome(events, exitCode)).toBe(expected);
  });

  test("what ran is interrupted then, what waited is skipped", () => {
    const run = endRun(play([plan, started("run_task.a")]), undefined, 1);
    expect(run.steps.map(({ status }) => status)).toEqual(["cancelled", "skipped", "skipped"]);
  });
});
