/**
 * Carries a patch out, as a person would: under the stack's lock, by the ordinary plan, build and apply, and only on what was
 * judged. Then it looks whether that helped; what did not is taken back.
 */
import { hasErrors } from "../diagnostics/diagnostic.ts";
import type { BuildReport } from "../forge/compile.ts";
import { manifestPath, manifestText, readManifest } from "../forge/manifest.ts";
import { recover } from "../forge/recover.ts";
import { healthAddress } from "../intake/health-check.ts";
import { strangeState } from "../pipeline/adopt.ts";
import {
  apply,
  build,
  lookAtChecks,
  type Outcome,
  observeAll,
  type Planned,
  type RunOptions,
  type Workspace,
} from "../pipeline.ts";
import { buildDirOf } from "../plan.ts";
import { takeLock } from "../state/lock.ts";
import type { State } from "../state/state.ts";
import {
  ownerOf,
  type Patch,
  pathOf,
  planOf,
  planPatch,
  stepEffects,
  targetsOf,
  textAt,
  turned,
  waiting,
} from "./patch.ts";
import { carriesOnly } from "./policy.ts";
import type { Basis, Finding, Undo } from "./records.ts";
import type { Prepared } from "./world.ts";

export interface Acting {
  readonly ws: Workspace;
  /** Of a new run, each time. */
  readonly runOptions: () => RunOptions;
  /** Unique, and a part of file names. */
  readonly newId: () => string;
  /** Who acts has the stack's lock already. */
  readonly hasLock?: true;
  /** Told of what is about to run. */
  readonly onPlanned?: (planned: Planned) => void;
  /** Told of what was written for it. Absent: no script is written, because nobody is there to look at it. */
  readonly onBuilt?: (report: BuildReport) => void;
}

/** `stale`: nothing was done, because it is not what was judged any more, or somebody else is at work. */
export type Acted = { readonly result: "mended" | "failed" | "stale"; readonly detail: string };

/** Longest that a fix may take to show in the checks, in milliseconds. */
const verifyMs = 60_000;

/** Makes the patch if everything still is as it was when it was judged. */
export function carryOut(acting: Acting, prepared: Prepared<Patch>, finding: Finding): Promise<Acted> {
  const { ws } = acting;
  return locked(acting, async () => {
    const again = await planPatch(ws, prepared);
    if ("refused" in again) return { result: "stale", detail: again.refused };
    if (!isSame(again.prepared.basis, prepared.basis)) return { result: "stale", detail: changedSince };
    const { patch } = again.prepared;
    const targets = await targetsFor(ws, patch);
    const path = pathOf(ws, patch);
    const old = path === undefined ? undefined : await textAt(ws.host.files, path);
    await write(ws, patch);
    const { planId } = again.planned.plan;
    const problem = await applyTargets(acting, targets, planId);
    const acted: Acted =
      problem === undefined ? await helped(ws, finding) : { result: "failed", detail: problem };
    // A knob's way back is in the journal.
    if (acted.result !== "failed" || path === undefined || old === undefined) return acted;
    await ws.host.files.writeAtomic(path, old);
    const left = await applyTargets(acting, targets);
    return {
      ...acted,
      detail: `${acted.detail}; ${path} is as it was${left === undefined ? "" : `: ${left}`}`,
    };
  });
}

/** Puts a knob back to what it was, and what runs with it; `detail`: how that went. */
export async function takeBack(
  acting: Acting,
  undo: Undo,
): Promise<{ readonly done: boolean; readonly detail: string }> {
  const { ws } = acting;
  const { result, detail } = await locked(acting, async () => {
    const read = await readManifest(ws.host.files, buildDirOf(ws.stackDir));
    if (!read.value) return { result: "stale", detail: "build/ cannot be read" };
    const before = await waiting(ws);
    await ws.host.files.writeAtomic(
      manifestPath(buildDirOf(ws.stackDir)),
      manifestText(turned(read.value, undo)),
    );
    const back = `${undo.knob} of ${undo.step} is as it was`;
    const after = await waiting(ws);
    const others = new Set([...before].filter((address) => after.has(address)));
    const targets = await targetsFor(ws, { kind: "knob", ...undo, value: 0 });
    const planned = await planOf(ws, targets);
    const steps = planned && stepEffects(planned, targets[0], others);
    // Nobody has judged what else has come to wait since.
    if (!planned || !steps || !carriesOnly(steps, planned.analysis.ir.kinds))
      return { result: "failed", detail: `${back}, but its step did not run: more would change` };
    const problem = await applyTargets(acting, targets, planned.plan.planId);
    return problem === undefined
      ? { result: "mended", detail: back }
      : { result: "failed", detail: `${back}, but its step failed: ${problem}` };
  });
  return { done: result !== "stale", detail };
}

const changedSince = "something has changed since";

/** While nobody else changes the stack; what a crash left is brought into order first. */
async function locked({ ws, newId, hasLock }: Acting, work: () => Promise<Acted>): Promise<Acted> {
  if (hasLock) return work();
  const taken = await takeLock(ws.host, ws.stackDir, { id: newId(), operation: "daemon" });
  if (!taken.value)
    return { result: "stale", detail: taken.diagnostics[0]?.message ?? "somebody else is at work" };
  try {
    const isOurs = async (state: State | undefined) => (await strangeState(ws, state)) === undefined;
    await recover(ws.host, ws.stackDir, ws.store, isOurs);
    return await work();
  } finally {
    await taken.value.release();
  }
}

function isSame(a: Basis, b: Basis): boolean {
  return a.lineage === b.lineage && a.serial === b.serial && a.bundle === b.bundle && a.planId === b.planId;
}

async function targetsFor(ws: Workspace, patch: Patch): Promise<readonly string[]> {
  const [planned, manifest] = [
    await planOf(ws, []),
    await readManifest(ws.host.files, buildDirOf(ws.stackDir)),
  ];
  return targetsOf(patch, planned && manifest.value && ownerOf(patch, planned, manifest.value));
}

async function write(ws: Workspace, patch: Patch): Promise<void> {
  const { files } = ws.host;
  const buildDir = buildDirOf(ws.stackDir);
  switch (patch.kind) {
    case "rerun":
    case "runbook":
      return;
    case "knob": {
      const { value } = await readManifest(files, buildDir);
      if (value) await files.writeAtomic(manifestPath(buildDir), manifestText(turned(value, patch)));
      return;
    }
    case "artifact":
    case "cw": {
      const path = pathOf(ws, patch) ?? "";
      const mode = (await files.stat(path))?.mode;
      return files.writeAtomic(path, patch.text, mode);
    }
  }
}

/** Plans, builds and applies; what went wrong, if anything did. `planId`: of the plan that was judged, no other is applied. */
async function applyTargets(
  { ws, runOptions, onPlanned, onBuilt }: Acting,
  targets: readonly string[],
  planId?: string,
): Promise<string | undefined> {
  const planned = await planOf(ws, targets);
  if (!planned) return "the stack cannot be planned";
  if (planId !== undefined && planned.plan.planId !== planId) return changedSince;
  onPlanned?.(planned);
  const built: Outcome<BuildReport> = onBuilt ? await build(ws, planned) : { diagnostics: [] };
  if (built.value) onBuilt?.(built.value);
  if (hasErrors(built.diagnostics)) return built.diagnostics.find((d) => d.severity === "error")?.message;
  const applied = await apply(ws, planned, runOptions());
  const results = [...(applied.value?.results.values() ?? [])];
  if (applied.value && results.every(({ outcome }) => outcome === "succeeded")) return undefined;
  const [problem] = [...applied.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)].filter(
    (d) => d.severity === "error",
  );
  return problem?.message ?? "a step did not succeed";
}

/** Whether what was found is found no more, and a service's own health check passes. */
async function helped(ws: Workspace, { address, rule }: Finding): Promise<Acted> {
  const { value: state } = await ws.store.read();
  const observation = (await observeAll(ws, state)).get(address);
  if (observation && observation.status !== "ok") return { result: "failed", detail: observation.detail };
  const checks = rule === "check-failing" ? [address] : [healthAddress(address)];
  const { value } = await lookAtChecks(ws, checks, { timeoutMs: verifyMs, parallelism: 1 });
  const failed = [...(value ?? [])].find(([, { outcome }]) => outcome !== "succeeded");
  if (failed) return { result: "failed", detail: `${failed[0]} fails` };
  return { result: "mended", detail: "it was looked at afterwards, and is well" };
}
