import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Artifact } from "../bundle.ts";
import { contentFaults } from "./content.ts";
import { type Fault, pathFaults } from "./path.ts";
import { quoted } from "./text.ts";

/**
 * Everything that is wrong with an artifact by itself, whatever else is in its bundle: what the check of a bundle, of
 * build/, of a merge and the editor all ask. Faults in the text say where (`Fault.at`), for the editor.
 */
export function artifactFaults(artifact: Pick<Artifact, "path" | "lang" | "content">): readonly Fault[] {
  const ofPath = pathFaults(artifact.path);
  // The extension of a path that must change anyway is not worth a word.
  const ofContent = contentFaults(artifact).filter((f) => f.code !== "S-LANG" || ofPath.length === 0);
  return [...ofPath, ...ofContent];
}

/** The same for people, each with its place in the artifact's text where it has one; files in spans are paths of the bundle. */
export function artifactDiagnostics(
  artifact: Pick<Artifact, "path" | "lang" | "content">,
): readonly Diagnostic[] {
  return toDiagnostics(artifact.path, artifactFaults(artifact));
}

export function toDiagnostics(path: string, faults: readonly Fault[]): readonly Diagnostic[] {
  const origin = { file: path, start: 0 };
  return faults.map(({ code, says, hint, at }) =>
    diagnostic(code, `Artifact ${quoted(path)} ${says}`, { hint, ...(at && { span: { origin, ...at } }) }),
  );
}
