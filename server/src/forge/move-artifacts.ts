/** What stands in build/ goes with its step when the step's address changes, so that a person's edit stays with the thing it is of. */

import { movedArtifact } from "../assembly/step-files.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../host/ports.ts";
import {
  type Manifest,
  type ManifestArtifact,
  manifestPath,
  manifestText,
  readManifest,
} from "./manifest.ts";
import { PlainTree, stackDirOf } from "./plain.ts";
import { moveProposal, readProposals } from "./proposals/store.ts";

/** `steps` are present ids by former ones. Does nothing where nothing of those steps stands there, or all of it has moved before. */
export async function moveArtifacts(
  files: WriteFiles,
  buildDir: string,
  steps: ReadonlyMap<string, string>,
  uid: number | undefined,
): Promise<readonly Diagnostic[]> {
  if (steps.size === 0) return [];
  const { value: manifest, diagnostics } = await readManifest(files, buildDir);
  if (!manifest) return diagnostics;
  const purposes = [...Object.values(manifest.artifacts), ...manifest.steps].map((a) => a.purpose);
  if (!purposes.some((purpose) => steps.has(purpose))) return diagnostics;
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const paths = new Map<string, string>();
  const entries: Record<string, ManifestArtifact> = {};
  for (const [path, entry] of Object.entries(manifest.artifacts)) {
    const purpose = steps.get(entry.purpose) ?? entry.purpose;
    const target = movedArtifact(path, entry.purpose, purpose);
    const isFree = target !== path && !Object.hasOwn(manifest.artifacts, target);
    const to = isFree && (await moveFile(files, tree, buildDir, path, target)) ? target : path;
    paths.set(path, to);
    entries[to] = { ...entry, purpose };
  }
  // Before the manifest, which says whether anything is left to move.
  const proposals = await moveProposals(files, tree, buildDir, steps, paths);
  await files.writeAtomic(
    manifestPath(buildDir),
    manifestText({ ...renamed(manifest, steps, paths), artifacts: entries }),
  );
  return [...diagnostics, ...proposals];
}

/** Proposals speak of their artifact's path and step. */
async function moveProposals(
  files: WriteFiles,
  tree: PlainTree,
  buildDir: string,
  steps: ReadonlyMap<string, string>,
  paths: ReadonlyMap<string, string>,
): Promise<readonly Diagnostic[]> {
  const proposalsDir = `${stackDirOf(buildDir)}/.clockwork/proposals`;
  const { value, diagnostics } = await readProposals(files, tree, proposalsDir);
  for (const { proposal } of value) {
    const step = steps.get(proposal.step);
    const path = paths.get(proposal.path) ?? proposal.path;
    if (step !== undefined) await moveProposal(files, proposalsDir, proposal, { path, step });
  }
  return diagnostics;
}

/** Whether the file is at its new place; it may have come there by a move that was cut off. */
async function moveFile(
  files: WriteFiles,
  tree: PlainTree,
  buildDir: string,
  path: string,
  target: string,
): Promise<boolean> {
  const [from, to] = [await tree.look(`${buildDir}/${path}`), await tree.look(`${buildDir}/${target}`)];
  if (from.kind === "absent") return to.kind !== "unsafe";
  if (from.kind !== "file" || to.kind !== "absent") return false;
  await files.rename(`${buildDir}/${path}`, `${buildDir}/${target}`);
  tree.forget();
  return true;
}

function renamed(
  manifest: Manifest,
  ids: ReadonlyMap<string, string>,
  paths: ReadonlyMap<string, string>,
): Manifest {
  const steps = manifest.steps.map((step) => {
    const to = ids.get(step.purpose);
    const cmd = step.run.cmd.map((word) =>
      word.replace(/^(\.\/)?(.*)$/s, (_, dot = "", path) => `${dot}${paths.get(path) ?? path}`),
    );
    return to === undefined ? step : { ...step, purpose: to, run: { ...step.run, cmd } };
  });
  const knobs = Object.entries(manifest.knobs ?? {}).map(([id, own]) => [ids.get(id) ?? id, own]);
  return {
    ...manifest,
    steps: steps.sort((a, b) => (a.purpose < b.purpose ? -1 : a.purpose > b.purpose ? 1 : 0)),
    ...(manifest.knobs && { knobs: Object.fromEntries(knobs) }),
  };
}
