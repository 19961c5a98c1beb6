import { createHash } from "node:crypto";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../host/ports.ts";
import type { Artifact } from "./bundle.ts";
import type { Manifest } from "./manifest.ts";
import { merge } from "./merge.ts";
import type { PlainTree, Standing } from "./plain.ts";

/** What happened to one artifact's file. */
export type Placement =
  | { readonly kind: "written" | "kept" | "merged" | "same" }
  | {
      readonly kind: "conflict";
      /** Of the proposal that holds the new text. */
      readonly id: string;
      /** Why not even the proposal could be written. */
      readonly problem?: Diagnostic;
    };

export interface PlaceScope {
  readonly files: WriteFiles;
  readonly tree: PlainTree;
  readonly buildDir: string;
  readonly proposalsDir: string;
  /** As it was before the write. */
  readonly manifest: Manifest;
  /** What a write that was cut off meant to leave; empty as a rule. */
  readonly interrupted: Manifest | undefined;
}

type Decision =
  | { readonly kind: "same" | "kept" }
  | { readonly kind: "written" | "merged" | "kept-mode"; readonly text: string; readonly mode: number }
  | { readonly kind: "conflict"; readonly marked: string };

/** A file that changes again and again while we look is somebody's work in progress. */
const attempts = 3;

/** Brings one artifact to disk: writes, merges, leaves or proposes it. */
export async function place(scope: PlaceScope, artifact: Artifact, fingerprint: string): Promise<Placement> {
  const path = `${scope.buildDir}/${artifact.path}`;
  const old = scope.manifest.artifacts[artifact.path]?.conflict;
  const placement = await settle(scope, artifact, fingerprint, path);
  const stillOpen = placement.kind === "conflict" && placement.id === old;
  if (old !== undefined && !stillOpen) await scope.files.remove(`${scope.proposalsDir}/${old}`);
  return placement;
}

async function settle(
  scope: PlaceScope,
  artifact: Artifact,
  fingerprint: string,
  path: string,
): Promise<Placement> {
  const { files, tree } = scope;
  for (let attempt = 0; attempt < attempts; attempt++) {
    tree.forget();
    const seen = await tree.look(path);
    if (seen.kind === "unsafe") return { kind: "conflict", id: proposalId(artifact), problem: seen.problem };
    const decision = decide(scope, artifact, seen);
    switch (decision.kind) {
      case "same":
      case "kept":
        return { kind: decision.kind };
      case "conflict":
        return propose(scope, artifact, fingerprint, decision.marked);
      default:
        // Merging takes time: only what was merged may be replaced.
        if (!(await stillStands(tree, path, seen))) continue;
        await files.writeAtomic(path, decision.text, decision.mode);
        return { kind: decision.kind === "kept-mode" ? "kept" : decision.kind };
    }
  }
  return propose(scope, artifact, fingerprint, artifact.content);
}

async function stillStands(tree: PlainTree, path: string, seen: Standing): Promise<boolean> {
  tree.forget();
  const now = await tree.look(path);
  if (now.kind !== "file" || seen.kind !== "file") return now.kind === seen.kind && now.kind === "absent";
  return now.bytes.length === seen.bytes.length && now.bytes.every((byte, i) => byte === seen.bytes[i]);
}

function decide(
  scope: PlaceScope,
  artifact: Artifact,
  seen: Exclude<Standing, { kind: "unsafe" }>,
): Decision {
  const generated = Number.parseInt(artifact.mode, 8);
  if (seen.kind === "absent") return { kind: "written", text: artifact.content, mode: generated };
  const old = scope.manifest.artifacts[artifact.path];
  const mode = mergedMode(old?.mode, seen.mode, generated);
  if (seen.text === undefined) return { kind: "conflict", marked: artifact.content };
  const merged = merge(baseOf(scope, artifact.path, seen.text), seen.text, artifact.content);
  switch (merged.kind) {
    case "same":
      return mode === seen.mode ? { kind: "same" } : { kind: "written", text: seen.text, mode };
    case "keep":
      return mode === seen.mode ? { kind: "kept" } : { kind: "kept-mode", text: seen.text, mode };
    case "replace":
      return { kind: "written", text: merged.text, mode };
    case "merged":
      return { kind: "merged", text: merged.text, mode };
    case "conflict":
      return { kind: "conflict", marked: merged.marked };
  }
}

/** What the compiler wrote last: by the manifest, or by the one that a write which was cut off did not get to store. */
export function baseOf(scope: PlaceScope, path: string, text: string): string | undefined {
  const later = scope.interrupted?.artifacts[path]?.base;
  return later === text ? later : scope.manifest.artifacts[path]?.base;
}

/**
 * Permission bits by the same rule as texts: what a person changed stays. Only the owner's bits tell, since version control
 * and umask decide over the others.
 */
function mergedMode(base: Artifact["mode"] | undefined, disk: number, generated: number): number {
  const unedited = base === undefined || (disk & 0o700) === (Number.parseInt(base, 8) & 0o700);
  return unedited ? generated : disk;
}

/** Of path and new text, so that the same conflict is the same proposal. */
export function proposalId(artifact: Pick<Artifact, "path" | "content">): string {
  return createHash("sha256").update(`${artifact.path}\0${artifact.content}`).digest("hex").slice(0, 16);
}

/**
 * Stores the compiler's text beside the build. If the manifest already speaks of this very proposal and it is gone, a person
 * has decided: the file stands.
 */
async function propose(
  scope: PlaceScope,
  artifact: Artifact,
  fingerprint: string,
  marked: string,
): Promise<Placement> {
  const { files, tree, proposalsDir, manifest } = scope;
  const id = proposalId(artifact);
  const folder = `${proposalsDir}/${id}`;
  const there = await files.stat(folder);
  if (there === undefined && manifest.artifacts[artifact.path]?.conflict === id) return { kind: "kept" };
  const target = `${folder}/${artifact.path}`;
  const problem =
    (await tree.folderProblem(target.slice(0, target.lastIndexOf("/")))) ??
    (await tree.folderProblem(folder));
  if (problem) return { kind: "conflict", id, problem };
  await files.writeAtomic(target, artifact.content, 0o600);
  await files.writeAtomic(`${folder}/proposal.json`, proposalText(id, artifact, fingerprint, marked), 0o600);
  return { kind: "conflict", id };
}

function proposalText(id: string, artifact: Artifact, fingerprint: string, marked: string): string {
  const { path, purpose, mode, lang } = artifact;
  const proposal = {
    version: "1",
    id,
    kind: "artifact",
    path,
    purpose,
    mode,
    lang,
    fingerprint,
    diff: marked,
  };
  return `${JSON.stringify(proposal, undefined, 2)}\n`;
}
