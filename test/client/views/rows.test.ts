import { expect, test } from "vitest";
import { changeCount, type PlanTexts, planRows, stackRow } from "../../../client/src/views/plan-rows.ts";
import { escapedMarkdown, fenced, type Row } from "../../../client/src/views/row.ts";
import { type StateTexts, stateRows } from "../../../client/src/views/state-rows.ts";
import type { PlannedChange, PlanRecord, StateRecord } from "../../../server/src/protocol.ts";

const folder = "file:///stack";
const range = { start: { line: 3, column: 1 }, end: { line: 3, column: 9 } };
const place = { uri: "file:///stack/main.cw", range, whole: range };

const planTexts: PlanTexts = {
  actions: {
    ...{ create: "create", update: "update", replace: "replace", delete: "delete", move: "move" },
    ...{ forget: "forget", none: "no change" },
  },
  ...{ runs: "run", after: "after {0}", was: "was {0}", stale: "Old. {0}" },
};

const stateTexts: StateTexts = {
  ...{
    tainted: "tainted",
    unknown: "unknown",
    failed: "failed",
    orphan: "no longer declared",
    needs: "needs {0}",
  },
  ...{ outputs: "Outputs", inputs: "Inputs", checks: "Checks", drifted: "drifted: {0}", seen: "seen {0}" },
};

function change(address: string, rest: Partial<PlannedChange> = {}): PlannedChange {
  return {
    address,
    action: "create",
    isCheck: false,
    reason: "not in the state",
    fields: [],
    steps: [],
    place,
    ...rest,
  };
}

function plan(changes: readonly PlannedChange[], rest: Partial<PlanRecord> = {}): PlanRecord {
  const counts = { create: 1, update: 0, replace: 0, delete: 0, move: 0, forget: 0, none: 0, checks: 0 };
  return { folder, changes, steps: [], drift: [], summary: { ...counts, text: "1 to create" }, ...rest };
}

/** `[icon context] label | description`, indented. */
const show = (rows: readonly Row[], indent = ""): readonly string[] =>
  rows.flatMap(({ icon, context, label, description, children }) => [
    `${indent}[${icon?.name} ${context}] ${label}${description === undefined ? "" : ` | ${description}`}`,
    ...show(children, `${indent}  `),
  ]);

test("changes stand in the order in which they happen, each above its steps", () => {
  const planned = plan(
    [
      change("file.page", { action: "update", reason: "content changed", steps: ["ensure_file.page"] }),
      change("image.app", { action: "none", reason: "" }),
      change("repository.app", { steps: ["fetch.app"] }),
      change("service.old", { action: "delete", reason: "no longer declared", steps: ["remove.old"] }),
      change("verify.http.up", { isCheck: true, reason: "the service changed", steps: ["verify.up"] }),
      change("volume.data", { action: "move", reason: "moved", movedFrom: "volume.old" }),
    ],
    {
      steps: [
        { id: "fetch.app", name: "fetch", needs: [] },
        { id: "ensure_file.page", name: "ensure_file", needs: [] },
        { id: "verify.up", name: "verify_http", needs: ["fetch.app", "ensure_file.page"] },
        { id: "remove.old", name: "remove_service", needs: [] },
      ],
    },
  );
  expect(show(planRows(planned, planTexts))).toEqual([
    "[diff-added change] repository.app | not in the state",
    "  [symbol-event step] fetch.app",
    "[diff-modified change] file.page | content changed",
    "  [symbol-event step] ensure_file.page",
    "[beaker change.check] verify.http.up | the service changed",
    "  [symbol-event step] verify.up | after fetch.app, ensure_file.page",
    "[diff-removed change] service.old | no longer declared",
    "  [symbol-event step] remove.old",
    "[diff-renamed change] volume.data | moved",
  ]);
  expect(changeCount(planned)).toBe(4);
  const [first] = planRows(planned, planTexts);
  expect(first).toMatchObject({ folder, address: "repository.app", addresses: ["repository.app"], place });
  expect(first?.children[0]).toMatchObject({ folder, step: "fetch.app" });
});

test("what has no block any more cannot be applied by it", () => {
  const { place: _, ...gone } = change("service.old", { action: "delete" });
  expect(show(planRows(plan([gone]), planTexts))).toEqual([
    "[diff-removed change.gone] service.old | not in the state",
  ]);
});

test("a change's tooltip is the difference of its attributes, whatever they contain", () => {
  const [row] = planRows(
    plan([
      change("service.web_1", {
        action: "update",
        reason: "env changed",
        movedFrom: "service.a_b",
        fields: [
          { path: "env.A", before: '"```"', after: '"2"', sensitive: false },
          { path: "env.B", after: "(sensitive value)", sensitive: true },
          { path: "text", before: "<<-EOT\n  a\nEOT", sensitive: false },
        ],
      }),
    ]),
    planTexts,
  );
  expect(row?.tooltip).toMatchInlineSnapshot(`
    "**service\\.web\\_1** \\(was service\\.a\\_b\\) — update: env changed

    \`\`\`\`diff
    - env.A = "\`\`\`"
    + env.A = "2"
    + env.B = (sensitive value)
    - text = <<-EOT
    -   a
    - EOT
    \`\`\`\`"
  `);
});

test("one of several stacks has its sum beside its name, and says when it is an old one", () => {
  const fresh = stackRow(plan([change("file.a")]), "one", planTexts);
  expect(show([fresh])).toEqual([
    "[layers stack] one | 1 to create",
    "  [diff-added change] file.a | not in the state",
  ]);
  const old = stackRow(plan([], { stale: "main.cw:3:5: *what*" }), "two", planTexts);
  expect(old.icon?.name).toBe("warning");
  expect(old.tooltip).toBe("Old\\. main\\.cw:3:5: \\*what\\*");
});

const state: StateRecord = {
  exists: true,
  problems: [],
  resources: [
    {
      ...{ address: "file.page", kind: "file", status: "ok", dependsOn: [], isDeclared: true, place },
      inputs: [{ name: "content", text: '"a\\nb\\n"', block: "<<-EOT\n  a\n  b\nEOT", plain: "a\nb\n" }],
      outputs: [{ name: "path", text: '"a.html"', plain: "a.html" }],
    },
    {
      ...{ address: "service.web", kind: "service", status: "tainted", dependsOn: ["file.page"] },
      ...{ isDeclared: false, inputs: [], outputs: [] },
    },
  ],
  checks: [
    { address: "verify.http.up", status: "ok", isDeclared: true, place },
    { address: "verify.http.old", status: "failed", isDeclared: false },
  ],
  outputs: [
    { name: "token", text: "(sensitive value)" },
    { name: "url", text: '"http://x"', plain: "http://x", place },
  ],
};

test("the state: resources with their values, checks, and what the stack gives", () => {
  expect(show(stateRows(folder, state, stateTexts))).toEqual([
    "[pass resource] file.page",
    '  [symbol-field value] path | "a.html"',
    "  [symbol-property group] Inputs",
    '    [symbol-field value] content | "a\\nb\\n"',
    "[warning resource.orphan] service.web | tainted, no longer declared",
    "[beaker group] Checks",
    "  [pass check] verify.http.up",
    "  [error check] verify.http.old | failed, no longer declared",
    "[symbol-variable group] Outputs",
    "  [lock value.hidden] token | (sensitive value)",
    '  [symbol-field value] url | "http://x"',
  ]);
});

test("a hidden value has nothing to copy", () => {
  const values = stateRows(folder, state, stateTexts).at(-1)?.children;
  expect(values?.map(({ value }) => value)).toEqual([undefined, "http://x"]);
});

test("rows have ids of their own", () => {
  const ids = (rows: readonly Row[]): readonly string[] => rows.flatMap((r) => [r.id, ...ids(r.children)]);
  const all = ids(stateRows(folder, state, stateTexts));
  expect(new Set(all).size).toBe(all.length);
});

test("a state that cannot be used is a row with what is wrong and the way out", () => {
  const broken: StateRecord = {
    ...{ exists: false, resources: [], checks: [], outputs: [] },
    problems: [
      { code: "state-unreadable", severity: "error", message: "state.json is damaged", hint: "Restore it." },
    ],
  };
  expect(show(stateRows(folder, broken, stateTexts))).toEqual([
    "[error problem] state.json is damaged",
    "  [info text] Restore it.",
  ]);
});

test("texts are no Markdown", () => {
  expect(escapedMarkdown("a_b [c](d) `e` <f>")).toBe("a\\_b \\[c\\]\\(d\\) \\`e\\` \\<f\\>");
  expect(fenced("a ``` b", "diff")).toBe("````diff\na ``` b\n````");
});

test("what has drifted says so before all else, and a check that was seen to fail has failed", () => {
  const seen = { detail: "the process has ended", seen: "today" };
  const drift = new Map([
    ["service.web", seen],
    ["verify.http.up", { detail: "its check fails", seen: "today" }],
  ]);
  const drifted: StateRecord = {
    ...state,
    resources: state.resources.filter(({ address }) => address === "service.web"),
    checks: [{ address: "verify.http.up", status: "ok", isDeclared: true }],
    outputs: [],
  };
  const rows = stateRows(folder, drifted, stateTexts, drift);
  expect(rows[0]).toMatchObject({ context: "resource.drifted", icon: { name: "warning" } });
  expect(rows[0]?.description).toMatch(/^drifted: the process has ended/);
  expect(rows[0]?.tooltip).toContain("seen today");
  expect(rows[1]?.children[0]).toMatchObject({ description: "failed", icon: { name: "error" } });
});
