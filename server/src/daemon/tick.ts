/**
 * One look of the daemon, and what follows from it: findings, the smallest patch for each, what the policy and the budget say
 * to it, and at most one fix. Everything it touches is behind `World`; what is decided here depends on nothing else, which is
 * how it can be tried for thousands of hours.
 */
import { createHash } from "node:crypto";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { allowance, isQuarantined, type Limits } from "./budget.ts";
import { type Moment, type Stamp, stampAfter } from "./clock.ts";
import { type Effect, judge, type PatchKind, type Rule, rules, type Verdict } from "./policy.ts";
import {
  after,
  type Basis,
  type DaemonRecord,
  type DecisionRecord,
  type Finding,
  failedKey,
  type History,
  type Undo,
} from "./records.ts";

/** What somebody proposes, a rule of ours or an agent: a wish, until `prepare` has found out what it changes. */
export interface Candidate<Patch> {
  readonly kind: PatchKind;
  readonly patch: Patch;
  /** A clause for people: `raise timeout_s from 5 to 30`. */
  readonly summary: string;
  /** `rule`, or the agent's compiler and model. */
  readonly by: string;
}

/** A patch as it is: what the core found when it compared what is there with what would be. */
export interface Prepared<Patch> extends Candidate<Patch> {
  /** Of all that it changes, so that the same patch is known again. */
  readonly id: string;
  readonly effects: readonly Effect[];
  readonly basis: Basis;
  readonly undo?: Undo;
}

export interface Look {
  /** In the order in which they are to be mended: what others need comes first. */
  readonly findings: readonly Finding[];
  /** Addresses of what could not be seen: nobody knows whether they are well. */
  readonly unseen: ReadonlySet<string>;
  readonly kinds: Kinds;
}

export interface World<Patch> {
  moment(): Promise<Moment>;
  /** Why nothing may be done at all, not even looking; undefined where nothing stands in the way. */
  disabled(): Promise<string | undefined>;
  look(): Promise<Look>;
  /** From the smallest change on; the last one is always a runbook. */
  candidates(finding: Finding): AsyncIterable<Candidate<Patch>>;
  /** What is wrong with it, where it cannot even be tried. */
  prepare(
    candidate: Candidate<Patch>,
    finding: Finding,
  ): Promise<Prepared<Patch> | { readonly refused: string }>;
  /** Why it may not act: a dry run, no sandbox, no trust. */
  inhibited(): Promise<string | undefined>;
  /** Through the ordinary pipeline, under the ordinary lock, and only on its basis. Then it verifies, within a time. */
  apply(
    prepared: Prepared<Patch>,
    finding: Finding,
  ): Promise<{ readonly result: "mended" | "failed" | "stale"; readonly detail: string }>;
  /** Takes back what a fix changed; a clause that says how that went. */
  rollBack(undo: Undo): Promise<string>;
  /** Puts it where people find it. */
  propose(prepared: Prepared<Patch>, finding: Finding, because: string): Promise<void>;
  /** Resolves when the record survives a crash of the machine. */
  record(record: DaemonRecord): Promise<void>;
}

export type Ticked =
  | { readonly status: "disabled"; readonly reason: string }
  | {
      readonly status: "looked";
      readonly findings: readonly Finding[];
      readonly decisions: readonly DecisionRecord[];
    };

/** A history that grows by each record, once that is on the disk. */
export class Daemon<Patch> {
  readonly #world: World<Patch>;
  readonly #limits: Limits;
  #history: History;

  constructor(world: World<Patch>, history: History, limits: Limits) {
    this.#world = world;
    this.#history = history;
    this.#limits = limits;
  }

  get history(): History {
    return this.#history;
  }

  /** The first record of a process that begins to watch. */
  async start(lineage: string): Promise<void> {
    await this.#record({ type: "started", version: "1", lineage });
  }

  async tick(): Promise<Ticked> {
    const reason = await this.#world.disabled();
    if (reason !== undefined) return { status: "disabled", reason };
    const look = await this.#world.look();
    await this.#settle(look);
    const decisions: DecisionRecord[] = [];
    for (const finding of look.findings) {
      const decision = await this.#decide(finding, look.kinds);
      if (!decision) continue;
      decisions.push(decision);
      // What was seen may be otherwise after a fix: the next tick looks again.
      if (decision.outcome === "apply") break;
    }
    return { status: "looked", findings: look.findings, decisions };
  }

  /** A person has looked at a resource. */
  async acknowledge(address: string, by: string): Promise<void> {
    await this.#record({ type: "acknowledged", address, by });
  }

  /** What was begun by somebody who is gone: mended, if what it was for is mended; else taken back. */
  async #settle({ findings, unseen }: Look): Promise<void> {
    for (const decision of [...this.#history.unfinished.values()]) {
      const { address } = decision.finding;
      if (unseen.has(address)) continue;
      const stillThere = findings.some((finding) => finding.address === address);
      const undone = stillThere && decision.undo ? await this.#world.rollBack(decision.undo) : undefined;
      await this.#record({
        type: "ended",
        decision: decision.id,
        address,
        result: stillThere ? "failed" : "mended",
        undone: undone !== undefined,
        detail: undone ?? "it was cut off, and looked at afterwards",
      });
    }
  }

  /** The decision about the smallest patch that may be had, if it is another one than the last time. */
  async #decide(finding: Finding, kinds: Kinds): Promise<DecisionRecord | undefined> {
    let refused: Judgement["rule"] = "unlisted";
    for await (const candidate of this.#world.candidates(finding)) {
      const prepared = await this.#world.prepare(candidate, finding);
      if ("refused" in prepared) continue;
      if (prepared.kind === "runbook")
        return this.#carryOut(finding, prepared, { class: "never", rule: refused });
      const verdict = judge(prepared.kind, prepared.effects, kinds);
      const hurdle = verdict.class === "safe" ? this.#hurdle(finding.address, prepared) : undefined;
      if (verdict.class === "never") refused = verdict.rule;
      else if (hurdle) refused = hurdle;
      else return this.#carryOut(finding, prepared, verdict);
    }
    return undefined;
  }

  /** What has failed is not done again by itself, but that a thing is made again, which has its own limit. */
  #hurdle(address: string, { id, kind }: Prepared<Patch>): keyof typeof hurdles | undefined {
    const { failed, accounts } = this.#history;
    if (isQuarantined(accounts, address, this.#limits)) return "quarantined";
    return kind !== "rerun" && failed.has(failedKey(address, id)) ? "has-failed" : undefined;
  }

  async #carryOut(
    finding: Finding,
    prepared: Prepared<Patch>,
    verdict: Judgement,
  ): Promise<DecisionRecord | undefined> {
    const { outcome, because, rule } = await this.#outcome(finding, prepared, verdict);
    const last = this.#history.decided.get(finding.address);
    const known = last && sameDecision(last, finding, prepared.id, outcome, because);
    if (known && outcome !== "apply") return undefined;
    if (outcome === "propose" || outcome === "runbook") await this.#world.propose(prepared, finding, because);
    const decision: Unstamped<DecisionRecord> = {
      type: "decision",
      id: decisionId(finding.address, prepared.id, this.#history.decisions),
      finding,
      patch: { kind: prepared.kind, id: prepared.id, summary: prepared.summary, by: prepared.by },
      effects: prepared.effects.map(describeEffect),
      class: verdict.class,
      rule,
      outcome,
      because,
      basis: prepared.basis,
      ...(prepared.undo && { undo: prepared.undo }),
    };
    const time = await this.#record(decision);
    if (outcome === "apply") await this.#fix(finding, decision.id, prepared);
    return { ...decision, time };
  }

  async #outcome(
    { address }: Finding,
    { kind }: Prepared<Patch>,
    verdict: Judgement,
  ): Promise<Pick<DecisionRecord, "outcome" | "because" | "rule">> {
    const { rule } = verdict;
    const because = sentences[rule];
    if (kind === "runbook") return { outcome: "runbook", because, rule };
    if (verdict.class === "approve") return { outcome: "propose", because, rule };
    const inhibited = await this.#world.inhibited();
    if (inhibited !== undefined) return { outcome: "wait", because: inhibited, rule };
    const now = stampAfter(this.#history.last, await this.#world.moment());
    const allowed = allowance(this.#history.accounts, address, now.elapsed, this.#limits);
    if (!allowed.allowed) return { outcome: "wait", because: waits[allowed.rule], rule: allowed.rule };
    return { outcome: "apply", because, rule };
  }

  /** Counted before it is begun. */
  async #fix(finding: Finding, decision: string, prepared: Prepared<Patch>): Promise<void> {
    const { address } = finding;
    await this.#record({ type: "begun", decision, address });
    const reason = await this.#world.disabled();
    const applied =
      reason === undefined
        ? await this.#world.apply(prepared, finding)
        : { result: "stale" as const, detail: reason };
    const undone =
      applied.result === "failed" && prepared.undo ? await this.#world.rollBack(prepared.undo) : undefined;
    await this.#record({
      type: "ended",
      decision,
      address,
      result: applied.result,
      undone: undone !== undefined,
      detail: undone === undefined ? applied.detail : `${applied.detail}; ${undone}`,
    });
  }

  async #record(unstamped: Unstamped<DaemonRecord>): Promise<Stamp> {
    const time = stampAfter(this.#history.last, await this.#world.moment());
    const next: DaemonRecord = { ...unstamped, time };
    await this.#world.record(next);
    this.#history = after(this.#history, next, this.#limits);
    return time;
  }
}

type Unstamped<R extends DaemonRecord> = R extends DaemonRecord ? Omit<R, "time"> : never;

/** What the policy says, or why a patch that it allows is not made by itself. */
interface Judgement {
  readonly class: Verdict["class"];
  readonly rule: Rule | keyof typeof hurdles;
}

const hurdles = {
  quarantined: "Fixes have failed too often: a person has to look at it first.",
  "has-failed": "This very fix has failed before.",
} as const;

const sentences: Readonly<Record<Judgement["rule"], string>> = { ...rules, ...hurdles };

const waits = {
  quarantined: hurdles.quarantined,
  "cooling-down": "It was mended a short while ago.",
  "fixes-per-hour": "It was mended as often as an hour allows.",
  "fixes-per-day": "The stack was mended as often as a day allows.",
} as const;

function sameDecision(
  last: DecisionRecord,
  finding: Finding,
  patchId: string,
  outcome: string,
  because: string,
): boolean {
  return (
    last.finding.rule === finding.rule &&
    last.patch.id === patchId &&
    last.outcome === outcome &&
    last.because === because
  );
}

function decisionId(address: string, patchId: string, count: number): string {
  return createHash("sha256").update(`${address}\0${patchId}\0${count}`).digest("hex").slice(0, 16);
}

export function describeEffect(effect: Effect): string {
  switch (effect.type) {
    case "step":
      return `${effect.action} ${effect.address}`;
    case "knob":
      return `${effect.knob} of ${effect.step} becomes ${JSON.stringify(effect.value)}`;
    case "attribute":
      return `${effect.path} of ${effect.address} changes`;
    case "script":
      return `the text of ${effect.path} changes`;
    case "other":
      return effect.what;
  }
}
