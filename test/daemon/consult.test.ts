import { describe, expect, test } from "vitest";
import { askLimits } from "../../server/src/daemon/ask-budget.ts";
import { defaultLimits } from "../../server/src/daemon/budget.ts";
import type { Question } from "../../server/src/daemon/consult.ts";
import type { Effect, PatchKind } from "../../server/src/daemon/policy.ts";
import { type DaemonRecord, readHistory } from "../../server/src/daemon/records.ts";
import { Daemon } from "../../server/src/daemon/tick.ts";
import type { Candidate, Prepared, World } from "../../server/src/daemon/world.ts";
import { builtinKinds } from "../../server/src/intake/schema/known-kinds.ts";

/* When an agent is asked, how often, and what becomes of what it says. */

interface Wish {
  readonly kind: PatchKind;
  readonly effects: readonly Effect[];
}
const runbook: Wish = { kind: "runbook", effects: [] };
const script: Wish = { kind: "artifact", effects: [{ type: "script", path: "scripts/a.sh" }] };
const privileged: Wish = {
  kind: "knob",
  effects: [{ type: "knob", step: "s", knob: "timeout_s", value: 9_999 }],
};
const timeout: Wish = { kind: "knob", effects: [{ type: "knob", step: "s", knob: "timeout_s", value: 30 }] };
const foreign: Wish = {
  kind: "rerun",
  effects: [{ type: "step", address: "a", kind: "volume", action: "create", fault: "gone", carries: false }],
};

const hour = 60 * 60_000;

class Cut extends Error {}

/** A stack on which nothing that a rule knows helps. */
class Model implements World<Wish> {
  readonly lines: string[] = [];
  readonly done: string[] = [];
  /** What the agent was asked about, with what was in the journal by then. */
  readonly asked: string[] = [];
  wishes: Wish[] = [runbook];
  advice: Wish[] = [script];
  price: Question["most"] = { tokens: 20_000, usd: 0.2 };
  fails: string | undefined;
  serial = 1;
  up = 0;
  cuts = false;

  readonly consultant = {
    question: async () => ({
      by: "anthropic a-model",
      most: this.price,
      ask: async () => {
        this.asked.push(this.kinds().at(-1) ?? "");
        if (this.cuts) throw new Cut();
        const spent = { tokens: this.price.tokens / 2, usd: this.price.usd / 2 };
        return this.fails === undefined ? { reply: "yes", spent } : { problem: this.fails, spent };
      },
    }),
    candidates: async (_: unknown, { by }: { readonly by: string }) =>
      this.advice.map((wish) => wished(wish, by)),
  };

  async moment() {
    return { wallMs: 0, uptimeMs: this.up, bootId: "a" };
  }
  async disabled() {
    return undefined;
  }
  async inhibited() {
    return undefined;
  }
  async look() {
    const finding = { address: "verify.http.up", rule: "check-failing", summary: "", evidence: [] };
    return { findings: [finding], unseen: new Set<string>(), kinds: builtinKinds };
  }
  async *candidates() {
    for (const wish of this.wishes) yield wished(wish, "rule");
  }
  async prepare(candidate: Candidate<Wish>): Promise<Prepared<Wish>> {
    const basis = { lineage: "l", serial: this.serial, bundle: "b", planId: "p" };
    const { effects } = candidate.patch;
    return { ...candidate, id: JSON.stringify(effects), owner: "verify.http.up", effects, basis };
  }
  async apply({ kind, by }: Prepared<Wish>) {
    this.done.push(`apply ${kind} of ${by}`);
    return { result: "mended" as const, detail: "" };
  }
  async rollBack() {
    return { done: true, detail: "" };
  }
  async propose({ kind, by }: Prepared<Wish>) {
    this.done.push(`propose ${kind} of ${by}`);
  }
  async withdraw() {}
  async recall() {
    return undefined;
  }
  async record(record: DaemonRecord) {
    this.lines.push(JSON.stringify(record));
  }
  daemon(): Daemon<Wish> {
    return new Daemon(this, readHistory(`${this.lines.join("\n")}\n`, defaultLimits).history, defaultLimits);
  }
  kinds(): string[] {
    return this.lines.map((line) => JSON.parse(line).type);
  }
}

function wished(patch: Wish, by: string): Candidate<Wish> {
  return { kind: patch.kind, patch, summary: "", by };
}

describe("an agent", () => {
  test("is asked when no rule has a patch, once for a finding and ground, also by the next process", async () => {
    const world = new Model();
    const daemon = world.daemon();
    await daemon.tick();
    await daemon.tick();
    await world.daemon().tick();
    expect(world.asked).toEqual(["asked"]);
    expect(world.kinds()).toEqual(["asked", "answered", "decision"]);
    expect(world.done).toEqual(["propose artifact of anthropic a-model"]);
    world.serial = 2;
    await daemon.tick();
    expect(world.asked).toHaveLength(2);
  });

  test("is not asked where a rule has a patch, or forbids one", async () => {
    const world = new Model();
    for (const wishes of [
      [script, runbook],
      [foreign, runbook],
    ]) {
      world.wishes = wishes;
      await world.daemon().tick();
    }
    expect(world.asked).toEqual([]);
    expect(world.done).toEqual(["propose artifact of rule", "propose runbook of rule"]);
  });

  test("gets what the policy gives to everybody: knobs in range at once, the rest to a person or to nobody", async () => {
    const world = new Model();
    world.advice = [privileged, timeout, script];
    await world.daemon().tick();
    expect(world.done).toEqual(["apply knob of anthropic a-model"]);
    const bad = new Model();
    bad.advice = [privileged, foreign];
    await bad.daemon().tick();
    expect(bad.done).toEqual(["propose runbook of rule"]);
    expect(JSON.parse(bad.lines.at(-1) ?? "")).toMatchObject({ rule: "data-may-be-lost" });
  });

  test("that a crash cuts off has cost what it may have cost, and is not asked again", async () => {
    const world = new Model();
    world.cuts = true;
    await expect(world.daemon().tick()).rejects.toBeInstanceOf(Cut);
    world.cuts = false;
    const daemon = world.daemon();
    await daemon.tick();
    expect(world.asked).toHaveLength(1);
    expect(world.done).toEqual(["propose runbook of rule"]);
    expect(daemon.history.asks).toMatchObject([world.price]);
  });

  test("that does not answer leaves the runbook of ours, and is not asked again", async () => {
    const world = new Model();
    world.fails = "The server did not take the key";
    const daemon = world.daemon();
    await daemon.tick();
    await daemon.tick();
    expect([world.asked.length, world.done]).toEqual([1, ["propose runbook of rule"]]);
    expect(daemon.history.asks).toMatchObject([{ tokens: 10_000, usd: 0.1 }]);
  });

  test.each([
    ["calls", { tokens: 1, usd: 0 }, askLimits.calls],
    // Half of what was reserved comes back with each answer.
    ["tokens", { tokens: 100_000, usd: 0 }, 7],
    ["money", { tokens: 1, usd: 1 }, 3],
    ["one call that is too much", { tokens: 1, usd: askLimits.usd + 1 }, 0],
  ])("is not asked beyond a day's budget of %s", async (_, price, most) => {
    const world = new Model();
    world.price = price;
    let daemon = world.daemon();
    const days = 2;
    for (let ticks = 0; ticks < 40 * days; ticks++) {
      if (ticks === 40) world.up += 24 * hour;
      world.serial++;
      await daemon.tick();
      if (ticks % 7 === 0) daemon = world.daemon();
    }
    expect(world.asked).toHaveLength(most * days);
  });
});
