import { expect, test } from "vitest";
import type { PlannedAction, PlannedChange, PlanRecord, RunEvent } from "../../server/src/protocol.ts";
import {
  capped,
  changeText,
  checksText,
  explained,
  maxAnswer,
  planText,
  problemsText,
} from "../../server/src/tools/texts.ts";

const change = (
  address: string,
  action: PlannedAction,
  more: Partial<PlannedChange> = {},
): PlannedChange => ({
  address,
  action,
  isCheck: false,
  reason: "not in the state",
  fields: [],
  steps: [],
  ...more,
});

const at = { start: { line: 3, column: 1 }, end: { line: 3, column: 9 } };
const plan: PlanRecord = {
  folder: "file:///s",
  planId: "abc",
  summary: {
    ...{ create: 1, update: 0, replace: 0, delete: 0, move: 0, forget: 0, none: 1, checks: 1 },
    text: "1 to create; 1 check to run",
  },
  changes: [
    change("file.page", "create", {
      fields: [{ path: "path", after: '"a"', sensitive: false }],
      place: { uri: "file:///s/main.cw", range: at, whole: at },
      steps: ["ensure_file.page"],
    }),
    change("file.same", "none"),
    change("verify.http.up", "create", { isCheck: true, reason: "new", steps: ["verify_http.up"] }),
  ],
  steps: [
    { id: "ensure_file.page", name: "ensure_file", resource: "file.page", needs: [] },
    { id: "verify_http.up", name: "verify_http", resource: "verify.http.up", needs: ["ensure_file.page"] },
  ],
  drift: [],
};

test("a plan is its changes and its steps", () => {
  expect(planText(plan)).toBe(
    [
      "Plan abc: 1 to create; 1 check to run",
      "  create file.page: not in the state",
      "  check verify.http.up: new",
      "Steps, in their order:",
      "  ensure_file.page",
      "  verify_http.up (after ensure_file.page)",
    ].join("\n"),
  );
  expect(planText({ ...plan, stale: "main.cw:1:1: no" })).toContain(
    "not the plan of the files as they are now",
  );
});

test("a change is told with its attributes, its block and its steps", () => {
  expect(JSON.parse(changeText(plan, "file.page") ?? "")).toEqual({
    address: "file.page",
    action: "create",
    isCheck: false,
    reason: "not in the state",
    fields: [{ path: "path", after: '"a"', sensitive: false }],
    block: { uri: "file:///s/main.cw", line: 3 },
    steps: [{ id: "ensure_file.page", needs: [] }],
  });
  expect(changeText(plan, "file.other")).toBeUndefined();
});

test("problems have their places, codes and ways out", () => {
  const problem = { code: "unknown-variable", severity: "error", message: "No x", hint: "y?\nz" } as const;
  expect(problemsText([{ ...problem, file: "main.cw", range: at }, problem])).toBe(
    "main.cw:3:1: error[unknown-variable]: No x\n  y?\n  z\nerror[unknown-variable]: No x\n  y?\n  z",
  );
  expect(problemsText([])).toBe("No problems.");
});

test("a change that is not there is answered with those that are", () => {
  expect(explained(plan, "file.page").isError).toBeUndefined();
  expect(explained(plan, "file.other")).toEqual({
    isError: true,
    text: "The plan has no file.other, only: file.page, file.same, verify.http.up",
  });
});

test("checks are told by how they ended", () => {
  const id = "verify_http.up";
  const events: readonly RunEvent[] = [
    { type: "step-started", id, attempt: 1, log: "l" },
    { type: "step-output", id, text: "much" },
    { type: "step-finished", id, outcome: "failed", ms: 7, message: "expected status 200", hint: "got 404" },
    { type: "diagnostic", diagnostic: { code: "step-failed", severity: "error", message: "again" } },
    { type: "step-finished", id: "verify_http.a", outcome: "succeeded", ms: 1 },
    { type: "step-finished", id: "verify_http.b", outcome: "skipped", ms: 0 },
  ];
  expect(checksText(events).text).toBe(
    "failed verify_http.up (7 ms): expected status 200\n  got 404\npassed verify_http.a (1 ms)\nskipped verify_http.b",
  );
  expect(checksText([])).toEqual({ text: "The stack has no checks." });
  expect(
    checksText([{ type: "diagnostic", diagnostic: { code: "usage", severity: "error", message: "no" } }]),
  ).toEqual({ isError: true, text: "error[usage]: no" });
});

test("an answer that is too long is cut at a line, and says so", () => {
  const text = `${"x".repeat(99)}\n`.repeat(400);
  const short = capped(text);
  expect(short.length).toBeLessThan(maxAnswer + 100);
  expect(short).toMatch(/x{99}\n… 20001 more characters/);
  expect(capped("y".repeat(maxAnswer))).toHaveLength(maxAnswer);
});
