/**
 * An agent's answer is a text of which nothing is known. What has the form of a patch, within reach of the finding, becomes a
 * candidate; what it would really change is found out later, by the same way as for our own.
 */
import * as z from "zod/mini";
import { printableLine } from "../../diagnostics/printable.ts";
import { parseStrict } from "../../forge/json.ts";
import { inRange, knobValues } from "../../forge/knobs.ts";
import { visible } from "../../forge/prompt/fence.ts";
import { type Patch, textHash } from "../patch.ts";
import { patchKinds } from "../policy.ts";
import type { Finding } from "../records.ts";
import { advisedRunbook } from "../runbook.ts";
import type { Candidate } from "../world.ts";
import type { Reach } from "./prompt.ts";

const line = z.string().check(z.maxLength(400));
const text = z.string().check(z.maxLength(65_536));
const snippet = z.string().check(z.minLength(1), z.maxLength(65_536));

const wirePatch = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("knob"),
    step: line,
    knob: z.keyof(knobValues),
    value: z.union([z.number(), line]),
    summary: line,
  }),
  z.strictObject({ kind: z.literal("artifact"), path: line, old: snippet, new: text, summary: line }),
  z.strictObject({
    kind: z.literal("cw"),
    file: line,
    old: snippet,
    new: text,
    changes: z.array(line).check(z.maxLength(20)),
    summary: line,
  }),
]);
type WirePatch = z.infer<typeof wirePatch>;

const advice = z.strictObject({
  diagnosis: z.string().check(z.maxLength(4_000)),
  patches: z.array(wirePatch).check(z.maxLength(3)),
  steps: z.array(line).check(z.maxLength(12)),
});

/** What an answer is asked to look like. */
export function adviceSchema(): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(advice, { target: "draft-2020-12", io: "input" });
  return schema;
}

const maxDepth = 6;
const mostSummary = 120;

/** Its patches, the smallest first, and at last a runbook of ours with what it thinks in it. Nothing where it is no answer. */
export function advised(
  finding: Finding,
  by: string,
  reply: string,
  reach: Reach,
): readonly Candidate<Patch>[] {
  const { value } = parseStrict(reply.trim(), maxDepth);
  const { data } = advice.safeParse(value);
  if (!data) return [];
  const patches = data.patches.flatMap((wish): readonly Candidate<Patch>[] => {
    const patch = patchOf(wish, reach);
    const summary = printableLine(visible(wish.summary)).slice(0, mostSummary);
    return patch ? [{ kind: patch.kind, patch, summary, by }] : [];
  });
  const size = ({ kind }: Candidate<Patch>): number => patchKinds.indexOf(kind);
  return [...patches.sort((a, b) => size(a) - size(b)), runbookOf(finding, by, data)];
}

function patchOf(wish: WirePatch, reach: Reach): Patch | undefined {
  switch (wish.kind) {
    case "knob": {
      const { step, knob, value } = wish;
      const own = reach.knobs.find((one) => one.step === step);
      if (own?.declared[knob] === undefined || !inRange(knob, value)) return undefined;
      return { kind: "knob", step, knob, value };
    }
    case "artifact": {
      const { path } = wish;
      const now = reach.artifacts.find((one) => one.path === path)?.text;
      const edited = now === undefined ? undefined : edit(now, wish);
      return edited && { kind: "artifact", path, ...edited };
    }
    case "cw": {
      const { file, changes } = wish;
      const now = reach.files.find((one) => one.file === file)?.text;
      const edited = now === undefined ? undefined : edit(now, wish);
      return edited && { kind: "cw", file, ...edited, claims: changes };
    }
  }
}

/** Undefined where the old text is not there exactly once, or a reviewer would not see all of the new one. */
function edit(now: string, wish: { readonly old: string; readonly new: string }) {
  const parts = now.split(wish.old);
  if (parts.length !== 2 || wish.old === wish.new || visible(wish.new) !== wish.new) return undefined;
  return { text: parts.join(wish.new), was: textHash(now) };
}

function runbookOf(
  finding: Finding,
  by: string,
  { diagnosis, steps }: z.infer<typeof advice>,
): Candidate<Patch> {
  const said = [diagnosis, ...steps.map((step, i) => `${i + 1}. ${step}`)].join("\n");
  const patch: Patch = {
    kind: "runbook",
    text: advisedRunbook(finding, by, visible(said)),
    about: `${finding.rule} ${finding.address}`,
  };
  return { kind: "runbook", patch, summary: "steps to take by hand", by };
}
