import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../../host/ports.ts";
import type { ProposalRecord } from "../../protocol.ts";
import { sha256 } from "../artifacts.ts";
import { type Manifest, readManifest } from "../manifest.ts";
import { merge } from "../merge.ts";
import { PlainTree, type Standing, stackDirOf } from "../plain.ts";
import type { Proposal } from "./format.ts";
import { readProposals, type StoredProposal } from "./store.ts";

/** Where artifacts and proposals of a stack lie. */
export interface ProposalScope {
  /** `.clockwork/build`, absolute. */
  readonly buildDir: string;
  /** `.clockwork/proposals`, absolute. */
  readonly proposalsDir: string;
  /** The user we run as: files of others are not touched. */
  readonly uid?: number;
}

/** Of a stack's folder, absolute. */
export function artifactScope(stackDir: string, uid?: number): ProposalScope {
  return {
    buildDir: `${stackDir}/.clockwork/build`,
    proposalsDir: `${stackDir}/.clockwork/proposals`,
    ...(uid !== undefined && { uid }),
  };
}

/** A proposal beside the file that it is for, as that is now. */
export interface OpenProposal extends StoredProposal {
  /** The artifact on disk; undefined where there is none, or no text. */
  readonly yours: string | undefined;
  /** sha256 in hex of the artifact's bytes; undefined where there is none. */
  readonly version: string | undefined;
  /**
   * What approving it writes: what is proposed, with all changes of `yours` that do not touch the same lines. Undefined where
   * what is proposed is no text.
   */
  readonly proposed: string | undefined;
  /** Why there is nothing to decide any more. */
  readonly stale?: Staleness;
}

/**
 * `gone`: no step has the artifact any more; `superseded`: a later build replaced the proposal; `equal`: the file has all of
 * it already.
 */
export type Staleness = "gone" | "superseded" | "equal";

/** Clauses that follow "the proposal". */
export const staleTexts: Readonly<Record<Staleness, string>> = {
  gone: "is for an artifact that no step has any more",
  superseded: "was replaced by a later build",
  equal: "has nothing that the file does not have",
};

export interface OpenProposals {
  readonly value: readonly OpenProposal[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * All proposals of a stack, in the order of path and id. `known`: its manifest, where somebody has read it already.
 */
export async function openProposals(
  files: ReadFiles,
  scope: ProposalScope,
  known?: Manifest,
): Promise<OpenProposals> {
  const tree = new PlainTree(files, stackDirOf(scope.buildDir), scope.uid);
  const stored = await readProposals(files, tree, scope.proposalsDir);
  if (stored.value.length === 0) return { value: [], diagnostics: stored.diagnostics };
  const manifest = known ? { value: known, diagnostics: [] } : await readManifest(files, scope.buildDir);
  const diagnostics = [...stored.diagnostics, ...manifest.diagnostics];
  if (!manifest.value) return { value: [], diagnostics };
  const value: OpenProposal[] = [];
  for (const one of stored.value) {
    const there = await tree.look(`${scope.buildDir}/${one.proposal.path}`);
    if (there.kind === "unsafe") diagnostics.push(there.problem);
    else value.push(beside(one, there, manifest.value));
  }
  return { value, diagnostics };
}

/** As clients and programs get it. */
export function proposalRecord({ proposal, version, yours, proposed, stale }: OpenProposal): ProposalRecord {
  const { id, path, step, lang, reason, compiler } = proposal;
  return {
    id,
    kind: "artifact",
    path,
    step,
    lang,
    reason,
    ...(compiler && { compiler }),
    version: version ?? noFile,
    ...(yours !== undefined && { yours }),
    ...(proposed !== undefined && { proposed }),
    ...(stale && { stale: staleTexts[stale] }),
  };
}

/** The version of an artifact that is not there. */
export const noFile = "none";

function beside(
  stored: StoredProposal,
  there: Exclude<Standing, { kind: "unsafe" }>,
  manifest: Manifest,
): OpenProposal {
  const yours = there.kind === "file" ? there.text : undefined;
  const proposed = stored.theirs === undefined ? undefined : combined(stored.base, yours, stored.theirs);
  const stale = staleness(stored.proposal, manifest, proposed !== undefined && proposed === yours);
  return {
    ...stored,
    yours,
    version: there.kind === "file" ? sha256(there.bytes) : undefined,
    proposed,
    ...(stale && { stale }),
  };
}

/** What is proposed, with every change of `yours` elsewhere. */
function combined(base: string | undefined, yours: string | undefined, theirs: string): string {
  const merged = merge(base, yours, theirs);
  switch (merged.kind) {
    case "same":
      return theirs;
    case "keep":
      return yours ?? theirs;
    case "replace":
    case "merged":
      return merged.text;
    case "conflict":
      return merged.theirs;
  }
}

function staleness(
  { id, path, reason }: Proposal,
  manifest: Manifest,
  isThere: boolean,
): Staleness | undefined {
  const entry = manifest.artifacts[path];
  if (!entry) return "gone";
  if (reason === "conflict" && entry.conflict !== id) return "superseded";
  return isThere ? "equal" : undefined;
}
