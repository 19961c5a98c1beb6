/**
 * What the daemon saw, thought and did, one line each, never changed again. Its budget and its unfinished work are nothing but
 * what these lines add up to, so that whatever is cut off, the next tick knows where it stands.
 */
import * as z from "zod/mini";
import { knobValues } from "../forge/knobs.ts";
import { type Asked, askedAfter } from "./ask-budget.ts";
import { type Accounts, acknowledge, begin, fail, type Limits } from "./budget.ts";
import { type Stamp, stamp } from "./clock.ts";
import { patchKinds } from "./policy.ts";

const text = z.string();

/** What was seen, and how it came to be known. Untrusted words are cut and cleaned before they get here. */
export const finding = z.strictObject({
  address: text,
  /** Of the table in `diagnose.ts`. */
  rule: text,
  /** A clause: `the container is gone`. */
  summary: text,
  evidence: z.array(z.strictObject({ source: text, text })),
});
export type Finding = Readonly<z.infer<typeof finding>>;

/** What was diagnosed: a patch is for this, and for nothing that came after. */
export const basis = z.strictObject({
  lineage: text,
  serial: z.number(),
  /** sha256, hex, of what stands in build/. */
  bundle: text,
  /** Of the plan that the patch would carry out. */
  planId: text,
});
export type Basis = Readonly<z.infer<typeof basis>>;

/** Whether nothing has moved underneath: what the plan is made from besides the files and what is seen of things. */
export function isSameGround(a: Basis, b: Basis): boolean {
  return a.lineage === b.lineage && a.serial === b.serial && a.bundle === b.bundle;
}

/** How to take back what a fix by itself changed. */
export const undo = z.strictObject({
  step: text,
  knob: z.keyof(knobValues),
  /** Absent: it was not turned before. */
  value: z.optional(z.union([z.number(), z.string()])),
});
export type Undo = Readonly<z.infer<typeof undo>>;

const count = z.number().check(z.minimum(0));
const amount = z.strictObject({ tokens: count, usd: count });

export const outcomes = ["apply", "propose", "runbook", "wait", "refuse"] as const;
export const results = ["mended", "failed", "stale"] as const;
/** `over`: what it is about is well again; `superseded`: another one took its place. */
export const closings = ["over", "expired", "superseded", "rejected", "approved"] as const;
export type Closing = (typeof closings)[number];

export const record = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("started"), version: z.literal("1"), time: stamp, lineage: text }),
  z.strictObject({
    type: z.literal("decision"),
    id: text,
    time: stamp,
    finding,
    patch: z.strictObject({ kind: z.enum(patchKinds), id: text, summary: text, by: text }),
    /** What it really changes, one clause each. */
    effects: z.array(text),
    class: z.enum(["safe", "approve", "never"]),
    rule: text,
    outcome: z.enum(outcomes),
    /** Why it came to that: the rule's sentence, or what a gate said. */
    because: text,
    basis,
    undo: z.optional(undo),
  }),
  /** Written before anything is done. */
  z.strictObject({ type: z.literal("begun"), time: stamp, decision: text, address: text }),
  z.strictObject({
    type: z.literal("ended"),
    time: stamp,
    decision: text,
    address: text,
    result: z.enum(results),
    /** Whether what it changed was taken back. */
    undone: z.boolean(),
    detail: text,
  }),
  z.strictObject({ type: z.literal("acknowledged"), time: stamp, address: text, by: text }),
  /** Written before an agent is asked, with the most that can cost. `about`: finding and ground, asked about once. */
  z.strictObject({
    type: z.literal("asked"),
    time: stamp,
    address: text,
    about: text,
    by: text,
    most: amount,
  }),
  z.strictObject({
    type: z.literal("answered"),
    time: stamp,
    address: text,
    about: text,
    by: text,
    spent: amount,
    /** As it came, and as little believed whenever it is read. */
    reply: z.optional(text),
    /** Why there is none. */
    problem: z.optional(text),
  }),
  /** A proposal waits no more. */
  z.strictObject({
    type: z.literal("closed"),
    time: stamp,
    address: text,
    /** The patch's id, which is the proposal's. */
    patch: text,
    reason: z.enum(closings),
    /** The person who decided it. */
    by: z.optional(text),
  }),
]);
export type DaemonRecord = Readonly<z.infer<typeof record>>;
export type DecisionRecord = Extract<DaemonRecord, { type: "decision" }>;

/** What all records together say. */
export interface History {
  readonly last: Stamp | undefined;
  /** How many decisions there are. */
  readonly decisions: number;
  readonly accounts: Accounts;
  /** Begun, and nobody knows how it ended; by decision. */
  readonly unfinished: ReadonlyMap<string, DecisionRecord>;
  /** Patches that failed, since a person last looked: `address` and the patch's id with a space between. */
  readonly failed: ReadonlySet<string>;
  /** The newest decision for each address, so that the same one is not written down at every tick. */
  readonly decided: ReadonlyMap<string, DecisionRecord>;
  /** What was proposed and waits for a person, by address: one at a time for each. */
  readonly open: ReadonlyMap<string, DecisionRecord>;
  /** What a person rejected, by `failedKey`, since that person last said to look after the address again. */
  readonly rejected: ReadonlyMap<string, DecisionRecord>;
  /** What agents were asked in the last day. */
  readonly asks: readonly Asked[];
  /** Every `about` there ever was. */
  readonly askedAbout: ReadonlySet<string>;
  /** The newest by address. */
  readonly answers: ReadonlyMap<string, Answer>;
}

export interface Answer {
  readonly about: string;
  /** The agent: its compiler and model. */
  readonly by: string;
  readonly reply: string;
}

export const noHistory: History = {
  last: undefined,
  decisions: 0,
  accounts: new Map(),
  unfinished: new Map(),
  failed: new Set(),
  decided: new Map(),
  open: new Map(),
  rejected: new Map(),
  asks: [],
  askedAbout: new Set(),
  answers: new Map(),
};

export function failedKey(address: string, patchId: string): string {
  return `${address} ${patchId}`;
}

export function after(history: History, next: DaemonRecord, limits: Limits): History {
  const now = { ...history, last: next.time };
  switch (next.type) {
    case "started":
      return now;
    case "decision":
      return decidedAfter(now, next);
    case "begun":
      return begunAfter(now, next, limits);
    case "ended":
      return endedAfter(now, next);
    case "acknowledged":
      return {
        ...now,
        accounts: acknowledge(now.accounts, next.address),
        failed: new Set([...now.failed].filter((key) => !isOf(key, next.address))),
        rejected: new Map([...now.rejected].filter(([key]) => !isOf(key, next.address))),
      };
    case "closed":
      return closedAfter(now, next);
    case "asked":
      return {
        ...now,
        asks: askedAfter(now.asks, { ...next.most, about: next.about, at: next.time.elapsed }),
        askedAbout: new Set(now.askedAbout).add(next.about),
      };
    case "answered":
      return answeredAfter(now, next);
  }
}

const isOf = (key: string, address: string): boolean => key.startsWith(`${address} `);

function decidedAfter(history: History, next: DecisionRecord): History {
  const { address } = next.finding;
  const waits = next.outcome === "propose" || next.outcome === "runbook";
  return {
    ...history,
    decisions: history.decisions + 1,
    decided: new Map(history.decided).set(address, next),
    ...(waits && { open: new Map(history.open).set(address, next) }),
  };
}

function closedAfter(
  history: History,
  { address, patch, reason }: Extract<DaemonRecord, { type: "closed" }>,
): History {
  const decision = history.open.get(address);
  if (decision?.patch.id !== patch) return history;
  const open = new Map(history.open);
  open.delete(address);
  if (reason !== "rejected") return { ...history, open };
  return { ...history, open, rejected: new Map(history.rejected).set(failedKey(address, patch), decision) };
}

function begunAfter(
  history: History,
  { address, decision, time }: Extract<DaemonRecord, { type: "begun" }>,
  limits: Limits,
): History {
  const decided = history.decided.get(address);
  const unfinished = new Map(history.unfinished);
  if (decided?.id === decision) unfinished.set(decision, decided);
  return { ...history, unfinished, accounts: begin(history.accounts, address, time.elapsed, limits) };
}

function endedAfter(
  history: History,
  { address, decision, result }: Extract<DaemonRecord, { type: "ended" }>,
): History {
  const unfinished = new Map(history.unfinished);
  const patch = unfinished.get(decision)?.patch.id;
  unfinished.delete(decision);
  if (result !== "failed") return { ...history, unfinished };
  const failed = new Set(history.failed);
  if (patch !== undefined) failed.add(failedKey(address, patch));
  return { ...history, unfinished, failed, accounts: fail(history.accounts, address) };
}

function answeredAfter(
  history: History,
  { address, about, by, spent, reply }: Extract<DaemonRecord, { type: "answered" }>,
): History {
  const asks = history.asks.map((ask) => (ask.about === about ? { ...ask, ...spent } : ask));
  if (reply === undefined) return { ...history, asks };
  return { ...history, asks, answers: new Map(history.answers).set(address, { about, by, reply }) };
}

/** What the lines of a journal add up to. The last one may be cut off; any other that is no record stops the reading. */
export function readHistory(
  lines: string,
  limits: Limits,
): { readonly history: History; readonly records: readonly DaemonRecord[]; readonly damaged?: number } {
  const records: DaemonRecord[] = [];
  let history = noHistory;
  const rows = lines.split("\n");
  for (const [index, row] of rows.entries()) {
    if (row === "") continue;
    const next = parse(row);
    if (!next)
      return index === rows.length - 1 ? { history, records } : { history, records, damaged: index + 1 };
    records.push(next);
    history = after(history, next, limits);
  }
  return { history, records };
}

function parse(row: string): DaemonRecord | undefined {
  try {
    return record.safeParse(JSON.parse(row)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
