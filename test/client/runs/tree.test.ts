import { expect, test } from "vitest";
import { editTouches } from "../../../client/src/runs/line-range.ts";
import { advanceRun, beginRun, endRun } from "../../../client/src/runs/run.ts";
import { durationText, timeText } from "../../../client/src/runs/texts.ts";
import { liveRows, pastSteps, runRows } from "../../../client/src/runs/tree.ts";

const folder = "file:///shop";
const live = endRun(
  advanceRun(
    advanceRun(
      beginRun(1, "apply", folder, 5000),
      { type: "run", runId: "b", command: "apply", pid: 1 },
      5001,
    ),
    { type: "step-finished", id: "run_task.a", outcome: "failed", ms: 7, message: "no" },
    5002,
  ),
  3,
  6000,
);

test("runs of this window and those of the journals are one list, the newest first, each once", () => {
  const rows = runRows(
    [live, beginRun(2, "verify", folder, 9000)],
    [
      {
        folder,
        runs: [
          { id: "c", command: "destroy", startedMs: 7000 },
          { id: "b", command: "apply", startedMs: 5001, endedMs: 6000, steps: { failed: 1 } },
          { id: "a", command: "apply", startedMs: 1000, endedMs: 2000, steps: { succeeded: 3 } },
        ],
      },
    ],
  );
  expect(
    rows.map(({ command, outcome, journal, live: run }) => [command, outcome, journal, run?.key]),
  ).toEqual([
    ["verify", "running", undefined, 2],
    ["destroy", "lost", "c", undefined],
    ["apply", "failed", undefined, 1],
    ["apply", "succeeded", "a", undefined],
  ]);
  expect(rows.map(({ steps }) => steps)).toEqual([{}, {}, { failed: 1 }, { succeeded: 3 }]);
});

test.each([
  [{ succeeded: 2 }, "succeeded"],
  [{}, "succeeded"],
  [{ succeeded: 2, "timed-out": 1, skipped: 1 }, "failed"],
  [{ succeeded: 1, cancelled: 1, skipped: 4 }, "cancelled"],
] as const)("a journal with %o is of a run that %s", (steps, outcome) => {
  const [row] = runRows(
    [],
    [{ folder, runs: [{ id: "a", command: "apply", startedMs: 1, endedMs: 2, steps }] }],
  );
  expect(row?.outcome).toBe(outcome);
});

test("steps have their time, log and reason", () => {
  const [row] = runRows([live], []);
  if (!row) throw new Error("there is no row");
  expect(liveRows(row, live)).toEqual([
    { type: "step", id: "run_task.a", run: row, status: "failed", ms: 7, message: "no" },
  ]);
  expect(pastSteps(row, [{ id: "run_task.a", ms: 3, log: "a.log" }])).toEqual([
    { type: "step", id: "run_task.a", run: row, status: "unknown", ms: 3, log: "a.log" },
  ]);
});

test("times are short", () => {
  expect([40, 12_000, 59_960, 65_000, 7_380_000].map(durationText)).toEqual([
    "0.0 s",
    "12.0 s",
    "1 min 00 s",
    "1 min 05 s",
    "2 h 03 min",
  ]);
  const noon = new Date(2026, 10, 23, 12, 5).getTime();
  expect(timeText(noon, noon, "de")).toBe("12:05");
  expect(timeText(noon, noon + 86_400_000, "de")).toBe("23. Nov. 2026 12:05");
});

test("an edit touches the block whose lines it reaches", () => {
  const block = { start: 4, end: 9 };
  expect([3, 4, 9, 10].map((line) => editTouches(block, { start: line, end: line }))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(editTouches(block, { start: 0, end: 20 })).toBe(true);
});
