/**
 * One look of the daemon, and what follows from it: findings, the smallest patch for each, what the policy and the budget say
 * to it, and at most one fix. Everything it touches is behind `World`; what is decided here depends on nothing else, which is
 * how it can be tried for thousands of hours.
 */
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { allowance, isQuarantined, type Limits } from "./budget.ts";
import { type Stamp, stampAfter } from "./clock.ts";
import { type Accounting, consult } from "./consult.ts";
import {
  decisionId,
  describeEffect,
  type hurdles,
  isAlike,
  isOutcome,
  type Judgement,
  sentences,
  waits,
} from "./decisions.ts";
import { judge, type Verdict } from "./policy.ts";
import {
  after,
  type Closing,
  type DaemonRecord,
  type DecisionRecord,
  type Finding,
  failedKey,
  type History,
} from "./records.ts";
import type { Fixed, Look, Prepared, Unstamped, World } from "./world.ts";

export type Ticked =
  | { readonly status: "disabled"; readonly reason: string }
  | {
      readonly status: "looked";
      readonly findings: readonly Finding[];
      readonly decisions: readonly DecisionRecord[];
    };

/** A proposal that nobody has decided for so long is about another time, in milliseconds. */
export const proposalMs = 7 * 24 * 60 * 60_000;

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
    this.#history = (await this.#world.recall()) ?? this.#history;
    const look = await this.#world.look();
    await this.#settle(look);
    await this.#tidy(look);
    const decisions: DecisionRecord[] = [];
    for (const finding of look.findings) {
      // One thing at a time: what was begun has to come to an end first.
      if (this.#isUnfinished(finding.address)) continue;
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

  #isUnfinished(address: string): boolean {
    return [...this.#history.unfinished.values()].some(({ finding }) => finding.address === address);
  }

  /** What was begun by somebody who is gone: mended, if what it was for is mended; else taken back. */
  async #settle({ findings, unseen }: Look): Promise<void> {
    for (const decision of [...this.#history.unfinished.values()]) {
      const { address } = decision.finding;
      if (unseen.has(address)) continue;
      const stillThere = findings.some((finding) => finding.address === address);
      const undone = stillThere && decision.undo ? await this.#world.rollBack(decision.undo) : undefined;
      if (undone?.done === false) continue;
      await this.#record({
        type: "ended",
        decision: decision.id,
        address,
        result: stillThere ? "failed" : "mended",
        undone: undone !== undefined,
        detail: undone?.detail ?? "it was cut off, and looked at afterwards",
      });
    }
  }

  /** A person approved a proposal: it is made, with all that is recorded of a fix, and no budget stands in its way. */
  async approve(proposal: string, finding: Finding, prepared: Prepared<Patch>, by: string): Promise<Fixed> {
    const decision = this.#decision(finding, prepared, {
      class: "approve",
      rule: "approved",
      outcome: "apply",
      because: `${by} approved it.`,
    });
    await this.#record(decision);
    await this.#record({ type: "begun", decision: decision.id, address: finding.address });
    const fixed = await this.#fix(finding, decision.id, prepared);
    if (fixed.result !== "stale") await this.close(finding.address, proposal, "approved", by);
    return fixed;
  }

  /** Puts a proposal away. */
  async close(address: string, patch: string, reason: Closing, by?: string): Promise<void> {
    await this.#world.withdraw(patch);
    await this.#record({ type: "closed", address, patch, reason, ...(by !== undefined && { by }) });
  }

  /** What waits for a person goes when there is nothing left to decide, or has waited too long: then it comes anew. */
  async #tidy({ findings, unseen }: Look): Promise<void> {
    const { open } = this.#history;
    if (open.size === 0) return;
    const { wallMs } = await this.#world.moment();
    for (const [address, { patch, finding, time }] of open) {
      if (unseen.has(address)) continue;
      const isThere = findings.some((now) => now.address === address && now.rule === finding.rule);
      if (!isThere) await this.close(address, patch.id, "over");
      else if (wallMs > time.at + proposalMs) await this.close(address, patch.id, "expired");
    }
  }

  /** The decision about the smallest patch that may be had, if it is another one than the last time. */
  async #decide(finding: Finding, kinds: Kinds): Promise<DecisionRecord | undefined> {
    let refused: Judgement["rule"] = "unlisted";
    for await (const candidate of this.#world.candidates(finding)) {
      const prepared = await this.#world.prepare(candidate, finding);
      if ("refused" in prepared) continue;
      if (prepared.kind === "runbook") return this.#advised(finding, kinds, prepared, refused);
      const weighed = this.#weigh(finding, prepared, kinds);
      if ("class" in weighed) return this.#carryOut(finding, prepared, weighed);
      refused = weighed.refused;
    }
    return undefined;
  }

  /** Where no rule of ours has a patch, and none forbids one, somebody else may have an idea, which is judged like ours. */
  async #advised(
    finding: Finding,
    kinds: Kinds,
    ours: Prepared<Patch>,
    before: Judgement["rule"],
  ): Promise<DecisionRecord | undefined> {
    let [runbook, refused] = [ours, before];
    const { consultant } = this.#world;
    const accounting: Accounting = {
      history: () => this.#history,
      moment: () => this.#world.moment(),
      record: (record) => this.#record(record),
    };
    const isOpen = before === "unlisted" && consultant !== undefined;
    const advice = isOpen ? await consult(consultant, accounting, finding, ours.basis) : [];
    for (const candidate of advice) {
      const prepared = await this.#world.prepare(candidate, finding);
      if ("refused" in prepared) continue;
      if (prepared.kind === "runbook") runbook = prepared;
      else {
        const weighed = this.#weigh(finding, prepared, kinds);
        if ("class" in weighed) return this.#carryOut(finding, prepared, weighed);
        refused = weighed.refused;
      }
    }
    return this.#carryOut(finding, runbook, { class: "never", rule: refused });
  }

  #weigh(
    { address }: Finding,
    prepared: Prepared<Patch>,
    kinds: Kinds,
  ): Judgement | { readonly refused: Judgement["rule"] } {
    const verdict = ofWhatWasFound(address, prepared, judge(prepared.kind, prepared.effects, kinds));
    if (verdict.class === "never") return { refused: verdict.rule };
    const hurdle = this.#hurdle(address, prepared, verdict.class);
    return hurdle ? { refused: hurdle } : verdict;
  }

  /** A person has it to decide, or has decided it, and nothing has moved underneath. */
  #isWithPerson(finding: Finding, prepared: Prepared<Patch>, outcome: string, because: string): boolean {
    const { open, rejected } = this.#history;
    const no = rejected.get(failedKey(finding.address, prepared.id));
    if (no && isAlike(no, finding, prepared)) return true;
    const last = open.get(finding.address);
    return last !== undefined && isAlike(last, finding, prepared) && isOutcome(last, outcome, because);
  }

  /** What has failed is not done again by itself, but that a thing is made again, which has its own limit. */
  #hurdle(
    address: string,
    { id, kind }: Prepared<Patch>,
    risk: Verdict["class"],
  ): keyof typeof hurdles | undefined {
    const { failed, accounts } = this.#history;
    if (risk === "safe" && isQuarantined(accounts, address, this.#limits)) return "quarantined";
    return kind !== "rerun" && failed.has(failedKey(address, id)) ? "has-failed" : undefined;
  }

  async #carryOut(
    finding: Finding,
    prepared: Prepared<Patch>,
    verdict: Judgement,
  ): Promise<DecisionRecord | undefined> {
    const { outcome, because, rule } = await this.#outcome(finding, prepared, verdict);
    if (outcome === "propose" || outcome === "runbook") {
      if (this.#isWithPerson(finding, prepared, outcome, because)) return undefined;
      const last = this.#history.open.get(finding.address);
      if (last && last.patch.id !== prepared.id)
        await this.close(finding.address, last.patch.id, "superseded");
      await this.#world.propose(prepared, finding, because, verdict.class);
    } else if (outcome === "wait") {
      const last = this.#history.decided.get(finding.address);
      if (
        last?.patch.id === prepared.id &&
        last.finding.rule === finding.rule &&
        isOutcome(last, outcome, because)
      )
        return undefined;
    }
    const decision = this.#decision(finding, prepared, { class: verdict.class, rule, outcome, because });
    const time = await this.#record(decision);
    if (outcome === "apply") await this.#begin(finding, decision.id, prepared);
    return { ...decision, time };
  }

  #decision(
    finding: Finding,
    prepared: Prepared<Patch>,
    how: Pick<DecisionRecord, "class" | "rule" | "outcome" | "because">,
  ): Unstamped<DecisionRecord> {
    const { id, kind, summary, by, effects, basis, undo } = prepared;
    return {
      type: "decision",
      id: decisionId(finding.address, id, this.#history.decisions),
      finding,
      patch: { kind, id, summary, by },
      effects: effects.map(describeEffect),
      ...how,
      basis,
      ...(undo && { undo }),
    };
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
  async #begin(finding: Finding, decision: string, prepared: Prepared<Patch>): Promise<void> {
    const { address } = finding;
    await this.#record({ type: "begun", decision, address });
    const reason = await this.#world.disabled();
    if (reason === undefined) await this.#fix(finding, decision, prepared);
    else
      await this.#record({
        type: "ended",
        decision,
        address,
        result: "stale",
        undone: false,
        detail: reason,
      });
  }

  async #fix(finding: Finding, decision: string, prepared: Prepared<Patch>): Promise<Fixed> {
    const { result, detail } = await this.#world.apply(prepared, finding);
    const undone =
      result === "failed" && prepared.undo ? await this.#world.rollBack(prepared.undo) : undefined;
    const fixed = { result, detail: undone === undefined ? detail : `${detail}; ${undone.detail}` };
    // The next look takes it back.
    if (undone?.done === false) return fixed;
    const { address } = finding;
    await this.#record({ type: "ended", decision, address, ...fixed, undone: undone !== undefined });
    return fixed;
  }

  async #record(unstamped: Unstamped<DaemonRecord>): Promise<Stamp> {
    const time = stampAfter(this.#history.last, await this.#world.moment());
    const next: DaemonRecord = { ...unstamped, time };
    await this.#world.record(next);
    this.#history = after(this.#history, next, this.#limits);
    return time;
  }
}

/** Each thing has its own budget: no patch spends another's. */
function ofWhatWasFound<Patch>(address: string, { owner }: Prepared<Patch>, verdict: Verdict): Verdict {
  return verdict.class !== "safe" || owner === address ? verdict : { class: "approve", rule: "of-another" };
}
