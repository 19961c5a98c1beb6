/**
 * What the daemon may not do by itself, for people to decide: a patch with what it really changes, why, and what it was judged
 * on. It lies in `.clockwork/proposals/ID/` beside the compiler's; a runbook is there as Markdown, too.
 */
import * as z from "zod/mini";
import { knobValues } from "../forge/knobs.ts";
import { HostError, type ReadFiles } from "../host/ports.ts";
import type { Workspace } from "../pipeline.ts";
import { type Patch, preparePatch } from "./patch.ts";
import { basis, type Finding, finding } from "./records.ts";
import { describeEffect, type Prepared } from "./tick.ts";

const text = z.string();

const patch = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("rerun"), address: text }),
  z.strictObject({
    kind: z.literal("knob"),
    step: text,
    knob: z.keyof(knobValues),
    value: z.union([z.number(), text]),
  }),
  z.strictObject({ kind: z.literal("artifact"), path: text, text }),
  z.strictObject({ kind: z.literal("cw"), file: text, text, claims: z.array(text) }),
  z.strictObject({ kind: z.literal("runbook"), text }),
]);

const proposal = z.strictObject({
  version: z.literal("1"),
  /** Of the patch, and the folder's name: the same patch is never proposed twice at a time. */
  id: text.check(z.regex(/^[0-9a-f]{16}$/)),
  kind: z.literal("daemon"),
  finding,
  patch,
  /** A clause for people. */
  summary: text,
  /** `rule`, or the agent that wished it. */
  by: text,
  /** What it really changes, one clause each. */
  effects: z.array(text),
  /** Why the daemon does not do it by itself. */
  because: text,
  basis,
  /** Milliseconds since 1970. */
  created: z.number(),
  expires: z.number(),
});
export type DaemonProposal = Readonly<z.infer<typeof proposal>>;

/** A proposal that nobody has decided for so long is about another time, in milliseconds. */
const lastsMs = 7 * 24 * 60 * 60_000;
const maxBytes = 16 * 1024 * 1024;

function folderOf(stackDir: string, id = ""): string {
  return `${stackDir}/.clockwork/proposals${id === "" ? "" : `/${id}`}`;
}

/** Its own file is written last: without it the folder is none. */
export async function writeProposal(
  { host, stackDir }: Workspace,
  prepared: Prepared<Patch>,
  about: Finding,
  because: string,
): Promise<void> {
  const { id, summary, by, effects, basis } = prepared;
  const created = host.clock.now();
  const folder = folderOf(stackDir, id);
  if (prepared.patch.kind === "runbook")
    await host.files.writeAtomic(`${folder}/runbook.md`, prepared.patch.text, 0o600);
  const content: DaemonProposal = {
    version: "1",
    id,
    kind: "daemon",
    finding: about,
    patch: prepared.patch as DaemonProposal["patch"],
    summary,
    by,
    effects: effects.map(describeEffect),
    because,
    basis,
    created,
    expires: created + lastsMs,
  };
  await host.files.writeAtomic(
    `${folder}/proposal.json`,
    `${JSON.stringify(content, undefined, 2)}\n`,
    0o600,
  );
}

/** All that can be read, newest first. */
export async function readDaemonProposals(
  files: ReadFiles,
  stackDir: string,
): Promise<readonly DaemonProposal[]> {
  const folder = folderOf(stackDir);
  if ((await files.stat(folder))?.kind !== "directory") return [];
  const names = (await files.list(folder)).filter(({ kind }) => kind === "directory").map(({ name }) => name);
  const read = await Promise.all(names.map((id) => readOne(files, stackDir, id)));
  return read.filter((one) => one !== undefined).sort((a, b) => b.created - a.created);
}

async function readOne(files: ReadFiles, stackDir: string, id: string): Promise<DaemonProposal | undefined> {
  try {
    const bytes = await files.readPlain(`${folderOf(stackDir, id)}/proposal.json`, maxBytes);
    const { data } = proposal.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return data?.id === id ? data : undefined;
  } catch (error) {
    if (error instanceof HostError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function removeProposal({ host, stackDir }: Workspace, id: string): Promise<void> {
  return host.files.remove(folderOf(stackDir, id));
}

/** The patch as it would be now, or why it is not what was proposed any more. */
export async function reopen(
  ws: Workspace,
  { patch: wish, summary, by, basis: then, expires }: DaemonProposal,
): Promise<Prepared<Patch> | { readonly stale: string }> {
  if (ws.host.clock.now() > expires) return { stale: "it has expired" };
  const now = await preparePatch(ws, { kind: wish.kind, patch: wish, summary, by });
  if ("refused" in now) return { stale: now.refused };
  const { lineage, serial, bundle } = now.basis;
  const same = lineage === then.lineage && serial === then.serial && bundle === then.bundle;
  return same ? now : { stale: "the stack has changed since" };
}
