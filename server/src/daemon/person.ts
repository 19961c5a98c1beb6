/** What a person says to the daemon's proposals. Whoever calls holds the stack's lock. */
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { Workspace } from "../pipeline.ts";
import type { Patch } from "./patch.ts";
import { judge, rules } from "./policy.ts";
import { type DaemonProposal, reopen } from "./proposals.ts";
import type { Daemon } from "./tick.ts";
import type { Fixed } from "./world.ts";

export interface Approval {
  readonly proposal: DaemonProposal;
  /** The patch, or what the person made of it. */
  readonly patch: Patch;
  /** Who says so. */
  readonly by: string;
  readonly kinds: Kinds;
}

/** Carries a proposal out as it was proposed, or not at all: then the detail says why. What fails is taken back. */
export async function approve(
  daemon: Daemon<Patch>,
  ws: Workspace,
  { proposal, patch, by, kinds }: Approval,
): Promise<Fixed> {
  const now = await reopen(ws, proposal, patch);
  if ("stale" in now) return { result: "stale", detail: now.stale };
  const verdict = judge(now.kind, now.effects, kinds);
  // What a person wrote may do anything; this much is asked about where it is planned in the open.
  if (verdict.class === "never")
    return { result: "stale", detail: `it is for you to do, and to apply. ${rules[verdict.rule]}` };
  return daemon.approve(proposal.id, proposal.finding, now, by);
}

/** Puts it away: the same is not proposed again while nothing moves underneath. */
export function reject(daemon: Daemon<Patch>, { id, finding }: DaemonProposal, by: string): Promise<void> {
  return daemon.close(finding.address, id, "rejected", by);
}
