import { hasErrors } from "../../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../../host/ports.ts";
import { artifactDiagnostics } from "../check/artifact.ts";
import { readManifest } from "../manifest.ts";
import { PlainTree, stackDirOf } from "../plain.ts";
import type { ProposalScope } from "./open.ts";
import { writeProposal } from "./store.ts";

/** A text that stands in the artifact exactly once, and what is to stand in its place. */
export interface TextEdit {
  readonly old: string;
  readonly new: string;
}

export type Suggested =
  /** Of the proposal that a person decides about now. */
  | { readonly id: string }
  /** Why there is none, for whoever suggested it. */
  | { readonly refused: string };

/**
 * Makes a proposal of a change to an artifact; writes nothing else. It has to pass the check of the artifact's text, so that
 * nobody is asked about what could not be approved. To be called under the stack's lock.
 *
 * @param path of the artifact, below build/
 */
export async function suggestEdits(
  files: WriteFiles,
  { buildDir, proposalsDir, uid }: ProposalScope,
  path: string,
  edits: readonly TextEdit[],
): Promise<Suggested> {
  const { value: manifest, diagnostics: unread } = await readManifest(files, buildDir);
  const [problem] = unread;
  if (!manifest) return { refused: problem?.message ?? "The build cannot be read" };
  const entry = Object.hasOwn(manifest.artifacts, path) ? manifest.artifacts[path] : undefined;
  if (!entry) return { refused: noArtifact(path, Object.keys(manifest.artifacts)) };
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const there = await tree.look(`${buildDir}/${path}`);
  if (there.kind === "unsafe") return { refused: there.problem.message };
  if (there.kind === "absent" || there.text === undefined)
    return { refused: `${path} is not there as a text; clockwork build writes it anew` };
  const edited = withEdits(there.text, edits);
  if (typeof edited !== "string") return edited;
  if (edited === there.text) return { refused: "The edits change nothing" };
  const { mode, lang, purpose: step } = entry;
  const faults = artifactDiagnostics({ path, lang, content: edited });
  if (hasErrors(faults))
    return { refused: faults.map(({ code, message }) => `${code}: ${message}`).join("\n") };
  const proposed = { reason: "suggested" as const, step, path, mode, lang };
  const stored = await writeProposal(files, tree, proposalsDir, {
    ...proposed,
    theirs: edited,
    base: there.text,
    yours: there.bytes,
  });
  return stored.problem ? { refused: stored.problem.message } : { id: stored.id };
}

function noArtifact(path: string, known: readonly string[]): string {
  const all = known.length === 0 ? "There is none: run clockwork build first." : `Only: ${known.join(", ")}`;
  return `There is no artifact ${path}. ${all}`;
}

function withEdits(text: string, edits: readonly TextEdit[]): string | { readonly refused: string } {
  let edited = text;
  for (const [index, edit] of edits.entries()) {
    const at = edited.indexOf(edit.old);
    const which = `Edit ${index + 1}: its old text`;
    if (edit.old === "" || at < 0) return { refused: `${which} is not in the artifact` };
    if (edited.includes(edit.old, at + 1))
      return { refused: `${which} is there more than once; give more of it` };
    edited = edited.slice(0, at) + edit.new + edited.slice(at + edit.old.length);
  }
  return edited;
}
