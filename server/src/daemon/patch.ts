/**
 * What a patch really changes. It is laid over the files, never written, and the stack is planned with it as it would be for a
 * person: the difference is what the policy judges. A patch that does more than it claims is none.
 */
import { createHash } from "node:crypto";
import { actionId } from "../assembly/actions.ts";
import { canonicalJson } from "../assembly/canonical.ts";
import { diffInputs } from "../assembly/diff.ts";
import { hasSteps } from "../assembly/plan.ts";
import { recordedInputs } from "../assembly/recorded.ts";
import { stepBlocks } from "../assembly/step-blocks.ts";
import type { Desired } from "../assembly/steps.ts";
import { isCheck } from "../assembly/view/plan.ts";
import { artifactVersions } from "../forge/artifacts.ts";
import { artifactDiagnostics } from "../forge/check/artifact.ts";
import { declaredKnobs, inRange, type KnobName } from "../forge/knobs.ts";
import { type Manifest, manifestPath, manifestText, readManifest } from "../forge/manifest.ts";
import { overlayWritable } from "../host/overlay.ts";
import { HostError, type ReadFiles } from "../host/ports.ts";
import { kindOf as kindOfAddress } from "../intake/address.ts";
import type { Json } from "../intake/value.ts";
import { type Planned, plan, type Workspace } from "../pipeline.ts";
import { buildDirOf } from "../plan.ts";
import { faultOf } from "../state/observation.ts";
import type { StateReading } from "../state/store.ts";
import type { Effect } from "./policy.ts";
import type { Basis, Undo } from "./records.ts";
import type { Candidate, Prepared } from "./world.ts";

export type Patch =
  /** The steps of one resource, with what stands in build/. */
  | { readonly kind: "rerun"; readonly address: string }
  | { readonly kind: "knob"; readonly step: string; readonly knob: KnobName; readonly value: number | string }
  /** The whole new text of an artifact, below build/. `was`: sha256, hex, of the text that it is to replace. */
  | { readonly kind: "artifact"; readonly path: string; readonly text: string; readonly was: string }
  /**
   * The whole new text of one of the stack's files; `claims`: the attributes that it says it changes, as `ADDRESS PATH`; a
   * person's own text need not say.
   */
  | {
      readonly kind: "cw";
      readonly file: string;
      readonly text: string;
      readonly was: string;
      readonly claims?: readonly string[];
    }
  /** Markdown. `about`: rule and address, which make it the same one, whatever was seen of it since. */
  | { readonly kind: "runbook"; readonly text: string; readonly about: string };

export type Preparing = Prepared<Patch> | { readonly refused: string };

/** The patch with all that it changes, held against the stack as it is now. */
export async function preparePatch(ws: Workspace, candidate: Candidate<Patch>): Promise<Preparing> {
  const planned = await planPatch(ws, candidate);
  return "refused" in planned ? planned : planned.prepared;
}

/** Longest clause about a patch, in characters: an agent's may be any. */
const mostSummary = 200;

/** The patch with the plan that would be applied for it. */
export async function planPatch(
  ws: Workspace,
  candidate: Candidate<Patch>,
): Promise<{ readonly prepared: Prepared<Patch>; readonly planned: Planned } | { readonly refused: string }> {
  const { patch } = candidate;
  const manifest = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
  if (!manifest.value) return { refused: "build/ cannot be read" };
  const laid = await layOver(ws, patch, manifest.value);
  if ("refused" in laid) return laid;
  const before = await planOf(ws, []);
  if (!before) return { refused: "the stack cannot be planned" };
  const owner = ownerOf(patch, before, manifest.value);
  const after = await planOf(withDocuments(ws, laid.documents), targetsOf(patch, owner));
  if (!after) return { refused: "with it the stack cannot be planned" };
  const own = ownEffects(patch, before, after);
  const written = patch.kind !== "cw" && !isBuilt(after, manifest.value) ? [writesScripts] : [];
  const effects = [...own, ...written, ...stepEffects(after, owner, await waiting(ws))];
  if (patch.kind === "cw" && patch.claims && !isAsClaimed(patch.claims, effects))
    return { refused: "it changes something else than it says" };
  const prepared: Prepared<Patch> = {
    ...candidate,
    // What it is called need not be what it is.
    kind: patch.kind,
    summary: candidate.summary.slice(0, mostSummary),
    id: patchId(patch),
    ...(owner !== undefined && { owner }),
    effects: patch.kind === "runbook" ? [] : effects,
    basis: await basisOf(ws, before, manifest.value),
    ...(patch.kind === "knob" && { undo: undoOf(patch, manifest.value) }),
  };
  return { prepared, planned: after };
}

const writesScripts: Effect = { type: "other", what: "scripts are written that build/ does not have" };

/** Whether every step has its script: who builds changes scripts, which is more than the patch. */
function isBuilt({ plan: { actions } }: Planned, { steps }: Manifest): boolean {
  const built = new Set(steps.map(({ purpose }) => purpose));
  return actions.steps.every((step) => built.has(actionId(step)));
}

/**
 * Addresses of what would be applied even if all were there and as it was left: what the files say otherwise, or a script that
 * somebody edited. A last run that failed is not among them.
 */
export async function waiting(ws: Workspace): Promise<ReadonlySet<string>> {
  const store = { ...ws.store, read: async () => withoutFailures(await ws.store.read()) };
  const { value } = await plan(
    { ...ws, store },
    { destroy: false, refresh: false, targets: [], force: false },
  );
  const changes = value?.plan.changes.filter(hasSteps) ?? [];
  return new Set(changes.map(({ address }) => address));
}

function withoutFailures(reading: StateReading): StateReading {
  const { value } = reading;
  if (!value) return reading;
  const resources = Object.entries(value.resources).map(
    ([address, record]) => [address, { ...record, status: "ok" as const }] as const,
  );
  return { ...reading, value: { ...value, resources: Object.fromEntries(resources) } };
}

/** Equal patches have equal ids, whoever wishes them. */
export function patchId(patch: Patch): string {
  const { kind } = patch;
  const what: Json = kind === "runbook" ? { kind, about: patch.about } : { ...patch, claims: [] };
  return createHash("sha256").update(canonicalJson(what)).digest("hex").slice(0, 16);
}

/** The file whose text a patch replaces, absolute. */
export function pathOf({ stackDir }: Pick<StackFiles, "stackDir">, patch: Patch): string | undefined {
  if (patch.kind === "artifact") return `${buildDirOf(stackDir)}/${patch.path}`;
  return patch.kind === "cw" ? `${stackDir}/${patch.file}` : undefined;
}

/** What is there now: nothing may have moved since, when a patch is made. */
export async function basisOf(ws: Workspace, planned: Planned, manifest: Manifest): Promise<Basis> {
  return {
    lineage: planned.state?.lineage ?? "",
    serial: planned.state?.serial ?? 0,
    bundle: await bundleHash(ws.host.files, buildDirOf(ws.stackDir), manifest),
    planId: planned.plan.planId,
  };
}

/** Of all artifacts as they stand in build/. */
export async function bundleHash(files: ReadFiles, buildDir: string, manifest: Manifest): Promise<string> {
  const all = [...(await artifactVersions(files, buildDir, manifest))].sort(([a], [b]) => (a < b ? -1 : 1));
  return textHash(JSON.stringify(all));
}

/** The manifest with a knob at a value, or as its script has it. */
export function turned(manifest: Manifest, { step, knob, value }: Undo): Manifest {
  const { [knob]: _, ...others } = manifest.knobs?.[step] ?? {};
  const own = value === undefined ? others : { ...others, [knob]: value };
  const { [step]: __, ...rest } = manifest.knobs ?? {};
  const knobs = Object.keys(own).length > 0 ? { ...rest, [step]: own } : rest;
  const { knobs: ___, ...plain } = manifest;
  return Object.keys(knobs).length > 0 ? { ...plain, knobs } : plain;
}

/** A stack's files, which are only read. */
export interface StackFiles {
  readonly host: { readonly files: ReadFiles };
  /** Absolute. */
  readonly stackDir: string;
}

/** The texts that a patch puts in the place of others, by absolute path. */
export async function layOver(
  ws: StackFiles,
  patch: Patch,
  manifest: Manifest,
): Promise<{ readonly documents: ReadonlyMap<string, string> } | { readonly refused: string }> {
  switch (patch.kind) {
    case "rerun":
    case "runbook":
      return { documents: new Map() };
    case "knob": {
      const { step, knob, value } = patch;
      if (!inRange(knob, value)) return { refused: `${knob} cannot be ${JSON.stringify(value)}` };
      if (!isDeclared(manifest, step, knob)) return { refused: `${step} declares no ${knob}` };
      const path = manifestPath(buildDirOf(ws.stackDir));
      return { documents: new Map([[path, manifestText(turned(manifest, patch))]]) };
    }
    case "artifact": {
      const artifact = Object.hasOwn(manifest.artifacts, patch.path) && manifest.artifacts[patch.path];
      if (!artifact) return { refused: `${patch.path} is no artifact` };
      const { lang } = artifact;
      const problem = artifactDiagnostics({ path: patch.path, lang, content: patch.text }).find(
        ({ severity }) => severity === "error",
      );
      return problem ? { refused: problem.message } : inPlace(ws, patch);
    }
    case "cw":
      if (!/^[^/\\\p{C}]+\.cw$/u.test(patch.file))
        return { refused: `${JSON.stringify(patch.file)} is no file of the stack` };
      return inPlace(ws, patch);
  }
}

/** In the place of the very text that it was made for: what somebody wrote since is never lost. */
async function inPlace(ws: StackFiles, patch: Extract<Patch, { readonly was: string }>) {
  const path = pathOf(ws, patch) ?? "";
  const there = await textAt(ws.host.files, path);
  if (there !== undefined && textHash(there) === patch.was)
    return { documents: new Map([[path, patch.text]]) };
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { refused: there === undefined ? `there is no ${name}` : `${name} has changed since` };
}

/** sha256, hex. */
export function textHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** More than any script or file of a stack has, in bytes. */
const maxText = 64 * 1024 * 1024;

/** Of a plain file; undefined where there is none: a link may lead anywhere. */
export async function textAt(files: ReadFiles, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await files.readPlain(path, maxText));
  } catch (error) {
    if (error instanceof HostError && ["ENOENT", "ENOTDIR", "ELOOP", "EINVAL"].includes(error.code))
      return undefined;
    throw error;
  }
}

function isDeclared(manifest: Manifest, step: string, knob: KnobName): boolean {
  const own = Object.values(manifest.artifacts).filter(({ purpose }) => purpose === step);
  return own.some(({ base }) => declaredKnobs(base)[knob] !== undefined);
}

export function withDocuments(ws: Workspace, documents: ReadonlyMap<string, string>): Workspace {
  return { ...ws, host: { ...ws.host, files: overlayWritable(ws.host.files, documents) } };
}

export async function planOf(ws: Workspace, targets: readonly string[]): Promise<Planned | undefined> {
  const { value } = await plan(ws, { destroy: false, refresh: true, targets, force: false });
  return value;
}

function ownEffects(patch: Patch, before: Planned, after: Planned): readonly Effect[] {
  switch (patch.kind) {
    case "rerun":
    case "runbook":
      return [];
    case "knob":
      return [{ type: "knob", step: patch.step, knob: patch.knob, value: patch.value }];
    case "artifact":
      return [{ type: "script", path: patch.path }];
    case "cw":
      return [
        { type: "other", what: `the text of ${patch.file} changes` },
        ...attributeEffects(before, after),
      ];
  }
}

/** Every attribute that the files say otherwise. */
function attributeEffects(before: Planned, after: Planned): readonly Effect[] {
  const [was, is] = [saidBy(before), saidBy(after)];
  const addresses = [...new Set([...was.keys(), ...is.keys()])].sort();
  return addresses.flatMap((address): readonly Effect[] => {
    const [old, now] = [was.get(address), is.get(address)];
    if (!old || !now) return [{ type: "other", what: `${address} ${old ? "goes" : "comes"}` }];
    return diffInputs(old.inputs(), now.inputs()).map((field) => ({
      type: "attribute",
      address,
      kind: now.kind,
      path: field.path,
      secret: field.sensitive,
    }));
  });
}

/** Resources and checks, with what the files say of each. */
function saidBy({ desired, analysis, key }: Planned): ReadonlyMap<string, Said> {
  const sealing = { seal: key.seal, references: () => [] };
  const checks = analysis.ir.verifies.map(({ address, kind, attributes, timeoutMs, retries }) => {
    const limits = {
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
      ...(retries !== undefined && { retries }),
    };
    const inputs = () => ({ ...recordedInputs(attributes, () => undefined, sealing), ...limits });
    return [address, { kind, inputs }] as const;
  });
  return new Map<string, Said>([...desired, ...checks]);
}

type Said = Pick<Desired, "kind" | "inputs">;

/** What is applied for a patch: its resource with what that needs; of the files everything. */
export function targetsOf(patch: Patch, owner: string | undefined): readonly string[] {
  if (patch.kind === "rerun") return [patch.address];
  return patch.kind === "cw" || owner === undefined ? [] : [owner];
}

/** The steps that an apply would run with the patch. `waits`: those that would run with all in order. */
export function stepEffects(
  after: Planned,
  owner: string | undefined,
  waits: ReadonlySet<string>,
): readonly Effect[] {
  return after.plan.changes.flatMap((change): readonly Effect[] => {
    const { address, action } = change;
    if (!hasSteps(change) || isCheck(change)) return [];
    const observation = after.observations.get(address);
    const fault = observation && faultOf(observation);
    const kind = kindOf(after, address);
    const carries = address === owner && !waits.has(address);
    return [{ type: "step", address, kind, action, carries, ...(fault && { fault }) }];
  });
}

function kindOf({ state, desired }: Planned, address: string): string {
  return desired.get(address)?.kind ?? state?.resources[address]?.kind ?? "";
}

/** Whose step a patch changes, or runs. */
export function ownerOf(patch: Patch, { analysis }: Planned, manifest: Manifest): string | undefined {
  if (patch.kind === "rerun") return patch.address;
  const step =
    patch.kind === "knob"
      ? patch.step
      : patch.kind === "artifact"
        ? manifest.artifacts[patch.path]?.purpose
        : undefined;
  if (step !== undefined) return stepBlocks(analysis.ir).get(step)?.address;
  return patch.kind === "cw" ? patch.claims?.[0]?.split(" ")[0] : undefined;
}

function isAsClaimed(claims: readonly string[], effects: readonly Effect[]): boolean {
  const changed = effects.flatMap((effect) => (effect.type === "attribute" ? [effect] : []));
  // The text changes with every patch; what else changes besides attributes, no claim says.
  const others = effects.filter(({ type }) => type === "other").length;
  // A claim of `command` is one of each of its words.
  const covers = (claim: string, { address, path }: (typeof changed)[number]): boolean => {
    const one = `${address} ${path}`;
    return one === claim || one.startsWith(`${claim}[`) || one.startsWith(`${claim}.`);
  };
  // What a check asks follows from what it is about: a port, say. A person sees that it changes.
  const isClaimed = changed.every(
    (one) => kindOfAddress(one.address) === "verify" || claims.some((claim) => covers(claim, one)),
  );
  return others === 1 && isClaimed && claims.every((claim) => changed.some((one) => covers(claim, one)));
}

function undoOf({ step, knob }: Extract<Patch, { kind: "knob" }>, manifest: Manifest): Undo {
  const value = manifest.knobs?.[step]?.[knob];
  return { step, knob, ...(value !== undefined && { value }) };
}
