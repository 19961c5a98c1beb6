import { describe, expect, test } from "vitest";
import type { Change, Plan } from "../../../server/src/assembly/plan.ts";
import { planView } from "../../../server/src/assembly/view/plan.ts";

const change = (address: string, part: Partial<Change> = {}): Change => ({
  address,
  action: "none",
  reason: "",
  fields: [],
  ...part,
});
const plan = (changes: readonly Change[], steps: Plan["actions"]["steps"] = [], destroy = false): Plan => ({
  version: "1",
  planId: "0".repeat(64),
  destroy,
  changes,
  actions: { version: "1", steps },
});
const show = (p: Plan) => `\n${planView(p, { color: false })}`;

describe("the plan for people", () => {
  test("shows each change, its differences, the steps and the sum", () => {
    const changes: Change[] = [
      change("repository.app"),
      change("file.conf", {
        action: "update",
        reason: "content changed",
        fields: [
          {
            path: "content",
            before: "a\nb\nc\nd\ne\nport = 80\nz\n",
            after: "a\nb\nc\nd\ne\nport = 90\nextra\nz\n",
            sensitive: false,
          },
          { path: "env.TOKEN", before: "x", after: "y", sensitive: true },
          { path: "env.OLD", before: "x", sensitive: false },
          { path: "mode", before: null, after: "0600", sensitive: false },
        ],
      }),
      change("image.app", {
        action: "create",
        reason: "not in the state",
        fields: [
          { path: "context", after: { $ref: "repository.app.workdir" }, sensitive: false },
          {
            path: "tags",
            after: [{ $template: ["app:", { $ref: "repository.app.commit" }] }, "app:${x}"],
            sensitive: false,
          },
          {
            path: "build_args",
            after: { A: "1", "b.c": { $computed: null, $pending: true } },
            sensitive: false,
          },
          { path: "target", after: "secret", sensitive: true },
        ],
      }),
      change('network.lan["eu"]', {
        action: "replace",
        reason: "driver changed",
        fields: [{ path: "driver", before: "bridge", after: "overlay", sensitive: false }],
      }),
      change("service.gone", { action: "delete", reason: "not in the files" }),
      change("service.web", {
        action: "update",
        reason: "ports changed",
        fields: [{ path: "ports[0].external", before: 8080, after: 9090, sensitive: false }],
      }),
      change("verify.http.up", { action: "create", reason: "new" }),
      change('module.m["a"].verify.http.up', { action: "update", reason: "its last run failed" }),
      change("verify.tcp.old", { action: "delete", reason: "not in the files" }),
    ];
    const steps = [
      { name: "build_image", args: {}, id: "build_image.app", needs: [] },
      { name: "ensure_service", args: {}, id: "ensure_service.web", needs: ["build_image.app"] },
      { name: "verify_http", args: {}, id: "verify_http.up", needs: ["a", "b", "c", "d", "e", "f"] },
    ];
    expect(show(plan(changes, steps))).toMatchInlineSnapshot(`
      "
        ~ file.conf  update (content changed)
            ~ content:
                  ... 3 equal lines
                  d
                  e
                - port = 80
                + port = 90
                + extra
                  z
            ~ env.TOKEN: (sensitive value) -> (sensitive value)
            - env.OLD: "x"
            ~ mode: null -> "0600"
        + image.app  create (not in the state)
            + context: repository.app.workdir
            + tags: ["app:\${repository.app.commit}", "app:$\${x}"]
            + build_args: { A = "1", "b.c" = (known when its step runs) }
            + target: (sensitive value)
      -/+ network.lan["eu"]  replace (driver changed)
            ~ driver: "bridge" -> "overlay"
        - service.gone  delete (not in the files)
        ~ service.web  update (ports changed)
            ~ ports[0].external: 8080 -> 9090
        ? verify.http.up  check (new)
        ? module.m["a"].verify.http.up  check (its last run failed)
        - verify.tcp.old  no longer checked (not in the files)

      Steps, in this order:
        1. build_image.app
        2. ensure_service.web  needs build_image.app
        3. verify_http.up  needs a, b, c, d and 2 more

      Plan: 1 to create, 2 to update, 1 to replace, 1 to delete. 2 checks to run. 1 unchanged.
      "
    `);
  });

  test("says so when there is nothing to do", () => {
    expect(planView(plan([change("file.a")]), { color: false })).toBe(
      "Nothing to do: the stack is as its files say.\n",
    );
    expect(planView(plan([], [], true), { color: false })).toBe(
      "Nothing to do: the stack has nothing to remove.\n",
    );
  });

  test("says what has moved and what is forgotten", () => {
    const movedFrom = "file.old";
    expect(
      show(
        plan([
          change("file.a", { action: "move", reason: "from file.old", movedFrom }),
          change("file.b", { action: "update", reason: "mode changed", movedFrom }),
          change("file.c", { action: "forget", reason: "a removed block leaves it as it is" }),
        ]),
      ),
    ).toBe(`
 => file.a  move (from file.old)
  ~ file.b  update (mode changed; moved from file.old)
  . file.c  forget (a removed block leaves it as it is)

Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 1 to move, 1 to forget.
`);
  });

  test("compares texts without a last line break, and values that differ in nothing else", () => {
    const field = (before: string, after: string) =>
      show(
        plan([
          change("file.a", {
            action: "update",
            fields: [{ path: "content", before, after, sensitive: false }],
          }),
        ]),
      );
    expect(field("a\nb", "a\nc\n")).toContain(`
      ~ content:
            a
          - b
          + c
            (a line break at the end is new)
`);
    expect(field("a\nb", "a\nb\n")).toContain('~ content: "a\\nb" -> "a\\nb\\n"\n');
    expect(field("a", "b")).toContain('~ content: "a" -> "b"\n');
  });

  test("never prints a sensitive value, nor a control character", () => {
    const field = { path: "a", before: "hunter2", after: "hunter3", sensitive: true };
    const views = [
      field,
      { path: "a", after: "hunter2", sensitive: true },
      { path: "a", before: "hunter2", sensitive: true },
      { path: "a\x1b[2J", before: "x\x1b[2J\u202e", after: "\x1b]0;t\x07\nb\n", sensitive: false },
      { path: "a", before: "x\x1b[2J\n", after: "\x1b]0;t\x07\nb\n", sensitive: false },
    ].map((f) => show(plan([change("file.\x1b[2J", { action: "update", fields: [f] })])));
    for (const view of views) {
      expect(view).not.toContain("hunter");
      expect([...view].filter((c) => c < " " && c !== "\n")).toEqual([]);
      expect(view).not.toContain("\u202e");
    }
  });

  test("has colours when asked", () => {
    const text = planView(plan([change("file.a", { action: "create" })]), { color: true });
    expect(text).toContain("\x1b[32m  +\x1b[0m \x1b[1mfile.a\x1b[0m  create");
  });
});
