import { expect, test } from "vitest";
import { isWatched, standingOf } from "../../client/src/daemon/standing.ts";
import type { DaemonStatus } from "../../server/src/protocol.ts";

const quiet: DaemonStatus = { isDisabled: false, quarantined: [], journal: [] };
const nothing = { status: quiet, isWatched: true, findings: 0, proposals: 0 };

test("the most urgent of what is true is shown", () => {
  expect(standingOf(nothing)).toEqual({ kind: "watching" });
  expect(standingOf({ ...nothing, isWatched: false })).toEqual({ kind: "off" });
  expect(standingOf({ ...nothing, status: undefined, isWatched: false })).toEqual({ kind: "off" });
  const found = { ...nothing, findings: 2 };
  expect(standingOf({ ...found, isWatched: false })).toEqual({ kind: "findings", count: 2 });
  const proposed = { ...found, proposals: 1 };
  expect(standingOf(proposed)).toEqual({ kind: "proposals", count: 1 });
  const failed = { ...proposed, status: { ...quiet, quarantined: ["service.web"] } };
  expect(standingOf(failed)).toEqual({ kind: "quarantined", count: 1 });
  expect(standingOf({ ...failed, status: { ...failed.status, isDisabled: true } })).toEqual({
    kind: "disabled",
  });
});

test("who has written that they watch does so while their process lives, since the machine started", () => {
  const machine = { host: "here", startedMs: Date.parse("2026-01-01T10:00:00Z"), isAlive: () => true };
  const watcher = { pid: 7, host: "here", since: "2026-01-01T11:00:00Z" };
  expect(isWatched({ watcher }, machine)).toBe(true);
  expect(isWatched({}, machine)).toBe(false);
  expect(isWatched({ watcher }, { ...machine, isAlive: (pid) => pid !== 7 })).toBe(false);
  expect(isWatched({ watcher: { ...watcher, since: "2026-01-01T09:00:00Z" } }, machine)).toBe(false);
  expect(isWatched({ watcher: { ...watcher, host: "there" } }, { ...machine, isAlive: () => false })).toBe(
    true,
  );
});
