import { describe, expect, test } from "vitest";
import { diagnose, faults, type Seen } from "../../server/src/daemon/diagnose.ts";
import type { Observation } from "../../server/src/state/observation.ts";

/* What is the matter, by rules alone. */

const nothing: Seen = {
  resources: new Map(),
  faulty: new Set(),
  failing: new Map(),
  logs: new Map(),
  takenPorts: new Map(),
  before: new Map(),
  tails: new Map(),
  freeMb: undefined,
};
const web = "service.web";
const ok = { status: "ok" } as Observation;
const hour = 60 * 60_000;

function found(seen: Partial<Seen>): string[] {
  return diagnose({ ...nothing, ...seen }).map(({ address, rule }) => `${address} ${rule}`);
}
const only = (observation: Observation): Pick<Seen, "resources"> => ({
  resources: new Map([[web, observation]]),
});

describe("a thing", () => {
  test.each<[string, Observation, string[]]>([
    ["is well", ok, []],
    ["cannot be seen", { status: "unknown", detail: "no engine" }, []],
    ["is gone", { status: "gone", detail: "the container is gone" }, ["service.web gone"]],
    [
      "has stopped",
      { status: "changed", detail: "it does not run", fault: "stopped" },
      ["service.web stopped"],
    ],
    ["was changed", { status: "changed", detail: "another image" }, ["service.web changed"]],
    ["is not ours", { status: "foreign", detail: "another label" }, ["service.web foreign"]],
  ])("that %s", (_, observation, expected) => {
    expect(found(only(observation))).toEqual(expected);
  });

  test("that restarts is found when it still does at the next look: its own supervisor comes first", () => {
    const restarting = only({ status: "changed", detail: "it restarts", fault: "restarting" });
    expect(found(restarting)).toEqual([]);
    expect(found({ ...restarting, before: new Map([[web, "restarting"]]) })).toEqual([
      "service.web restarting",
    ]);
  });

  test("that does not run because somebody has its port says so, with its last words as evidence", () => {
    const stopped = only({ status: "changed", detail: "it does not run", fault: "stopped" });
    const tails = new Map([[web, "EADDRINUSE"]]);
    const [finding] = diagnose({ ...nothing, ...stopped, takenPorts: new Map([[web, 8080]]), tails });
    expect(finding).toEqual({
      address: web,
      rule: "port-taken",
      summary: "port 8080 is taken",
      evidence: [
        { source: "observed", text: "it does not run" },
        { source: "its last output", text: "EADDRINUSE" },
        { source: "port", text: "another program listens on port 8080" },
      ],
    });
    const changed = only({ status: "changed", detail: "another image" });
    expect(found({ ...changed, takenPorts: new Map([[web, 8080]]) })).toEqual(["service.web changed"]);
  });

  test("is remembered by its fault", () => {
    const gone = { status: "gone", detail: "" } as Observation;
    expect(
      faults({
        ...nothing,
        resources: new Map([
          [web, gone],
          ["file.page", ok],
        ]),
      }),
    ).toEqual(new Map([[web, "gone"]]));
  });
});

describe("a check", () => {
  const failing = new Map([["verify.http.up", { detail: "503", of: [web] }]]);

  test("that fails while all it asks is well is found, with what that wrote last", () => {
    const seen = { ...only(ok), failing, tails: new Map([[web, "out of memory"]]) };
    expect(diagnose({ ...nothing, ...seen })).toMatchObject([
      {
        address: "verify.http.up",
        rule: "check-failing",
        evidence: [
          { source: "check", text: "503" },
          { source: "last output of service.web", text: "out of memory" },
        ],
      },
    ]);
  });

  test("of something broken says nothing new", () => {
    expect(found({ ...only({ status: "gone", detail: "gone" }), failing })).toEqual(["service.web gone"]);
  });
});

describe("a log", () => {
  const log = (reachMs: number | undefined) => new Map([[web, { step: "s", reachMs, maxMb: 10 }]]);

  test.each<[string, number | undefined, string[]]>([
    ["has never been full", undefined, []],
    ["reaches back an hour", hour, []],
    ["reaches back less", hour - 1, ["service.web log-growth"]],
  ])("that %s", (_, reachMs, expected) => {
    expect(found({ ...only(ok), logs: log(reachMs) })).toEqual(expected);
  });

  test("of a broken thing is not looked at", () => {
    expect(found({ ...only({ status: "gone", detail: "" }), logs: log(1) })).toEqual(["service.web gone"]);
  });
});

test("a full disk comes before everything, and nothing else is found then", () => {
  const gone = only({ status: "gone", detail: "" });
  expect(found({ ...gone, freeMb: 63.9 })).toEqual(["clockwork disk-full"]);
  expect(found({ ...gone, freeMb: 64 })).toEqual(["service.web gone"]);
});

test("things come before checks, checks before logs, each by address", () => {
  const gone = { status: "gone", detail: "" } as Observation;
  const seen: Partial<Seen> = {
    resources: new Map([
      ["service.b", ok],
      ["service.web", gone],
      ["file.page", gone],
    ]),
    failing: new Map([
      ["verify.http.z", { detail: "", of: [] }],
      ["verify.http.a", { detail: "", of: ["service.b"] }],
    ]),
    logs: new Map([["service.b", { step: "s", reachMs: 1, maxMb: 10 }]]),
  };
  expect(found(seen)).toEqual([
    "file.page gone",
    "service.web gone",
    "verify.http.a check-failing",
    "verify.http.z check-failing",
    "service.b log-growth",
  ]);
});
