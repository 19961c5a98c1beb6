/**
 * A proposal is a text for an artifact that a person has to decide about: the compiler's, where it changes lines that a person
 * changed too, or a person's own, after a build was told to put the compiler's in its place. It lies in
 * `.clockwork/proposals/ID/`: `proposal.json`, which this file describes, and the texts that it names.
 */
import * as z from "zod/mini";
import { artifact } from "../bundle.ts";
import { origin } from "../manifest.ts";

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A file in the proposal's own folder. */
const contentFile = z.string().check(z.regex(/^(?:base|theirs)-[A-Za-z0-9_][A-Za-z0-9._-]{0,119}$/));

export const proposal = z.strictObject({
  version: z.literal("1"),
  /** Also the folder's name: of path and text, so that the same proposal is never there twice. */
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  kind: z.literal("artifact"),
  /**
   * `conflict`: the compiler's newer text, and the person's stands. `replaced`: the person's text, and the compiler's stands
   * because a build was told so. `suggested`: a change that a tool proposes, such as a language model in the editor.
   */
  reason: z.enum(["conflict", "replaced", "suggested"]),
  /** The step's id. */
  step: z.string(),
  /** Of the artifact, below build/. */
  path: artifact.shape.path,
  mode: artifact.shape.mode,
  lang: artifact.shape.lang,
  /** What is proposed. */
  theirs: z.strictObject({ file: contentFile }),
  /** What both texts come from; absent where nobody knows. */
  base: z.optional(z.strictObject({ file: contentFile, sha256 })),
  /** The artifact when the proposal was made; absent where there was none. */
  yours: z.optional(z.strictObject({ sha256 })),
  /** Who wrote what is proposed; absent where a person did. */
  compiler: z.optional(origin),
  /** Of the step that the text is for; with `compiler`. */
  fingerprint: z.optional(sha256),
  /** Of the plan that was built. */
  planId: z.optional(z.string()),
});
export type Proposal = Readonly<z.infer<typeof proposal>>;

/** Keys in the order of the contract, so that the same proposal is the same bytes. */
export function proposalText(value: Proposal): string {
  const { version, id, kind, reason, step, path, mode, lang, theirs, base, yours } = value;
  const { compiler, fingerprint, planId } = value;
  const ordered = { version, id, kind, reason, step, path, mode, lang, theirs, base, yours };
  return `${JSON.stringify({ ...ordered, compiler, fingerprint, planId }, undefined, 2)}\n`;
}
