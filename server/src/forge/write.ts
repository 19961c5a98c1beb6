/**
 * Puts a checked bundle on disk. People edit artifacts, so nothing is simply overwritten: each file is merged with what the
 * compiler wrote last, and where that fails both sides stay. Nothing outside build/ and proposals/ is touched, and nothing
 * that is not a plain file of ours.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../host/ports.ts";
import type { Artifact, CheckedBundle } from "./bundle.ts";
import {
  type Manifest,
  type ManifestArtifact,
  manifestPath,
  manifestText,
  nextManifestPath,
  type Origin,
  readManifestFile,
} from "./manifest.ts";
import { mergedSteps, remainingKnobs } from "./manifest-merge.ts";
import { baseOf, type Placement, type PlaceScope, place, type Side } from "./place.ts";
import { forEach, PlainTree, stackDirOf } from "./plain.ts";
import { clearProposals } from "./proposals/store.ts";
import { statementPath, statementText } from "./provenance.ts";

export interface WriteOptions {
  /** By step id; of every purpose in the bundle. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** By step id. */
  readonly origin: (purpose: string) => Origin;
  /** Step ids that the stack and its state can still have: artifacts of others are cleared away. */
  readonly keep: ReadonlySet<string>;
  /** `.clockwork/proposals`, absolute. */
  readonly proposalsDir: string;
  /** Of the plan that is built. */
  readonly planId?: string;
  /** How conflicts are decided; absent when a person decides each. */
  readonly decide?: Side;
  /** Steps whose artifacts are written as the compiler has them; a person's version becomes a proposal. */
  readonly regenerate?: ReadonlySet<string>;
  /** The user we run as: files of others are not touched. */
  readonly uid?: number;
}

/** Paths are those of the bundle, sorted. */
export interface WriteReport {
  readonly manifest: Manifest;
  readonly written: string[];
  /** A person's edit stayed as it is. */
  readonly kept: string[];
  /** A person's edit and the compiler's change are both in it. */
  readonly merged: string[];
  readonly conflicts: string[];
  /** The compiler's text took the place of a person's, which is a proposal now. */
  readonly replaced: string[];
  readonly removed: string[];
  readonly diagnostics: Diagnostic[];
}

/** Writes what is new, file by file, and the manifest last. With anything unsafe in the way nothing is written at all. */
export async function writeBundle(
  files: WriteFiles,
  buildDir: string,
  manifest: Manifest,
  bundle: CheckedBundle,
  options: WriteOptions,
): Promise<WriteReport> {
  const tree = new PlainTree(files, stackDirOf(buildDir), options.uid);
  const interrupted = await readManifestFile(files, nextManifestPath(buildDir));
  const scope: PlaceScope = {
    files,
    tree,
    buildDir,
    manifest,
    proposalsDir: options.proposalsDir,
    interrupted: interrupted.value,
    origin: options.origin,
    planId: options.planId,
    decide: options.decide,
    regenerate: options.regenerate ?? new Set(),
  };
  const problems = [...interrupted.diagnostics, ...(await obstacles(scope, bundle))];
  if (problems.length > 0) return { ...nothing(manifest), diagnostics: problems };
  const entries = newEntries(bundle, options);
  await files.writeAtomic(nextManifestPath(buildDir), manifestText(intended(manifest, entries)));
  const placed = await forEach(bundle.artifacts, async (artifact) => ({
    path: artifact.path,
    entry: entryOf(entries, artifact),
    placement: await place(scope, artifact, entryOf(entries, artifact).fingerprint),
  }));
  const leftovers = await clearLeftovers(scope, bundle, options.keep);
  const artifacts = { ...leftovers.entries, ...placedEntries(placed, manifest) };
  const next: Manifest = {
    ...mergedSteps(
      manifest,
      bundle,
      (purpose) => options.keep.has(purpose) || leftovers.purposes.has(purpose),
    ),
    version: "1",
    artifacts,
    ...remainingKnobs(manifest, options.keep),
  };
  await files.writeAtomic(manifestPath(buildDir), manifestText(next));
  await files.writeAtomic(statementPath(buildDir), statementText(next, options.planId));
  await files.remove(nextManifestPath(buildDir));
  await clearProposals(files, tree, options.proposalsDir, next);
  return report(next, placed, leftovers);
}

function nothing(manifest: Manifest): Omit<WriteReport, "diagnostics"> {
  return { manifest, written: [], kept: [], merged: [], conflicts: [], replaced: [], removed: [] };
}

/** Whatever stands in the way of any path that would be written. */
async function obstacles(scope: PlaceScope, bundle: CheckedBundle): Promise<readonly Diagnostic[]> {
  const { tree, buildDir, proposalsDir } = scope;
  const own = [manifestPath(buildDir), ...bundle.artifacts.map((a) => `${buildDir}/${a.path}`)];
  const standing = await forEach(own, (path) => tree.look(path));
  const found = standing.flatMap((there) => (there.kind === "unsafe" ? [there.problem] : []));
  const proposals = await tree.folderProblem(proposalsDir);
  return [...new Map([...found, ...(proposals ? [proposals] : [])].map((d) => [d.message, d])).values()];
}

function newEntries(bundle: CheckedBundle, options: WriteOptions): ReadonlyMap<string, ManifestArtifact> {
  return new Map(
    bundle.artifacts.map(({ path, mode, purpose, lang, content }) => {
      const fingerprint = options.fingerprints.get(purpose);
      if (fingerprint === undefined) throw new Error(`No fingerprint for ${purpose}`);
      return [path, { mode, purpose, lang, base: content, origin: options.origin(purpose), fingerprint }];
    }),
  );
}

function entryOf(entries: ReadonlyMap<string, ManifestArtifact>, artifact: Artifact): ManifestArtifact {
  const entry = entries.get(artifact.path);
  if (!entry) throw new Error(`No entry for ${artifact.path}`);
  return entry;
}

/** What a write that is cut off leaves behind: from it the next one tells the compiler's new texts from a person's edits. */
function intended(manifest: Manifest, entries: ReadonlyMap<string, ManifestArtifact>): Manifest {
  return { ...manifest, artifacts: { ...manifest.artifacts, ...Object.fromEntries(entries) } };
}

interface Placed {
  readonly path: string;
  readonly entry: ManifestArtifact;
  readonly placement: Placement;
}

/** After a conflict the old base and fingerprint stay: the step still needs a build, and the next merge its base. */
function placedEntries(placed: readonly Placed[], manifest: Manifest): Record<string, ManifestArtifact> {
  return Object.fromEntries(
    placed.flatMap(({ path, entry, placement }): [string, ManifestArtifact][] => {
      if (placement.kind !== "conflict") return [[path, entry]];
      const old = manifest.artifacts[path];
      if (placement.problem) return old ? [[path, old]] : [];
      const { purpose, lang } = entry;
      const before = old ?? { ...entry, base: "", fingerprint: "" };
      return [[path, { ...before, purpose, lang, conflict: placement.id }]];
    }),
  );
}

interface Leftovers {
  /** Entries that stay. */
  readonly entries: Readonly<Record<string, ManifestArtifact>>;
  readonly purposes: ReadonlySet<string>;
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The manifest's other artifacts: those still in use stay, of the others only what a person edited. */
async function clearLeftovers(
  scope: PlaceScope,
  bundle: CheckedBundle,
  keep: ReadonlySet<string>,
): Promise<Leftovers> {
  const own = new Set(bundle.artifacts.map((a) => a.path));
  const rebuilt = new Set(bundle.steps.map((s) => s.purpose));
  const entries: Record<string, ManifestArtifact> = {};
  const [removed, kept, diagnostics]: [string[], string[], Diagnostic[]] = [[], [], []];
  for (const [path, entry] of Object.entries(scope.manifest.artifacts)) {
    if (own.has(path)) continue;
    const superseded = rebuilt.has(entry.purpose);
    if (keep.has(entry.purpose) && !superseded) {
      entries[path] = entry;
      continue;
    }
    const there = await scope.tree.look(`${scope.buildDir}/${path}`);
    if (there.kind === "absent") continue;
    const unedited = there.kind === "file" && isGenerated(scope, path, there.text);
    if (unedited) {
      await scope.files.remove(`${scope.buildDir}/${path}`);
      removed.push(path);
      continue;
    }
    kept.push(path);
    if (there.kind === "unsafe") diagnostics.push(there.problem);
    else if (superseded) diagnostics.push(supersededEdit(path, entry.purpose));
    else entries[path] = entry;
  }
  return {
    entries,
    purposes: new Set(Object.values(entries).map((e) => e.purpose)),
    removed,
    kept,
    diagnostics,
  };
}

function isGenerated(scope: PlaceScope, path: string, text: string | undefined): boolean {
  return text !== undefined && text === baseOf(scope, path, text);
}

/** The entry goes, so it is said once; the file stays, as a person's own. */
function supersededEdit(path: string, purpose: string): Diagnostic {
  return diagnostic("build-conflict", `${path} was edited, and ${purpose} no longer has such an artifact`, {
    hint: "Carry your change over to the new artifacts, then delete the file",
  });
}

function report(manifest: Manifest, placed: readonly Placed[], leftovers: Leftovers): WriteReport {
  const paths = (kind: Placement["kind"]): string[] =>
    placed
      .filter((p) => p.placement.kind === kind)
      .map((p) => p.path)
      .sort();
  const diagnostics = placed.flatMap(({ path, entry, placement }) =>
    placement.kind === "conflict" ? [conflict(path, entry.purpose, placement)] : [],
  );
  return {
    manifest,
    written: paths("written"),
    kept: [...paths("kept"), ...leftovers.kept].sort(),
    merged: paths("merged"),
    conflicts: paths("conflict"),
    replaced: paths("replaced"),
    removed: [...leftovers.removed].sort(),
    diagnostics: [...diagnostics, ...leftovers.diagnostics],
  };
}

function conflict(
  path: string,
  purpose: string,
  placement: Extract<Placement, { kind: "conflict" }>,
): Diagnostic {
  if (placement.problem) return placement.problem;
  return diagnostic(
    "build-conflict",
    `${path} (${purpose}) was edited, and the compiler has a new version that changes the same lines`,
    {
      hint: `Your file stands as it is. Look at the new version with "clockwork proposals show ${placement.id}", then approve or reject it; or build with --keep-mine or --take-theirs`,
    },
  );
}
