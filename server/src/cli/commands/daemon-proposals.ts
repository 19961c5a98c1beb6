/** `proposals`, for what the daemon leaves to people. */

import type { Patch } from "../../daemon/patch.ts";
import { type Approval, approve, reject } from "../../daemon/person.ts";
import { daemonProposalRecord, textChange } from "../../daemon/proposal-record.ts";
import { type DaemonProposal, readDaemonProposals, standing, withText } from "../../daemon/proposals.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Planned, plan, type RunOptions, type Workspace } from "../../pipeline.ts";
import type { DaemonProposalDetails, DaemonProposalRecord } from "../../protocol.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { daemonSettings, limitsOf, openStack } from "../daemon-stack.ts";
import { withLock } from "../lock.ts";
import { type CommonFlags, runId, stackDir, textsOf, UsageError, workspace } from "../options.ts";
import { type End, type RunView, withRunView } from "../run-view.ts";
import { unifiedDiff } from "../views/unified-diff.ts";
import { type RunFlags, runOptions } from "./apply.ts";
import { planEvent, planText } from "./plan.ts";

/** All of them, as programs get them; newest first. */
export async function daemonRecords(
  context: CliContext,
  flags: CommonFlags,
): Promise<readonly DaemonProposalRecord[]> {
  const all = await readDaemonProposals(context.host.files, await stackDir(context, flags, undefined));
  if (all.length === 0) return [];
  const ws = await workspace(context, flags, undefined);
  const stands = await standing(ws);
  return Promise.all(all.map((one) => daemonProposalRecord(stands, one)));
}

export async function daemonDetails(ws: Workspace, proposal: DaemonProposal): Promise<DaemonProposalDetails> {
  const change = await textChange(ws, proposal);
  const { patch, finding } = proposal;
  return {
    ...(await daemonProposalRecord(await standing(ws), proposal)),
    evidence: finding.evidence,
    diff: change ? unifiedDiff(change.path, change.now, change.proposed) : "",
    runbook: patch.kind === "runbook" ? patch.text : null,
    text: change ? { now: change.now, proposed: change.proposed } : null,
  };
}

/** Carries it out as `apply` would, with the same events: mended (0), failed and taken back (1), or stale (4). */
export async function approveDaemonProposal(
  context: CliContext,
  id: string,
  flags: RunFlags,
  text: string | undefined,
): Promise<ExitCode> {
  const { exitCode } = await withRunView(context, flags, "apply", async (view) => {
    const ws = await workspace(context, flags, undefined);
    return withLock(context, flags, ws, "proposals", {
      held: (problems) => end(exitCodes.locked, view, ...problems),
      work: (recovered) => {
        view.tell(recovered, () => undefined);
        return carryOut(context, ws, id, flags, text, view);
      },
    });
  });
  return exitCode;
}

export async function rejectDaemonProposal(
  context: CliContext,
  ws: Workspace,
  proposal: DaemonProposal,
): Promise<void> {
  const limits = limitsOf(await daemonSettings(ws));
  const { daemon, world } = await openStack(context, ws, limits);
  const { user } = await ws.host.jobs.self();
  await reject(daemon, proposal, user);
  await world.close();
}

async function carryOut(
  context: CliContext,
  ws: Workspace,
  id: string,
  flags: RunFlags,
  text: string | undefined,
  view: RunView,
): Promise<End> {
  const proposal = (await readDaemonProposals(ws.host.files, ws.stackDir)).find((one) => one.id === id);
  if (!proposal) return end(exitCodes.stale, view, outdated(id, "it has been decided"));
  const patch = patchOf(proposal, text);
  // What stands in the way of any plan, or came from elsewhere, is told as it is.
  const planned = await plan(ws, { destroy: false, refresh: true, targets: [], force: false });
  const texts = textsOf(context, ws.stackDir, planned.files);
  view.tell(planned.diagnostics, texts);
  if (!planned.value) return end(exitCodes.error, view);
  const options = runOptions(context, flags, view);
  const signal = options.limit.start(options.signal);
  const limits = limitsOf(planned.value.analysis.ir.settings.daemon);
  const { daemon, world } = await openStack(context, ws, limits, {
    hasLock: true,
    runOptions: runs(context, { ...options, signal, adopt: overwritten(proposal) }),
    onPlanned: (now) => show(view, now, texts),
    onBuilt: (report) => {
      if (report.written.length + report.merged.length > 0) view.onEvent({ type: "build", ...report });
    },
  });
  const { user: by } = await ws.host.jobs.self();
  const { kinds } = planned.value.analysis.ir;
  try {
    return await approved(context, daemon, ws, { proposal, patch, by, kinds }, view);
  } finally {
    view.tell(options.limit.problems(), () => undefined);
    await world.close();
  }
}

async function approved(
  context: CliContext,
  daemon: Parameters<typeof approve>[0],
  ws: Workspace,
  approval: Approval,
  view: RunView,
): Promise<End> {
  const { result, detail } = await approve(daemon, ws, approval);
  const { id, finding } = approval.proposal;
  if (result === "stale") return end(exitCodes.stale, view, outdated(id, detail));
  if (result === "failed") {
    const problem = diagnostic("step-failed", `${finding.address} is not mended: ${detail}`, {
      hint: "What the proposal changed is as it was before. See: clockwork daemon status",
    });
    return end(context.interrupt.signal.aborted ? exitCodes.interrupted : exitCodes.error, view, problem);
  }
  view.say(`\nMended: ${finding.address}. ${detail.charAt(0).toUpperCase()}${detail.slice(1)}.\n`);
  return end(exitCodes.done, view);
}

function patchOf({ id, patch, finding }: DaemonProposal, text: string | undefined): Patch {
  if (patch.kind === "runbook")
    throw new UsageError(
      `The proposal ${id} is a runbook for ${finding.address}: what it says is yours to do`,
      `Read it with: clockwork proposals show ${id}. When it is settled, put it away: clockwork proposals reject ${id}`,
    );
  if (text === undefined) return patch as Patch;
  const changed = withText(patch as Patch, text);
  if (!changed) throw new UsageError(`The proposal ${id} changes no text`, "Approve it without --text.");
  return changed;
}

/** Somebody changed it by hand: that it is made again over that is what the person approves. */
function overwritten({ patch, finding: { rule, address } }: DaemonProposal): ReadonlySet<string> {
  return new Set(patch.kind === "rerun" && rule === "changed" ? [address] : []);
}

/** The first run is the one that was announced; one that takes it back is another. */
function runs(context: CliContext, options: RunOptions): () => RunOptions {
  let count = 0;
  return () => (count++ === 0 ? options : { ...options, runId: runId(context) });
}

function show(view: RunView, planned: Planned, texts: Parameters<RunView["locate"]>[2]): void {
  view.onEvent(planEvent(planned));
  view.locate(planned.analysis.ir, planned.plan.actions.steps, texts);
  view.say(`${planText(planned, { color: false })}\n`);
}

function outdated(id: string, why: string): Diagnostic {
  return diagnostic("proposal-outdated", `The proposal ${id} cannot be carried out: ${why}`, {
    hint: "The daemon's next look proposes anew what still is the matter; or put it away with: clockwork proposals reject",
  });
}

function end(exitCode: ExitCode, view: RunView, ...problems: readonly Diagnostic[]): End {
  if (problems.length > 0) view.tell(problems, () => undefined);
  return { exitCode, outputs: {} };
}
