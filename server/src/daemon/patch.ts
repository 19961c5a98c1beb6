/**
 * What a patch really changes. It is laid over the files, never written, and the stack is planned with it as it would be for a
 * person: the difference is what the policy judges. A patch that does more than it claims is none.
 */
import { createHash } from "node:crypto";
import { diffInputs } from "../assembly/diff.ts";
import { hasSteps } from "../assembly/plan.ts";
import { stepBlocks } from "../assembly/step-blocks.ts";
import { isCheck } from "../assembly/view/plan.ts";
import { artifactVersions } from "../forge/artifacts.ts";
import { artifactDiagnostics } from "../forge/check/artifact.ts";
import { declaredKnobs, inRange, type KnobName } from "../forge/knobs.ts";
import { type Manifest, manifestPath, manifestText, readManifest } from "../forge/manifest.ts";
import { overlayWritable } from "../host/overlay.ts";
import { type Planned, plan, type Workspace } from "../pipeline.ts";
import { buildDirOf } from "../plan.ts";
import { faultOf } from "../state/observation.ts";
import type { Effect } from "./policy.ts";
import type { Basis, Undo } from "./records.ts";
import type { Candidate, Prepared } from "./tick.ts";

export type Patch =
  /** The steps of one resource, with what stands in build/. */
  | { readonly kind: "rerun"; readonly address: string }
  | { readonly kind: "knob"; readonly step: string; readonly knob: KnobName; readonly value: number | string }
  /** The whole new text of an artifact, below build/. */
  | { readonly kind: "artifact"; readonly path: string; readonly text: string }
  /** The whole new text of one of the stack's files; `claims`: the attributes that it says it changes, as `ADDRESS PATH`. */
  | { readonly kind: "cw"; readonly file: string; readonly text: string; readonly claims: readonly string[] }
  /** Markdown. */
  | { readonly kind: "runbook"; readonly text: string };

export type Preparing = Prepared<Patch> | { readonly refused: string };

/** The patch with all that it changes, held against the stack as it is now. */
export async function preparePatch(ws: Workspace, candidate: Candidate<Patch>): Promise<Preparing> {
  const { patch } = candidate;
  const manifest = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
  if (!manifest.value) return { refused: "build/ cannot be read" };
  const laid = layOver(ws, patch, manifest.value);
  if ("refused" in laid) return laid;
  const before = await planOf(ws, []);
  if (!before) return { refused: "the stack cannot be planned" };
  const owner = ownerOf(patch, before, manifest.value);
  const after = await planOf(withDocuments(ws, laid.documents), targetsOf(patch, owner));
  if (!after) return { refused: "with it the stack cannot be planned" };
  const own = ownEffects(patch, before, after);
  const effects = [...own, ...stepEffects(after, owner)];
  if (patch.kind === "cw" && !isAsClaimed(patch.claims, effects))
    return { refused: "it changes something else than it says" };
  return {
    ...candidate,
    id: patchId(patch),
    effects: patch.kind === "runbook" ? [] : effects,
    basis: await basisOf(ws, before, manifest.value),
    ...(patch.kind === "knob" && { undo: undoOf(patch, manifest.value) }),
  };
}

/** Equal patches have equal ids, whoever wishes them. */
export function patchId(patch: Patch): string {
  return createHash("sha256").update(JSON.stringify(patch)).digest("hex").slice(0, 16);
}

/** What is there now: nothing may have moved since, when a patch is made. */
export async function basisOf(ws: Workspace, planned: Planned, manifest: Manifest): Promise<Basis> {
  const versions = await artifactVersions(ws.host.files, buildDirOf(ws.stackDir), manifest);
  const all = [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    lineage: planned.state?.lineage ?? "",
    serial: planned.state?.serial ?? 0,
    bundle: createHash("sha256").update(JSON.stringify(all)).digest("hex"),
    planId: planned.plan.planId,
  };
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

/** The texts that a patch puts in the place of others, by absolute path. */
function layOver(
  ws: Workspace,
  patch: Patch,
  manifest: Manifest,
): { readonly documents: ReadonlyMap<string, string> } | { readonly refused: string } {
  const buildDir = buildDirOf(ws.stackDir);
  switch (patch.kind) {
    case "rerun":
    case "runbook":
      return { documents: new Map() };
    case "knob": {
      const { step, knob, value } = patch;
      if (!inRange(knob, value)) return { refused: `${knob} cannot be ${value}` };
      if (!isDeclared(manifest, step, knob)) return { refused: `${step} declares no ${knob}` };
      return { documents: new Map([[manifestPath(buildDir), manifestText(turned(manifest, patch))]]) };
    }
    case "artifact": {
      const artifact = manifest.artifacts[patch.path];
      if (!artifact) return { refused: `${patch.path} is no artifact` };
      const { lang } = artifact;
      const problem = artifactDiagnostics({ path: patch.path, lang, content: patch.text }).find(
        ({ severity }) => severity === "error",
      );
      if (problem) return { refused: problem.message };
      return { documents: new Map([[`${buildDir}/${patch.path}`, patch.text]]) };
    }
    case "cw":
      if (!/^[^/\\]+\.cw$/.test(patch.file)) return { refused: `${patch.file} is no file of the stack` };
      return { documents: new Map([[`${ws.stackDir}/${patch.file}`, patch.text]]) };
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
  const addresses = [...new Set([...before.desired.keys(), ...after.desired.keys()])].sort();
  return addresses.flatMap((address): readonly Effect[] => {
    const [old, now] = [before.desired.get(address), after.desired.get(address)];
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

/** What is applied for a patch: its resource with what that needs; of the files everything. */
export function targetsOf(patch: Patch, owner: string | undefined): readonly string[] {
  if (patch.kind === "rerun") return [patch.address];
  return patch.kind === "cw" || owner === undefined ? [] : [owner];
}

/** The steps that an apply would run with the patch. */
function stepEffects(after: Planned, owner: string | undefined): readonly Effect[] {
  return after.plan.changes.flatMap((change): readonly Effect[] => {
    const { address, action, reason, fields } = change;
    if (!hasSteps(change) || isCheck(change)) return [];
    const observation = after.observations.get(address);
    const fault = observation && faultOf(observation);
    const isCause = observation && "detail" in observation && observation.detail === reason;
    return [
      {
        type: "step",
        address,
        kind: kindOf(after, address),
        action,
        carries: address === owner,
        ...(isCause && fault && fields.length === 0 && { fault }),
      },
    ];
  });
}

function kindOf({ state, desired }: Planned, address: string): string {
  return desired.get(address)?.kind ?? state?.resources[address]?.kind ?? "";
}

/** Whose step a patch changes. */
export function ownerOf(patch: Patch, { analysis }: Planned, manifest: Manifest): string | undefined {
  const step =
    patch.kind === "knob"
      ? patch.step
      : patch.kind === "artifact"
        ? manifest.artifacts[patch.path]?.purpose
        : undefined;
  if (step !== undefined) return stepBlocks(analysis.ir).get(step)?.address;
  return patch.kind === "cw" ? patch.claims[0]?.split(" ")[0] : undefined;
}

function isAsClaimed(claims: readonly string[], effects: readonly Effect[]): boolean {
  const changed = effects.flatMap((e) => (e.type === "attribute" ? [`${e.address} ${e.path}`] : []));
  return changed.length === claims.length && changed.every((one) => claims.includes(one));
}

function undoOf({ step, knob }: Extract<Patch, { kind: "knob" }>, manifest: Manifest): Undo {
  const value = manifest.knobs?.[step]?.[knob];
  return { step, knob, ...(value !== undefined && { value }) };
}
