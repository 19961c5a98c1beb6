/** The daemon's proposals as clients and programs get them. */
import { manifestPath, manifestText, readManifest } from "../forge/manifest.ts";
import { buildDirOf } from "../plan.ts";
import type { DaemonProposalRecord } from "../protocol.ts";
import { type Patch, pathOf, type StackFiles, textAt, turned } from "./patch.ts";
import { type DaemonProposal, type Standing, staleness } from "./proposals.ts";

/** What a proposal changes in a file. */
export interface TextChange {
  /** Seen from the stack's folder. */
  readonly path: string;
  readonly now: string;
  readonly proposed: string;
}

export async function daemonProposalRecord(
  ws: Standing,
  proposal: DaemonProposal,
): Promise<DaemonProposalRecord> {
  const { id, kind, finding, summary, because, by, risk, patch, effects, created, expires, basis } = proposal;
  const path = changedPath(ws, patch as Patch);
  return {
    id,
    kind,
    address: finding.address,
    rule: finding.rule,
    problem: finding.summary,
    summary,
    because,
    by,
    risk,
    patch: { kind: patch.kind, ...(path !== undefined && { path: relativeTo(ws, path) }) },
    effects,
    created,
    expires,
    planId: basis.planId,
    stale: (await staleness(ws, proposal)) ?? null,
  };
}

/** The text that approving it would write; undefined where it changes none, or the file is not there. */
export async function textChange(ws: StackFiles, proposal: DaemonProposal): Promise<TextChange | undefined> {
  const patch = proposal.patch as Patch;
  const file = changedPath(ws, patch);
  if (file === undefined) return undefined;
  const path = relativeTo(ws, file);
  if (patch.kind === "knob") {
    const { value } = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
    return value && { path, now: manifestText(value), proposed: manifestText(turned(value, patch)) };
  }
  if (patch.kind !== "artifact" && patch.kind !== "cw") return undefined;
  return { path, now: (await textAt(ws.host.files, file)) ?? "", proposed: patch.text };
}

function changedPath(ws: StackFiles, patch: Patch): string | undefined {
  return patch.kind === "knob" ? manifestPath(buildDirOf(ws.stackDir)) : pathOf(ws, patch);
}

function relativeTo({ stackDir }: StackFiles, path: string): string {
  return path.slice(stackDir.length + 1);
}
