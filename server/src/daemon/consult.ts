/** Asking an agent about what no rule has a patch for: once for each finding and ground, counted before it is done. */
import { createHash } from "node:crypto";
import { mayAsk } from "./ask-budget.ts";
import { type Moment, stampAfter } from "./clock.ts";
import type { Answer, Basis, DaemonRecord, Finding, History } from "./records.ts";
import type { Candidate, Unstamped } from "./world.ts";

interface Amount {
  readonly tokens: number;
  readonly usd: number;
}

export interface Question {
  /** Who would be asked: compiler and model. */
  readonly by: string;
  /** The most it can cost; nothing where it will not be sent. */
  readonly most: Amount;
  /** Never rejects for what the agent does. */
  readonly ask: () => Promise<{
    readonly reply?: string;
    readonly problem?: string;
    readonly spent: Amount;
  }>;
}

export interface Consultant<Patch> {
  /** Undefined where nobody is there to be asked. */
  question(finding: Finding): Promise<Question | undefined>;
  /** What an answer wishes, the smallest change first; it may say anything. */
  candidates(finding: Finding, answer: Answer): Promise<readonly Candidate<Patch>[]>;
}

/** Where its records go. */
export interface Accounting {
  readonly history: () => History;
  readonly moment: () => Promise<Moment>;
  readonly record: (record: Unstamped<DaemonRecord>) => Promise<unknown>;
}

export async function consult<Patch>(
  consultant: Consultant<Patch>,
  accounting: Accounting,
  finding: Finding,
  basis: Basis,
): Promise<readonly Candidate<Patch>[]> {
  const about = aboutOf(finding, basis);
  if (!accounting.history().askedAbout.has(about)) await ask(consultant, accounting, finding, about);
  const answer = accounting.history().answers.get(finding.address);
  return answer?.about === about ? consultant.candidates(finding, answer) : [];
}

async function ask<Patch>(
  consultant: Consultant<Patch>,
  { history, moment, record }: Accounting,
  finding: Finding,
  about: string,
): Promise<void> {
  const isLeft = async (most: Amount): Promise<boolean> =>
    mayAsk(history().asks, stampAfter(history().last, await moment()).elapsed, most);
  if (!(await isLeft({ tokens: 0, usd: 0 }))) return;
  const question = await consultant.question(finding);
  if (!question || !(await isLeft(question.most))) return;
  const { address } = finding;
  const { by, most } = question;
  await record({ type: "asked", address, about, by, most });
  const answer = await question.ask();
  await record({ type: "answered", address, about, by, ...answer });
}

function aboutOf({ address, rule }: Finding, { lineage, serial, bundle }: Basis): string {
  const ground = JSON.stringify([address, rule, lineage, serial, bundle]);
  return createHash("sha256").update(ground).digest("hex").slice(0, 16);
}
