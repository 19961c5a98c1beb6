import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../../host/ports.ts";
import { artifactDiagnostics } from "../check/artifact.ts";
import {
  type Manifest,
  type ManifestArtifact,
  manifestPath,
  manifestText,
  readManifest,
} from "../manifest.ts";
import { mergedMode } from "../place.ts";
import { PlainTree, stackDirOf } from "../plain.ts";
import { statementPath, statementText } from "../provenance.ts";
import { noFile, type OpenProposal, openProposals, type ProposalScope, staleTexts } from "./open.ts";

export interface Approval {
  readonly id: string;
  /** What a person made of it; absent for what is proposed. */
  readonly text?: string;
  /**
   * The version of the artifact that the person looked at: its sha256, or `none` where there was no file. Absent: the one that
   * the proposal was made for.
   */
  readonly seen?: string;
}

export interface Resolved {
  /** The artifact's path; absent when nothing was done, and then the diagnostics say why. */
  readonly value?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes what a person decided for, if it passes the check and the file is still the one that the person saw. The file first,
 * then the manifest, then the proposal goes: whatever is cut off in between can be decided once more.
 */
export async function approveProposal(
  files: WriteFiles,
  scope: ProposalScope,
  approval: Approval,
): Promise<Resolved> {
  const found = await find(files, scope, approval.id);
  if (!found.value) return { diagnostics: found.diagnostics };
  const { open, manifest } = found.value;
  const { path, mode, lang } = open.proposal;
  const entry = manifest.artifacts[path];
  const seen = approval.seen ?? open.proposal.yours?.sha256 ?? noFile;
  const content = approval.text ?? open.proposed;
  if (!entry || isOver(open))
    return outdated(`The proposal ${approval.id} ${staleTexts[open.stale ?? "gone"]}`);
  if (content === undefined) return outdated(`The proposal ${approval.id} is no text that could be written`);
  if (seen !== (open.version ?? noFile)) return outdated(`${path} has changed since you looked at it`);
  const problems = artifactDiagnostics({ path, lang, content });
  if (hasErrors(problems)) return { diagnostics: problems };
  const target = `${scope.buildDir}/${path}`;
  const there = await new PlainTree(files, stackDirOf(scope.buildDir), scope.uid).look(target);
  if (there.kind === "unsafe") return { diagnostics: [there.problem] };
  const bits = Number.parseInt(mode, 8);
  const merged = there.kind === "file" ? mergedMode(entry.mode, there.mode, bits) : bits;
  await files.writeAtomic(target, content, merged);
  await settle(files, scope, open, manifest, entry);
  return { value: path, diagnostics: problems };
}

/** Leaves the file as it is: the compiler's text is from now on what the person's is compared with. */
export async function rejectProposal(files: WriteFiles, scope: ProposalScope, id: string): Promise<Resolved> {
  const found = await find(files, scope, id);
  if (!found.value) return { diagnostics: found.diagnostics };
  const { open, manifest } = found.value;
  const entry = manifest.artifacts[open.proposal.path];
  if (entry && !isOver(open)) await settle(files, scope, open, manifest, entry);
  else await files.remove(`${scope.proposalsDir}/${id}`);
  return { value: open.proposal.path, diagnostics: [] };
}

async function find(
  files: WriteFiles,
  scope: ProposalScope,
  id: string,
): Promise<{
  readonly value?: { readonly open: OpenProposal; readonly manifest: Manifest };
  readonly diagnostics: readonly Diagnostic[];
}> {
  const all = await openProposals(files, scope);
  const open = all.value.find(({ proposal }) => proposal.id === id);
  const manifest = await readManifest(files, scope.buildDir);
  if (open && manifest.value) return { value: { open, manifest: manifest.value }, diagnostics: [] };
  const about = [...all.diagnostics, ...manifest.diagnostics];
  return { diagnostics: about.length > 0 ? about : outdated(`There is no proposal ${id}`).diagnostics };
}

/** A conflict that the manifest does not speak of any more must not change it. */
function isOver({ stale }: OpenProposal): boolean {
  return stale === "gone" || stale === "superseded";
}

/** The manifest as it is once the proposal is decided, and then without the proposal. */
async function settle(
  files: WriteFiles,
  { buildDir, proposalsDir }: ProposalScope,
  { proposal, theirs }: OpenProposal,
  manifest: Manifest,
  entry: ManifestArtifact,
): Promise<void> {
  const { id, path, mode, lang, step, compiler, fingerprint } = proposal;
  if (theirs !== undefined && compiler && fingerprint !== undefined) {
    const { conflict: _, ...decided } = entry;
    const settled = { ...decided, mode, lang, purpose: step, base: theirs, origin: compiler, fingerprint };
    const artifacts = { ...manifest.artifacts, [path]: settled };
    const next = { ...manifest, artifacts };
    await files.writeAtomic(manifestPath(buildDir), manifestText(next));
    await files.writeAtomic(statementPath(buildDir), statementText(next, proposal.planId));
  }
  await files.remove(`${proposalsDir}/${id}`);
}

function outdated(message: string): Resolved {
  const hint = "Look at it again: clockwork proposals list. A build proposes anew what still differs";
  return { diagnostics: [diagnostic("proposal-outdated", message, { hint })] };
}
