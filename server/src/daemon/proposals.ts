/**
 * What the daemon may not do by itself, for people to decide: a patch with what it really changes, why, and what it was judged
 * on. It lies in `.clockwork/proposals/ID/` beside the compiler's; a runbook is there as Markdown, too.
 */
import * as z from "zod/mini";
import { canonicalJson } from "../assembly/canonical.ts";
import { knobValues } from "../forge/knobs.ts";
import { readManifest } from "../forge/manifest.ts";
import { HostError, type ReadFiles } from "../host/ports.ts";
import type { Risk } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import type { Workspace } from "../pipeline.ts";
import { buildDirOf } from "../plan.ts";
import { type StateKey, stateKey } from "../state/key.ts";
import type { State } from "../state/state.ts";
import { describeEffect } from "./decisions.ts";
import { bundleHash, layOver, type Patch, preparePatch, type StackFiles } from "./patch.ts";
import { basis, type Finding, finding, isSameGround } from "./records.ts";
import { proposalMs } from "./tick.ts";
import type { Prepared } from "./world.ts";

const text = z.string();

const patch = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("rerun"), address: text }),
  z.strictObject({
    kind: z.literal("knob"),
    step: text,
    knob: z.keyof(knobValues),
    value: z.union([z.number(), text]),
  }),
  z.strictObject({ kind: z.literal("artifact"), path: text, text, was: text }),
  z.strictObject({ kind: z.literal("cw"), file: text, text, was: text, claims: z.array(text) }),
  z.strictObject({ kind: z.literal("runbook"), text, about: text }),
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
  risk: z.enum(["safe", "approve", "never"]),
  basis,
  /** Milliseconds since 1970. */
  created: z.number(),
  expires: z.number(),
  /** Of all else, by the user's key: one that a folder brought along is not carried out. */
  seal: text,
});
export type DaemonProposal = Readonly<z.infer<typeof proposal>>;

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
  risk: Risk,
): Promise<void> {
  const { id, summary, by, effects, basis } = prepared;
  const key = await stateKey(host);
  await key.keep();
  const created = host.clock.now();
  const folder = folderOf(stackDir, id);
  if (prepared.patch.kind === "runbook")
    await host.files.writeAtomic(`${folder}/runbook.md`, prepared.patch.text, 0o600);
  const content: Unsealed = {
    version: "1",
    id,
    kind: "daemon",
    finding: about,
    patch: prepared.patch as DaemonProposal["patch"],
    summary,
    by,
    effects: effects.map(describeEffect),
    because,
    risk,
    basis,
    created,
    expires: created + proposalMs,
  };
  const sealed: DaemonProposal = { ...content, seal: sealOf(content, key) };
  await host.files.writeAtomic(`${folder}/proposal.json`, `${JSON.stringify(sealed, undefined, 2)}\n`, 0o600);
}

type Unsealed = Omit<DaemonProposal, "seal">;

function sealOf({ version, ...content }: Unsealed, { seal }: Pick<StateKey, "seal">): string {
  return seal(`proposal ${version} ${canonicalJson(content as unknown as Json)}`);
}

/** What is looked at to see whether a proposal still stands; the editor's server has no more than this. */
export interface Standing extends StackFiles {
  readonly host: { readonly files: ReadFiles; readonly clock: { now(): number } };
  readonly store: { read(): Promise<{ readonly value?: Pick<State, "lineage" | "serial"> | undefined }> };
  /** Of the user's key. */
  readonly seal: StateKey["seal"];
}

export async function standing(ws: Workspace): Promise<Standing> {
  const { seal } = await stateKey(ws.host);
  return { host: ws.host, stackDir: ws.stackDir, store: ws.store, seal };
}

/** Whether this user's daemon made it, and not whoever the folder comes from. */
function isOurs(key: Pick<StateKey, "seal">, { seal, ...content }: DaemonProposal): boolean {
  return seal === sealOf(content, key);
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

/** Why there is nothing to decide any more, as far as that can be told without a plan: a clause. */
export async function staleness(ws: Standing, proposal: DaemonProposal): Promise<string | undefined> {
  const { patch: wish, basis: then, expires } = proposal;
  if (!isOurs(ws, proposal)) return "it was not made by your daemon on this machine";
  if (ws.host.clock.now() > expires) return "it has expired";
  const { value: state } = await ws.store.read();
  const { value: manifest } = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
  if (!manifest) return "build/ cannot be read";
  const bundle = await bundleHash(ws.host.files, buildDirOf(ws.stackDir), manifest);
  const now = { lineage: state?.lineage ?? "", serial: state?.serial ?? 0, bundle, planId: "" };
  if (!isSameGround(now, then)) return "the stack has changed since";
  const laid = await layOver(ws, wish as Patch, manifest);
  return "refused" in laid ? laid.refused : undefined;
}

/** What a person makes of a patch's text, in its place. */
export function withText(patch: Patch, text: string): Patch | undefined {
  if (patch.kind === "artifact") return { ...patch, text };
  if (patch.kind !== "cw") return undefined;
  const { claims: _, ...rest } = patch;
  return { ...rest, text };
}

/** The patch as it would be now, or why it is not what was proposed any more. `wish`: the patch, or a person's version of it. */
export async function reopen(
  ws: Workspace,
  proposal: DaemonProposal,
  wish: Patch = proposal.patch as Patch,
): Promise<Prepared<Patch> | { readonly stale: string }> {
  const stale = await staleness(await standing(ws), proposal);
  if (stale !== undefined) return { stale };
  const { id, summary, by } = proposal;
  const now = await preparePatch(ws, { kind: wish.kind, patch: wish, summary, by });
  if ("refused" in now) return { stale: now.refused };
  if (now.id !== id) return now;
  const effects = now.effects.map(describeEffect);
  if (effects.length === 0) return { stale: "nothing is left to be done" };
  const same = effects.join("\n") === proposal.effects.join("\n");
  return same ? now : { stale: "it would change something else by now" };
}
