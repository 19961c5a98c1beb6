import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../host/ports.ts";
import type { Artifact } from "./bundle.ts";
import { artifactFaults } from "./check/artifact.ts";
import type { Manifest, Origin } from "./manifest.ts";
import { merge } from "./merge.ts";
import type { PlainTree, Standing } from "./plain.ts";
import { type NewProposal, proposalId, writeProposal } from "./proposals/store.ts";

/** What happened to one artifact's file. */
export type Placement =
  | { readonly kind: "written" | "kept" | "merged" | "same" }
  /** The compiler's text took the place of a person's, which is a proposal now. */
  | { readonly kind: "replaced"; readonly id: string }
  | {
      readonly kind: "conflict";
      /** Of the proposal that holds the new text. */
      readonly id: string;
      /** Why not even the proposal could be written. */
      readonly problem?: Diagnostic;
    };

/** Whose lines stand where a person and the compiler changed the same ones. */
export type Side = "mine" | "theirs";

export interface PlaceScope {
  readonly files: WriteFiles;
  readonly tree: PlainTree;
  readonly buildDir: string;
  readonly proposalsDir: string;
  /** As it was before the write. */
  readonly manifest: Manifest;
  /** What a write that was cut off meant to leave; empty as a rule. */
  readonly interrupted: Manifest | undefined;
  readonly origin: (purpose: string) => Origin;
  /** Of the plan that is built. */
  readonly planId: string | undefined;
  /** How conflicts are decided; absent when a person decides each. */
  readonly decide: Side | undefined;
  /** Steps whose artifacts are to be as the compiler writes them, edited or not. */
  readonly regenerate: ReadonlySet<string>;
}

type Decision =
  | { readonly kind: "same" | "kept" | "conflict" }
  | {
      readonly kind: "written" | "merged" | "kept-mode" | "replaced";
      readonly text: string;
      readonly mode: number;
    };

/** A file that changes again and again while we look is somebody's work in progress. */
const attempts = 3;

/** Brings one artifact to disk: writes, merges, leaves or proposes it. */
export async function place(scope: PlaceScope, artifact: Artifact, fingerprint: string): Promise<Placement> {
  const { files, tree } = scope;
  const path = `${scope.buildDir}/${artifact.path}`;
  for (let attempt = 0; attempt < attempts; attempt++) {
    tree.forget();
    const seen = await tree.look(path);
    if (seen.kind === "unsafe") {
      return { kind: "conflict", id: proposalId(artifact.path, artifact.content), problem: seen.problem };
    }
    const decision = decide(scope, artifact, seen);
    switch (decision.kind) {
      case "same":
      case "kept":
        return { kind: decision.kind };
      case "conflict":
        return propose(scope, artifact, fingerprint, seen);
      default: {
        // First the person's text is safe, then the compiler's takes its place.
        const saved = decision.kind === "replaced" ? await keepText(scope, artifact, seen) : undefined;
        if (saved?.problem) return { kind: "conflict", id: saved.id, problem: saved.problem };
        // Merging takes time: only what was merged may be replaced.
        if (!(await stillStands(tree, path, seen))) continue;
        await files.writeAtomic(path, decision.text, decision.mode);
        if (saved) return { kind: "replaced", id: saved.id };
        return {
          kind: decision.kind === "merged" ? "merged" : decision.kind === "written" ? "written" : "kept",
        };
      }
    }
  }
  return propose(scope, artifact, fingerprint, await tree.look(path));
}

async function stillStands(tree: PlainTree, path: string, seen: Standing): Promise<boolean> {
  tree.forget();
  const now = await tree.look(path);
  if (now.kind !== "file" || seen.kind !== "file") return now.kind === seen.kind && now.kind === "absent";
  return now.bytes.length === seen.bytes.length && now.bytes.every((byte, i) => byte === seen.bytes[i]);
}

type Seen = Exclude<Standing, { kind: "unsafe" }>;

function decide(scope: PlaceScope, artifact: Artifact, seen: Seen): Decision {
  const generated = Number.parseInt(artifact.mode, 8);
  const { content } = artifact;
  if (seen.kind === "absent") return { kind: "written", text: content, mode: generated };
  const base = seen.text === undefined ? undefined : baseOf(scope, artifact.path, seen.text);
  if (scope.regenerate.has(artifact.purpose)) return anew(artifact, seen, base);
  const mode = mergedMode(scope.manifest.artifacts[artifact.path]?.mode, seen.mode, generated);
  if (seen.text === undefined) return decided(scope.decide, seen, { mine: undefined, theirs: content }, mode);
  const merged = merge(base, seen.text, content);
  switch (merged.kind) {
    case "same":
      return mode === seen.mode ? { kind: "same" } : { kind: "written", text: seen.text, mode };
    case "keep":
      return mode === seen.mode ? { kind: "kept" } : { kind: "kept-mode", text: seen.text, mode };
    case "replace":
      return { kind: "written", text: merged.text, mode };
    case "merged":
      if (!spoils(artifact, seen.text, merged.text)) return { kind: "merged", text: merged.text, mode };
      return decided(scope.decide, seen, { mine: undefined, theirs: content }, mode);
    case "conflict": {
      const mine = spoils(artifact, seen.text, merged.mine) ? undefined : merged.mine;
      const theirs = spoils(artifact, seen.text, merged.theirs) ? content : merged.theirs;
      return decided(scope.decide, seen, { mine, theirs }, mode);
    }
  }
}

/** As the compiler writes it; what a person wrote is kept beside it. */
function anew(
  { content, mode }: Artifact,
  seen: Seen & { kind: "file" },
  base: string | undefined,
): Decision {
  const generated = Number.parseInt(mode, 8);
  if (seen.text === content) {
    return seen.mode === generated ? { kind: "same" } : { kind: "written", text: content, mode: generated };
  }
  const edited = seen.text === undefined || seen.text !== base;
  return { kind: edited ? "replaced" : "written", text: content, mode: generated };
}

/** A conflict as the person said it is to be decided; `mine` is absent where nothing but the file as it stands will do. */
function decided(
  side: Side | undefined,
  seen: Seen & { kind: "file" },
  texts: { readonly mine: string | undefined; readonly theirs: string },
  mode: number,
): Decision {
  switch (side) {
    case undefined:
      return { kind: "conflict" };
    case "mine":
      return texts.mine === undefined || texts.mine === seen.text
        ? { kind: "kept" }
        : { kind: "merged", text: texts.mine, mode };
    case "theirs":
      return { kind: "replaced", text: texts.theirs, mode };
  }
}

/** Whether a merge breaks a rule of the check that the person's text keeps: two sound texts can make an unsound one. */
function spoils(artifact: Artifact, yours: string, merged: string): boolean {
  const fails = (content: string): boolean => artifactFaults({ ...artifact, content }).length > 0;
  return fails(merged) && !fails(yours);
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
export function mergedMode(base: Artifact["mode"] | undefined, disk: number, generated: number): number {
  const unedited = base === undefined || (disk & 0o700) === (Number.parseInt(base, 8) & 0o700);
  return unedited ? generated : disk;
}

/** Stores the compiler's text beside the build. */
async function propose(
  scope: PlaceScope,
  artifact: Artifact,
  fingerprint: string,
  seen: Standing,
): Promise<Placement> {
  const stored = await store(scope, artifact, seen, {
    reason: "conflict",
    theirs: artifact.content,
    compiler: scope.origin(artifact.purpose),
    fingerprint,
  });
  return { kind: "conflict", ...stored };
}

/** Stores a person's text, which is about to give way. */
function keepText(
  scope: PlaceScope,
  artifact: Artifact,
  seen: Standing,
): Promise<{ id: string; problem?: Diagnostic }> {
  const theirs = seen.kind === "file" ? (seen.text ?? seen.bytes) : "";
  return store(scope, artifact, seen, { reason: "replaced", theirs });
}

function store(
  { files, tree, proposalsDir, manifest, planId }: PlaceScope,
  { path, purpose, mode, lang }: Artifact,
  seen: Standing,
  what: Pick<NewProposal, "reason" | "theirs" | "compiler" | "fingerprint">,
): Promise<{ id: string; problem?: Diagnostic }> {
  return writeProposal(files, tree, proposalsDir, {
    ...what,
    step: purpose,
    path,
    mode,
    lang,
    base: manifest.artifacts[path]?.base,
    yours: seen.kind === "file" ? seen.bytes : undefined,
    ...(planId !== undefined && { planId }),
  });
}
