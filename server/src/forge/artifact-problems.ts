/** What is wrong with one artifact's text, for an editor that shows it while it is typed: the rules of the check that are about it alone. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Artifact } from "./bundle.ts";
import { artifactFaults, toDiagnostics } from "./check/artifact.ts";
import { readCommand } from "./check/command.ts";
import { type Fault, nameFaults } from "./check/path.ts";
import { quoted } from "./check/text.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Problems with places in the text where they have one; files in spans are paths of the bundle. `isStep` says whether a step
 * of that id can still be asked for; absent where nobody knows.
 */
export function artifactProblems(
  manifest: Manifest,
  path: string,
  content: string,
  isStep?: (id: string) => boolean,
): readonly Diagnostic[] {
  const entry = manifest.artifacts[path];
  // A file of a person's own, which no step runs; but a runtime may find it by itself.
  if (!entry) return toDiagnostics(path, nameFaults(path.split("/")));
  const artifact: Artifact = { ...entry, path, content };
  const faults = [...artifactFaults(artifact), ...commandFaults(manifest, artifact)];
  const left = isStep && !isStep(entry.purpose) ? [leftOver(path, entry.purpose)] : [];
  return [...toDiagnostics(path, faults), ...left];
}

/** Of the run steps of its purpose: those that name it, and do not fit it. */
function commandFaults(manifest: Manifest, artifact: Artifact): readonly Fault[] {
  const artifacts = new Map([[artifact.path, artifact]]);
  return manifest.steps
    .filter(
      ({ purpose, run }) =>
        purpose === artifact.purpose && run.cmd.some((word) => names(word, artifact.path)),
    )
    .flatMap(({ purpose, run }) => readCommand(run.cmd, { purpose, artifacts }).faults)
    .map(({ says, ...fault }) => ({ ...fault, says: `is run by a command that ${says}` }));
}

function names(word: string, path: string): boolean {
  return word === path || word === `./${path}`;
}

function leftOver(path: string, step: string): Diagnostic {
  const problem = diagnostic(
    "U-UNKNOWN",
    `Artifact ${quoted(path)} is for ${quoted(step)}, which is no step of the stack`,
    {
      hint: "It stays because it was edited; delete it when nothing in it is needed any more",
    },
  );
  return { ...problem, severity: "warning" };
}
