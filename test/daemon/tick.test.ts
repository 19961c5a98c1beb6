import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../server/src/daemon/budget.ts";
import type { Effect, PatchKind } from "../../server/src/daemon/policy.ts";
import { type DaemonRecord, noHistory, readHistory } from "../../server/src/daemon/records.ts";
import { Daemon, proposalMs } from "../../server/src/daemon/tick.ts";
import type { Candidate, Prepared, World } from "../../server/src/daemon/world.ts";
import { builtinKinds } from "../../server/src/intake/schema/known-kinds.ts";
import { runs } from "../support/runs.ts";

const web = "service.web";
const minute = 60_000;

interface Wish {
  readonly kind: PatchKind;
  readonly effects: readonly Effect[];
}
const rerun: Wish = {
  kind: "rerun",
  effects: [
    { type: "step", address: web, kind: "service", action: "update", fault: "stopped", carries: true },
  ],
};
const timeout: Wish = {
  kind: "knob",
  effects: [{ type: "knob", step: "verify_http.web.health", knob: "timeout_s", value: 30 }],
};
const ports: Wish = {
  kind: "cw",
  effects: [{ type: "attribute", address: web, kind: "service", path: "ports[0].external", secret: false }],
};
const volume: Wish = {
  kind: "rerun",
  effects: [
    { type: "step", address: "volume.data", kind: "volume", action: "create", fault: "gone", carries: false },
  ],
};
const runbook: Wish = { kind: "runbook", effects: [] };

class Cut extends Error {}

/** A world in memory: one finding, which goes when an applied patch mends it. */
class Model implements World<Wish> {
  up = 0;
  wall = 0;
  boot = "a";
  serial = 1;
  broken = true;
  seen = true;
  off: string | undefined;
  hindered: string | undefined;
  wishes: Wish[] = [rerun, runbook];
  mends = true;
  /** Somebody else has the lock. */
  busy = false;
  /** Of what is wished, where that is not what was found. */
  owner = web;
  readonly lines: string[] = [];
  readonly done: string[] = [];
  /** The record at which everything ends, before or after it is on the disk. */
  cutAt: number | undefined;
  cutAfter = false;

  async moment() {
    return { wallMs: this.wall, uptimeMs: this.up, bootId: this.boot };
  }
  async disabled() {
    return this.off;
  }
  async inhibited() {
    return this.hindered;
  }
  async look() {
    const finding = { address: web, rule: "stopped", summary: "the process does not run", evidence: [] };
    const findings = this.broken && this.seen ? [finding] : [];
    return { findings, unseen: new Set(this.seen ? [] : [web]), kinds: builtinKinds };
  }
  async *candidates() {
    for (const patch of this.wishes) yield { kind: patch.kind, patch, summary: patch.kind, by: "rule" };
  }
  async prepare(candidate: Candidate<Wish>): Promise<Prepared<Wish>> {
    const { effects } = candidate.patch;
    const turned = effects.find((e) => e.type === "knob");
    return {
      ...candidate,
      id: this.idOf(candidate.patch),
      owner: this.owner,
      effects,
      basis: { lineage: "l", serial: this.serial, bundle: "b", planId: "p" },
      ...(turned && { undo: { step: turned.step, knob: "timeout_s" } }),
    };
  }
  idOf({ effects }: Wish) {
    return JSON.stringify(effects);
  }
  async apply({ kind }: Prepared<Wish>) {
    this.done.push(`apply ${kind}`);
    if (!this.mends) return { result: "failed" as const, detail: "still broken" };
    this.broken = false;
    return { result: "mended" as const, detail: "verified" };
  }
  async rollBack() {
    this.done.push("roll back");
    return { done: !this.busy, detail: "it is as it was" };
  }
  async propose({ kind }: Prepared<Wish>) {
    this.done.push(`propose ${kind}`);
  }
  async withdraw(id: string) {
    this.done.push(`withdraw ${id.includes("attribute") ? "cw" : id === "[]" ? "runbook" : "rerun"}`);
  }
  async recall() {
    return this.history();
  }
  async record(record: DaemonRecord) {
    const cut = this.cutAt === this.lines.length;
    if (cut && !this.cutAfter) throw new Cut();
    this.lines.push(JSON.stringify(record));
    if (cut) throw new Cut();
  }

  /** A daemon that begins with what is on the disk. */
  daemon(): Daemon<Wish> {
    return new Daemon(this, this.history(), defaultLimits);
  }
  history() {
    return readHistory(`${this.lines.join("\n")}\n`, defaultLimits).history;
  }
  kinds(): string[] {
    return this.lines.map((line) => {
      const { type, outcome, result, reason } = JSON.parse(line);
      return [type, outcome, result, reason].filter((word) => word !== undefined).join(" ");
    });
  }
}

describe("a proposal", () => {
  test("goes when what it is about is well again, and comes again when it is not", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    await daemon.tick();
    world.seen = false;
    await daemon.tick();
    expect(world.kinds()).toEqual(["decision propose"]);
    world.seen = true;
    world.broken = false;
    await daemon.tick();
    expect(world.kinds()).toEqual(["decision propose", "closed over"]);
    world.broken = true;
    await daemon.tick();
    expect(world.done).toEqual(["propose cw", "withdraw cw", "propose cw"]);
  });

  test("is made anew when it has expired, and when something has moved underneath", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    await daemon.tick();
    world.wall += proposalMs + 1;
    await daemon.tick();
    expect(world.kinds()).toEqual(["decision propose", "closed expired", "decision propose"]);
    world.serial = 2;
    await daemon.tick();
    await daemon.tick();
    expect(world.done).toEqual(["propose cw", "withdraw cw", "propose cw", "propose cw"]);
  });

  test("makes room for another one about the same thing", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    await daemon.tick();
    world.wishes = [runbook];
    await daemon.tick();
    expect(world.kinds()).toEqual(["decision propose", "closed superseded", "decision runbook"]);
    expect([...world.history().open.values()].map(({ patch }) => patch.kind)).toEqual(["runbook"]);
  });

  test("that was rejected stays so, also where another process did it, until something moves", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    await daemon.tick();
    await world.daemon().close(web, world.idOf(ports), "rejected", "a person");
    for (const broken of [true, false, true]) {
      world.broken = broken;
      await daemon.tick();
    }
    expect(world.done).toEqual(["propose cw", "withdraw cw"]);
    world.serial = 2;
    await daemon.tick();
    expect(world.done.slice(2)).toEqual(["propose cw"]);
    await daemon.close(web, world.idOf(ports), "rejected", "a person");
    await daemon.acknowledge(web, "a person");
    await daemon.tick();
    expect(world.kinds().slice(-3)).toEqual(["closed rejected", "acknowledged", "decision propose"]);
  });

  test("that a person approved is made and counted like any fix; what failed so is not proposed again", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    const { findings } = await world.look();
    const prepared = await world.prepare({ kind: "cw", patch: ports, summary: "", by: "rule" });
    const [finding] = findings;
    if (!finding) throw new Error("nothing is the matter");
    await daemon.tick();
    world.mends = false;
    expect(await daemon.approve(prepared.id, finding, prepared, "a person")).toMatchObject({
      result: "failed",
    });
    const kinds = ["decision propose", "decision apply", "begun", "ended failed", "closed approved"];
    expect(world.kinds()).toEqual(kinds);
    expect(JSON.parse(world.lines[1] ?? "")).toMatchObject({
      rule: "approved",
      because: "a person approved it.",
    });
    expect(daemon.history.accounts.get(web)).toMatchObject({ failed: 1, begun: [0] });
    await daemon.tick();
    expect(world.kinds().slice(kinds.length)).toEqual(["decision runbook"]);
  });
});

describe("a tick", () => {
  test("mends what is safe to mend, and says so before and after", async () => {
    const world = new Model();
    await world.daemon().tick();
    expect(world.done).toEqual(["apply rerun"]);
    expect(world.kinds()).toEqual(["decision apply", "begun", "ended mended"]);
    expect(await world.daemon().tick()).toMatchObject({ findings: [], decisions: [] });
  });

  test("puts what needs a person before one, once", async () => {
    const world = new Model();
    world.wishes = [ports, runbook];
    const daemon = world.daemon();
    await daemon.tick();
    await daemon.tick();
    await world.daemon().tick();
    expect(world.done).toEqual(["propose cw"]);
    expect(world.kinds()).toEqual(["decision propose"]);
  });

  test("writes a runbook where no patch may be made, and says which rule forbade it", async () => {
    const world = new Model();
    world.wishes = [volume, runbook];
    await world.daemon().tick();
    expect(world.done).toEqual(["propose runbook"]);
    expect(JSON.parse(world.lines[0] ?? "")).toMatchObject({
      outcome: "runbook",
      rule: "data-may-be-lost",
    });
  });

  test("rolls a failed knob back, and does not turn it so again: a person gets the next larger patch", async () => {
    const world = new Model();
    world.wishes = [timeout, ports, runbook];
    world.mends = false;
    const daemon = world.daemon();
    await daemon.tick();
    expect(world.done).toEqual(["apply knob", "roll back"]);
    world.up += 60 * minute;
    await daemon.tick();
    expect(world.done).toEqual(["apply knob", "roll back", "propose cw"]);
  });

  test("leaves a resource alone after three failures, with a runbook, until somebody has looked", async () => {
    const world = new Model();
    world.mends = false;
    const daemon = world.daemon();
    for (let hour = 0; hour < 48; hour++) {
      await daemon.tick();
      world.up += 60 * minute;
    }
    expect(world.done).toEqual(["apply rerun", "apply rerun", "apply rerun", "propose runbook"]);
    await daemon.acknowledge(web, "a person");
    await daemon.tick();
    expect(world.done.at(-1)).toBe("apply rerun");
  });

  test("does nothing when it is switched off, also between the decision and the deed", async () => {
    const world = new Model();
    world.off = ".clockwork/DISABLED is there";
    expect(await world.daemon().tick()).toEqual({ status: "disabled", reason: world.off });
    expect(world.lines).toEqual([]);
    world.off = undefined;
    const { record } = world;
    world.record = async (entry) => {
      await record.call(world, entry);
      if (entry.type === "begun") world.off = "switched off";
    };
    await world.daemon().tick();
    expect(world.done).toEqual([]);
    expect(world.kinds()).toEqual(["decision apply", "begun", "ended stale"]);
  });

  test("waits where it may not act, and says why, once", async () => {
    const world = new Model();
    world.hindered = "there is no sandbox";
    const daemon = world.daemon();
    await daemon.tick();
    await daemon.tick();
    expect(world.done).toEqual([]);
    expect(world.kinds()).toEqual(["decision wait"]);
    world.hindered = undefined;
    await daemon.tick();
    expect(world.done).toEqual(["apply rerun"]);
  });

  test("spends no other resource's budget: a patch of something else than what was found needs a person", async () => {
    const world = new Model();
    world.owner = "service.other";
    await world.daemon().tick();
    expect(world.done).toEqual(["propose rerun"]);
    expect(JSON.parse(world.lines[0] ?? "")).toMatchObject({ outcome: "propose", rule: "of-another" });
  });

  test("does not say that something was taken back which was not: the next tick takes it back", async () => {
    const world = new Model();
    world.wishes = [timeout, runbook];
    world.mends = false;
    world.busy = true;
    const daemon = world.daemon();
    await daemon.tick();
    world.up += 60 * minute;
    await daemon.tick();
    expect(world.kinds()).toEqual(["decision apply", "begun"]);
    expect(world.done).toEqual(["apply knob", "roll back", "roll back"]);
    world.busy = false;
    await daemon.tick();
    expect(world.kinds().slice(2)).toEqual(["ended failed", "decision runbook"]);
    expect(JSON.parse(world.lines[2] ?? "")).toMatchObject({ undone: true, result: "failed" });
  });

  test("settles what was cut off only when it can be seen", async () => {
    const world = new Model();
    world.wishes = [timeout, runbook];
    world.mends = false;
    world.cutAt = 2;
    await expect(world.daemon().tick()).rejects.toBeInstanceOf(Cut);
    world.cutAt = undefined;
    world.seen = false;
    await world.daemon().tick();
    expect(world.kinds()).toEqual(["decision apply", "begun"]);
    world.seen = true;
    await world.daemon().tick();
    expect(world.kinds().slice(2)).toEqual(["ended failed", "decision runbook"]);
    expect(world.done).toEqual(["apply knob", "roll back", "roll back", "propose runbook"]);
  });
});

const bad: readonly Wish[] = [
  rerun,
  timeout,
  ports,
  volume,
  runbook,
  { kind: "knob", effects: [{ type: "knob", step: "s", knob: "timeout_s", value: 601 }] },
  { kind: "knob", effects: [{ type: "knob", step: "s", knob: "privileged", value: 1 }] },
  { kind: "knob", effects: [...timeout.effects, { type: "script", path: "scripts/a.sh" }] },
  { kind: "artifact", effects: [{ type: "script", path: "scripts/a.sh" }] },
  { kind: "rerun", effects: [...rerun.effects, ...volume.effects] },
  { kind: "cw", effects: [...ports.effects, { type: "other", what: "a block goes" }] },
];
const isAllowed = (wish: Wish | undefined): boolean => wish === rerun || wish === timeout;

describe("a hostile world", () => {
  test("gets nothing but what the policy allows, within the budget, whatever is cut off and however clocks jump", async () => {
    const hour = fc.record({
      wishes: fc.array(fc.constantFrom(...bad), { maxLength: 4 }),
      mends: fc.boolean(),
      breaks: fc.boolean(),
      seen: fc.boolean(),
      up: fc.nat(90 * minute),
      wall: fc.integer(),
      boots: fc.boolean(),
      cut: fc.option(fc.record({ after: fc.nat(3), late: fc.boolean() })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hour, { maxLength: 60 }), async (hours) => {
        const world = new Model();
        const applied: number[] = [];
        let real = 0;
        world.apply = async (prepared) => {
          expect(isAllowed(prepared.patch)).toBe(true);
          // It was counted before.
          expect(world.kinds().at(-1)).toBe("begun");
          applied.push(real);
          return Model.prototype.apply.call(world, prepared);
        };
        let daemon = world.daemon();
        for (const { wishes, cut, up, boots, ...more } of hours) {
          Object.assign(world, {
            wishes: [...wishes, runbook],
            mends: more.mends,
            seen: more.seen,
            wall: more.wall,
          });
          world.broken ||= more.breaks;
          real += up;
          world.up = boots ? Math.floor(up / 3) : world.up + up;
          if (boots) world.boot += "+";
          world.cutAt = cut ? world.lines.length + cut.after : undefined;
          world.cutAfter = cut?.late ?? false;
          try {
            await daemon.tick();
          } catch (error) {
            if (!(error instanceof Cut)) throw error;
            daemon = world.daemon();
          }
          expect(daemon.history).toEqual(world.history());
        }
        const within = (span: number): number =>
          Math.max(0, ...applied.map((from) => applied.filter((t) => t >= from && t < from + span).length));
        expect(within(60 * minute)).toBeLessThanOrEqual(defaultLimits.fixesPerHour);
        expect(within(24 * 60 * minute)).toBeLessThanOrEqual(defaultLimits.fixesPerDay);
      }),
      { numRuns: runs(200) },
    );
  });

  test("that cuts the journal itself leaves all of it but the last line", () => {
    const world = new Model();
    expect(world.history()).toEqual(noHistory);
    const line = JSON.stringify({
      type: "acknowledged",
      time: { at: 1, elapsed: 5, uptime: 1, boot: "" },
      address: web,
      by: "x",
    });
    expect(readHistory(`${line}\n${line.slice(0, 40)}`, defaultLimits)).toMatchObject({
      history: { last: { elapsed: 5 } },
    });
    expect(readHistory(`${line.slice(0, 40)}\n${line}\n`, defaultLimits).damaged).toBe(1);
  });
});
