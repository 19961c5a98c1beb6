import { expect, test } from "vitest";
import { ago, driftHover, driftOf, driftText } from "../../server/src/ide/drift.ts";
import type { Observations } from "../../server/src/state/observations.ts";
import { analyseText } from "../support/stack.ts";

const minute = 60_000;
const seen = (resources: Observations["resources"], checks: Observations["checks"] = {}): Observations => ({
  version: "1",
  lineage: "l",
  serial: 1,
  at: minute,
  resources,
  checks,
});

const stack = `resource "service" "web" {
  command = ["node", "a.mjs"]
  port    = 8080

  health_check {
    path = "/"
  }
}
`;

test("what is not as it was left has drifted, in order of addresses; what is well or could not be seen has not", async () => {
  const { folders } = await analyseText(stack);
  const drift = driftOf(
    seen(
      {
        "service.web": { status: "changed", detail: "the process has ended", fault: "stopped" },
        "file.page": { status: "gone", detail: "the file\n is gone" },
        "file.well": { status: "ok" },
        "network.dark": { status: "unknown", detail: "the engine does not answer" },
      },
      {
        "verify.http.web.health": { ok: false, detail: "status 500\nwith a long text" },
        "verify.http.well": { ok: true, detail: "" },
      },
    ),
    folders[0],
  );
  expect(drift.map(({ span, ...rest }) => [rest, span !== undefined])).toEqual([
    [
      {
        address: "file.page",
        isCheck: false,
        detail: expect.stringMatching(/^the file\S* is gone$/),
        seenMs: minute,
      },
      false,
    ],
    [{ address: "service.web", isCheck: false, detail: "the process has ended", seenMs: minute }, true],
    [{ address: "verify.http.web.health", isCheck: true, detail: "its check fails", seenMs: minute }, true],
  ]);
});

const told = (address: string, isCheck = false) => ({
  address,
  isCheck,
  detail: isCheck ? "its check fails" : "it is gone",
  seenMs: 0,
});

test("a lens says what is broken rather than which checks notice it, and how long it has been known", () => {
  const title = (...drift: Parameters<typeof driftText>[0]) => driftText(drift, 3 * minute).title;
  expect(title(told("a.b"))).toBe("drifted: it is gone, seen 3 min ago");
  expect(title(told("a.b"), told("verify.http.b", true))).toBe("drifted: it is gone, seen 3 min ago");
  expect(title(told("verify.http.b", true))).toBe("its check fails, seen 3 min ago");
  expect(title(told("a.b[0]"), told("a.b[1]"))).toBe("drifted: 2 things, seen 3 min ago");
  expect(title(told("verify.http.a", true), told("verify.http.b", true))).toBe(
    "2 checks fail, seen 3 min ago",
  );
  expect(driftText([told("a.b"), told("verify.http.b", true)], 0).tooltip).toBe(
    "a.b: it is gone\nverify.http.b: its check fails",
  );
});

test("a hover lists them, each with how long it has been known, and counts more than a few", () => {
  const names = ["a", "b_c", "d", "e", "f", "g"];
  const text = driftHover(
    names.map((name) => told(`file.${name}`)),
    2 * minute,
  );
  expect(text.split("\n\n")).toEqual([
    "**! drifted** `file.a`: it is gone, seen 2 min ago",
    "**! drifted** `file.b_c`: it is gone, seen 2 min ago",
    "**! drifted** `file.d`: it is gone, seen 2 min ago",
    "**! drifted** `file.e`: it is gone, seen 2 min ago",
    "and 2 more",
  ]);
});

test.each([
  [0, "just now"],
  [-5 * minute, "just now"],
  [59 * minute, "59 min ago"],
  [60 * minute, "1 h ago"],
  [47 * 60 * minute, "47 h ago"],
  [48 * 60 * minute, "2 days ago"],
])("%d ms are %s", (ms, text) => {
  expect(ago(ms)).toBe(text);
});
