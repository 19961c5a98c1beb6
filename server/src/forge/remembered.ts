/**
 * What a compiler has said already of a step that is as it was then: its texts are the manifest's and those of proposals that
 * wait. A deleted file or an open conflict makes a step's build incomplete, but is no reason to ask anybody again.
 */
import { type Action, actionId } from "../assembly/actions.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { Artifact, ArtifactBundle, RunStep } from "./bundle.ts";
import { checkBuild } from "./check.ts";
import type { Manifest, ManifestArtifact, Origin } from "./manifest.ts";
import { PlainTree, stackDirOf } from "./plain.ts";
import { readProposals, type StoredProposal } from "./proposals/store.ts";

/** A step's part of a bundle, as it was answered. */
export interface Remembered {
  readonly artifacts: readonly Artifact[];
  readonly steps: readonly RunStep[];
  readonly vars: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

export interface RememberInput {
  readonly buildDir: string;
  readonly proposalsDir: string;
  readonly uid?: number;
  /** By step id, as they are now. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** By step id, those of the actions of which everything is known and still passes the check. */
export async function remembered(
  files: ReadFiles,
  manifest: Manifest,
  actions: readonly Action[],
  { buildDir, proposalsDir, uid, fingerprints }: RememberInput,
): Promise<ReadonlyMap<string, Remembered>> {
  const byStep = artifactsByStep(manifest);
  const candidates = actions.filter((action) => byStep.has(actionId(action)));
  if (candidates.length === 0) return new Map();
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const { value: proposals } = await readProposals(files, tree, proposalsDir);
  const waiting = new Map(proposals.map((one) => [one.proposal.id, one]));
  const found = new Map<string, Remembered>();
  for (const action of candidates) {
    const id = actionId(action);
    const own = (byStep.get(id) ?? []).map(([path, entry]) =>
      lastText(path, entry, waiting.get(entry.conflict ?? "")),
    );
    const part = whole(manifest, id, own, fingerprints.get(id));
    if (part && passes(part, action)) found.set(id, part);
  }
  return found;
}

type Entry = readonly [path: string, entry: ManifestArtifact];

function artifactsByStep({ artifacts }: Manifest): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const [path, entry] of Object.entries(artifacts)) {
    const own = found.get(entry.purpose);
    if (own) own.push([path, entry]);
    else found.set(entry.purpose, [[path, entry]]);
  }
  return found;
}

/** Undefined where a text is not known, or is of another time. */
function whole(
  manifest: Manifest,
  id: string,
  texts: readonly (LastText | undefined)[],
  fingerprint: string | undefined,
): Remembered | undefined {
  const [first] = texts;
  const lines = manifest.steps.filter(({ purpose }) => purpose === id);
  if (!first || texts.some((text) => text?.fingerprint !== fingerprint)) return undefined;
  return {
    artifacts: texts.flatMap((text) => text?.artifact ?? []),
    steps: lines.map(({ purpose, run }) => ({ purpose, run })),
    vars: lines[0]?.vars ?? manifest.vars,
    origin: first.origin,
  };
}

interface LastText {
  readonly artifact: Artifact;
  readonly fingerprint: string;
  readonly origin: Origin;
}

/** What the compiler said last, which a conflict has kept out of the manifest. */
function lastText(
  path: string,
  { mode, purpose, lang, base, fingerprint, origin, conflict }: ManifestArtifact,
  proposed: StoredProposal | undefined,
): LastText | undefined {
  if (conflict === undefined)
    return { artifact: { path, mode, purpose, lang, content: base }, fingerprint, origin };
  if (proposed?.theirs === undefined) return undefined;
  const { proposal, theirs } = proposed;
  if (proposal.path !== path || proposal.step !== purpose || !proposal.compiler) return undefined;
  return {
    artifact: { path, mode: proposal.mode, purpose, lang: proposal.lang, content: theirs },
    fingerprint: proposal.fingerprint ?? "",
    origin: proposal.compiler,
  };
}

function passes({ artifacts, steps, vars }: Remembered, action: Action): boolean {
  const bundle = { version: "1" as const, artifacts: [...artifacts], steps: [...steps], vars: {} };
  return checkBuild(bundle, () => vars, { version: "1", steps: [action] }).value !== undefined;
}

const noVars: Readonly<Record<string, string>> = {};

/** The variables of a step that is remembered; none of any other. */
export function varsOf(known: ReadonlyMap<string, Remembered>) {
  return (purpose: string): Readonly<Record<string, string>> => known.get(purpose)?.vars ?? noVars;
}

/** A bundle with what is remembered beside it, the steps in the order of the actions. */
export function withRemembered(
  bundle: ArtifactBundle,
  known: ReadonlyMap<string, Remembered>,
  actions: readonly Action[],
): ArtifactBundle {
  const parts = [...known.values()];
  const order = new Map(actions.map((action, index) => [actionId(action), index]));
  const steps = [...bundle.steps, ...parts.flatMap((part) => part.steps)];
  return {
    ...bundle,
    artifacts: [...bundle.artifacts, ...parts.flatMap((part) => part.artifacts)],
    steps: steps.sort((a, b) => (order.get(a.purpose) ?? 0) - (order.get(b.purpose) ?? 0)),
  };
}
