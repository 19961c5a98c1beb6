import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Accounts,
  acknowledge,
  allowance,
  begin,
  defaultLimits,
  fail,
  tighten,
} from "../../server/src/daemon/budget.ts";
import { type Moment, type Stamp, stampAfter } from "../../server/src/daemon/clock.ts";
import { runs } from "../support/runs.ts";

const minute = 60_000;
const hour = 60 * minute;
const none: Accounts = new Map();
const web = "service.web";

/** The fixes that are begun when one is asked for every `step` milliseconds. */
function greedy(until: number, step: number, addresses: readonly string[]): [number, string][] {
  const begun: [number, string][] = [];
  let accounts = none;
  for (let now = 0; now < until; now += step) {
    for (const address of addresses) {
      if (!allowance(accounts, address, now, defaultLimits).allowed) continue;
      accounts = begin(accounts, address, now, defaultLimits);
      begun.push([now, address]);
    }
  }
  return begun;
}

describe("a budget", () => {
  test("starts with a fix, which the resource cools down after", () => {
    expect(allowance(none, web, 0, defaultLimits)).toEqual({ allowed: true });
    const spent = begin(none, web, 0, defaultLimits);
    expect(allowance(spent, web, 9 * minute, defaultLimits)).toEqual({
      allowed: false,
      rule: "cooling-down",
      until: 10 * minute,
    });
    expect(allowance(spent, web, 10 * minute, defaultLimits)).toEqual({ allowed: true });
    expect(allowance(spent, "service.api", 0, defaultLimits)).toEqual({ allowed: true });
  });

  test("doubles the cooldown up to six hours, and forgets after a day", () => {
    let accounts = none;
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      accounts = begin(accounts, web, now, defaultLimits);
      const { cooledAt = 0 } = accounts.get(web) ?? {};
      waits.push((cooledAt - now) / minute);
      now = cooledAt;
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
    expect(begin(accounts, web, now + 24 * hour, defaultLimits).get(web)?.cooldownMs).toBe(10 * minute);
  });

  test("allows a resource two fixes an hour, and a stack six a day, whoever asks how often", () => {
    const begun = greedy(72 * hour, minute, [web, "service.api", "service.db", "file.x"]);
    expect(begun.length).toBeGreaterThan(10);
    for (const [time, address] of begun) {
      const later = begun.filter(([t]) => t >= time && t < time + hour);
      expect(later.filter(([, a]) => a === address).length).toBeLessThanOrEqual(2);
      const ofDay = begun.filter(([t]) => t >= time && t < time + 24 * hour);
      expect(ofDay.length).toBeLessThanOrEqual(6);
    }
  });

  test("leaves a resource alone after three failures, until a person has looked", () => {
    const thrice = fail(fail(fail(none, web), web), web);
    expect(allowance(thrice, web, hour, defaultLimits)).toEqual({ allowed: false, rule: "quarantined" });
    expect(allowance(acknowledge(thrice, web), web, hour, defaultLimits)).toEqual({ allowed: true });
  });

  test("is only ever made smaller", () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(100), fc.nat(10_000_000), (fixesPerHour, fixesPerDay, cooldownMs) => {
        const limits = tighten(defaultLimits, { fixesPerHour, fixesPerDay }, { cooldownMs });
        expect(limits.fixesPerHour).toBeLessThanOrEqual(defaultLimits.fixesPerHour);
        expect(limits.fixesPerDay).toBeLessThanOrEqual(defaultLimits.fixesPerDay);
        expect(limits.cooldownMs).toBeGreaterThanOrEqual(defaultLimits.cooldownMs);
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("time that counts", () => {
  const moment = (wallMs: number, uptimeMs: number, bootId = "a"): Moment => ({ wallMs, uptimeMs, bootId });

  test("is the machine's own, wherever its calendar is set to", () => {
    const first = stampAfter(undefined, moment(1_000, 500));
    const forward = stampAfter(first, moment(99_999_999_999, 1_500));
    const back = stampAfter(forward, moment(-5, 1_600));
    expect([first, forward, back].map(({ elapsed }) => elapsed)).toEqual([0, 1_000, 1_100]);
  });

  test("after a boot is at least what has passed since", () => {
    const first = stampAfter(undefined, moment(1_000, 9_000_000));
    expect(stampAfter(first, moment(5_000_000, 300, "b")).elapsed).toBe(300);
    // Systems that name no boot: the count has started again.
    const nameless = stampAfter(undefined, moment(0, 9_000, ""));
    expect(stampAfter(nameless, moment(5_000, 200, "")).elapsed).toBe(200);
  });

  test("on another machine that shares the disk is no more than the calendar says", () => {
    const first = stampAfter(undefined, moment(1_000, 9_000_000));
    const month = 30 * 24 * hour;
    expect(stampAfter(first, moment(61_000, month, "b")).elapsed).toBe(60_000);
    expect(stampAfter(first, moment(500, month, "b")).elapsed).toBe(0);
  });

  test("never exceeds what has really passed, over any number of boots and settings of the calendar", () => {
    const change = fc.record({ passed: fc.nat(hour), boots: fc.boolean(), wall: fc.integer() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let real = 0;
        let up = 0;
        let boot = 0;
        let last: Stamp = stampAfter(undefined, moment(0, 0, "0"));
        for (const { passed, boots, wall } of changes) {
          real += passed;
          up = boots ? Math.floor(passed / 2) : up + passed;
          if (boots) boot++;
          last = stampAfter(last, moment(wall, up, String(boot)));
          expect(last.elapsed).toBeLessThanOrEqual(real);
        }
      }),
      { numRuns: runs(300) },
    );
  });
});
