/** What the daemon leaves to people, for faces that show it and start nothing. */
import { declaredKnobs } from "../../forge/knobs.ts";
import { readManifest } from "../../forge/manifest.ts";
import { buildDirOf } from "../../plan.ts";
import type { DaemonProposalItem } from "../../protocol.ts";
import { daemonProposalRecord, textChange } from "../proposal-record.ts";
import { type DaemonProposal, readDaemonProposals, type Standing } from "../proposals.ts";

/** Newest first, those that no longer apply among them; without the addresses of files. */
export async function shownProposals(ws: Standing): Promise<readonly DaemonProposalItem[]> {
  const all = await readDaemonProposals(ws.host.files, ws.stackDir);
  return Promise.all(all.map((one) => shown(ws, one)));
}

async function shown(ws: Standing, proposal: DaemonProposal): Promise<DaemonProposalItem> {
  const { patch, finding } = proposal;
  return {
    ...(await daemonProposalRecord(ws, proposal)),
    evidence: finding.evidence,
    runbook: patch.kind === "runbook" ? patch.text : null,
    text: await textOf(ws, proposal),
  };
}

async function textOf(ws: Standing, proposal: DaemonProposal): Promise<DaemonProposalItem["text"]> {
  const { patch } = proposal;
  if (patch.kind === "knob") return knobText(ws, patch);
  const change = await textChange(ws, proposal);
  return change ? { now: change.now, proposed: change.proposed } : null;
}

/** Its line alone: it stands in a file that nobody reads, among everything else that is known of build/. */
async function knobText(
  ws: Standing,
  { step, knob, value }: Extract<DaemonProposal["patch"], { kind: "knob" }>,
): Promise<DaemonProposalItem["text"]> {
  const { value: manifest } = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
  if (!manifest) return null;
  const own = Object.values(manifest.artifacts).filter(({ purpose }) => purpose === step);
  const usual = own.map(({ base }) => declaredKnobs(base)[knob]).find((declared) => declared !== undefined);
  const line = (at: number | string | undefined) => `[${step}]\n${knob} = ${at}\n`;
  return { now: line(manifest.knobs?.[step]?.[knob] ?? usual), proposed: line(value) };
}
