/**
 * From actions to artifacts on disk: asks a compiler for the steps that have no fresh artifact, checks what it answers and
 * writes it. A compiler only ever proposes; what it says reaches the disk as a `CheckedBundle` alone.
 */
import { type Action, type ActionList, actionId } from "../assembly/actions.ts";
import { fingerprint } from "../assembly/canonical.ts";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { WriteFiles } from "../host/ports.ts";
import type { EnvFacts } from "../intake/facts.ts";
import type { AgentReport } from "./agent/ask.ts";
import { type Compiled, compileWithAgent, type OpenAgent } from "./agent/compile.ts";
import { compileBuiltin } from "./builtin/compile.ts";
import { factsUsed, type OwnSteps } from "./capabilities.ts";
import type { ScriptCheck } from "./check/scripts.ts";
import { checkBuild } from "./check.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import type { Side } from "./place.ts";
import { type Remembered, remembered, varsOf, withRemembered } from "./remembered.ts";
import { writeBundle } from "./write.ts";

export interface BuildInput {
  readonly actions: ActionList;
  readonly ownSteps: OwnSteps;
  readonly facts: EnvFacts;
  /** Compile every step anew, fresh or not. */
  readonly force: boolean;
  /** Ids of all steps that the stack and its state can still have: artifacts of others are cleared away. */
  readonly keep: ReadonlySet<string>;
  readonly buildDir: string;
  readonly proposalsDir: string;
  /** Of the plan that is built; absent where none was made. */
  readonly planId?: string;
  /** How conflicts are decided; absent when a person decides each. */
  readonly decide?: Side;
  /** Of these steps alone, compiled anew: their artifacts are written as the compiler has them, edited or not. */
  readonly regenerate?: ReadonlySet<string>;
  /** Who writes the scripts; the built-in compiler when absent. */
  readonly agent?: OpenAgent;
  /** Version of the built-in compiler: ours. */
  readonly version: string;
  /** Looks at what an agent writes. */
  readonly scripts?: ScriptCheck;
  /** Whose files build/ may hold; anybody's when absent. */
  readonly uid?: number;
}

/** Paths below build/. */
export interface BuildReport {
  readonly written: readonly string[];
  /** Edited by a person and left as they are. */
  readonly kept: readonly string[];
  readonly merged: readonly string[];
  readonly conflicts: readonly string[];
  /** The compiler's text took the place of a person's, which is a proposal now. */
  readonly replaced: readonly string[];
  readonly removed: readonly string[];
  /** What asking an agent cost; absent where none was asked. */
  readonly agent?: AgentReport;
}

const nothingBuilt: BuildReport = {
  written: [],
  kept: [],
  merged: [],
  conflicts: [],
  replaced: [],
  removed: [],
};

/** Nothing is written unless everything passed the check. */
export async function build(
  files: WriteFiles,
  input: BuildInput,
): Promise<{ value: BuildReport; diagnostics: Diagnostic[] }> {
  const read = await readManifest(files, input.buildDir);
  if (!read.value || hasErrors(read.diagnostics))
    return { value: nothingBuilt, diagnostics: [...read.diagnostics] };
  const manifest = read.value;
  const fingerprints = new Map(input.actions.steps.map((a) => [actionId(a), stepFingerprint(a, input)]));
  const stale: Action[] = [];
  for (const action of input.actions.steps) {
    const id = actionId(action);
    if (input.regenerate) {
      if (input.regenerate.has(id)) stale.push(action);
    } else if (input.force || !(await isFresh(files, input.buildDir, manifest, id, fingerprints.get(id))))
      stale.push(action);
  }
  if (stale.length === 0) return { value: nothingBuilt, diagnostics: [...read.diagnostics] };
  const anew = input.force || input.regenerate !== undefined;
  const known = anew ? new Map() : await remembered(files, manifest, stale, { ...input, fingerprints });
  const compiled = await compile(files, input, { manifest, stale, known });
  const agent = compiled.report && { agent: compiled.report };
  if (!compiled.value || hasErrors(compiled.diagnostics))
    return { value: { ...nothingBuilt, ...agent }, diagnostics: [...compiled.diagnostics] };
  const { diagnostics, written, kept, merged, conflicts, replaced, removed } = await writeBundle(
    files,
    input.buildDir,
    manifest,
    compiled.value,
    {
      fingerprints,
      origin: compiled.origin,
      keep: input.keep,
      proposalsDir: input.proposalsDir,
      ...(input.planId !== undefined && { planId: input.planId }),
      ...(input.decide && { decide: input.decide }),
      ...(input.regenerate && { regenerate: input.regenerate }),
      ...(input.uid !== undefined && { uid: input.uid }),
    },
  );
  return {
    value: { written, kept, merged, conflicts, replaced, removed, ...agent },
    diagnostics: [...read.diagnostics, ...compiled.diagnostics, ...diagnostics],
  };
}

interface Wanted {
  readonly manifest: Manifest;
  readonly stale: readonly Action[];
  /** Those of them that nobody has to be asked about. */
  readonly known: ReadonlyMap<string, Remembered>;
}

async function compile(
  files: WriteFiles,
  input: BuildInput,
  { manifest, stale, known }: Wanted,
): Promise<Compiled> {
  const { agent, buildDir, uid, facts, ownSteps, version, scripts } = input;
  if (agent) {
    const optional = { ...(uid !== undefined && { uid }), ...(scripts && { scripts }) };
    const from = { files, buildDir, manifest, facts, ownSteps, version, ...optional };
    return compileWithAgent(agent, from, stale, known);
  }
  const origin = (purpose: string) => known.get(purpose)?.origin ?? { compiler: "builtin", version };
  const compiled = compileBuiltin(
    stale.filter((action) => !known.has(actionId(action))),
    facts,
    ownSteps,
  );
  if (hasErrors(compiled.diagnostics)) return { origin, asked: [], diagnostics: compiled.diagnostics };
  const whole = withRemembered(compiled.value, known, stale);
  return { origin, asked: [], ...checkBuild(whole, varsOf(known), { version: "1", steps: [...stale] }) };
}

/** What an artifact depends on: the step and the facts its template reads. A newer compiler alone makes nothing stale. */
function stepFingerprint(action: Action, { facts, ownSteps }: BuildInput): string {
  const { id = null, name, args, provides = null, retries = null } = action;
  const own = ownSteps(action);
  return fingerprint({
    step: { id, name, args, provides, retries },
    facts: factsUsed(action, facts, own),
    ...(own && { kind: own.script ? { ...own.script } : { guide: own.guide ?? null } }),
  });
}

async function isFresh(
  files: WriteFiles,
  buildDir: string,
  manifest: Manifest,
  id: string,
  wanted: string | undefined,
): Promise<boolean> {
  const own = Object.entries(manifest.artifacts).filter(([, artifact]) => artifact.purpose === id);
  if (own.length === 0 || !manifest.steps.some((s) => s.purpose === id)) return false;
  for (const [path, artifact] of own) {
    if (artifact.fingerprint !== wanted) return false;
    if ((await files.stat(`${buildDir}/${path}`)) === undefined) return false;
  }
  return true;
}
