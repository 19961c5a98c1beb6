/** What the daemon's decisions are made of, and the port to everything that they touch. */
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { Risk } from "../intake/schema/schema.ts";
import type { Moment } from "./clock.ts";
import type { Consultant } from "./consult.ts";
import type { Effect, PatchKind } from "./policy.ts";
import type { Basis, DaemonRecord, Finding, History, Undo } from "./records.ts";

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
  /** Address of what it changes or runs, where that is one thing. */
  readonly owner?: string;
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
  apply(prepared: Prepared<Patch>, finding: Finding): Promise<Fixed>;
  /** Takes back what a fix changed; `detail` is a clause that says how that went. Not done: somebody else is at work. */
  rollBack(undo: Undo): Promise<{ readonly done: boolean; readonly detail: string }>;
  /** Puts it where people find it, in the place of the one of the same id. */
  propose(prepared: Prepared<Patch>, finding: Finding, because: string, risk: Risk): Promise<void>;
  /** Who is asked where no rule has a patch; absent where nobody is. */
  readonly consultant?: Consultant<Patch>;
  /** Takes a proposal away; quiet where there is none. */
  withdraw(id: string): Promise<void>;
  /** What all records add up to, where somebody else has written some since; undefined where nobody has. */
  recall(): Promise<History | undefined>;
  /** Resolves when the record survives a crash of the machine. */
  record(record: DaemonRecord): Promise<void>;
}

/** A record as whoever makes it knows it. */
export type Unstamped<R extends DaemonRecord> = R extends DaemonRecord ? Omit<R, "time"> : never;

export type Fixed = { readonly result: "mended" | "failed" | "stale"; readonly detail: string };
