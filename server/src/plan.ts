/**
 * The second stage: what the files of a stack say, held against what we believe exists. The command line's plan and the one
 * that the editor shows while somebody types are made here, so that they cannot differ. It reads files and nothing else.
 */
import type { Analysis } from "./analyse.ts";
import { type Assembled, type AssemblyInput, assemble } from "./assembly/assemble.ts";
import type { Seal } from "./assembly/sealed.ts";
import { type Diagnostic, hasErrors } from "./diagnostics/diagnostic.ts";
import { artifactVersions } from "./forge/artifacts.ts";
import { readManifest } from "./forge/manifest.ts";
import type { ReadFiles } from "./host/ports.ts";
import { hashSources } from "./intake/sources.ts";
import type { Json } from "./intake/value.ts";
import type { Observation } from "./state/observation.ts";
import { withRemembered } from "./state/remembered-kinds.ts";
import type { State } from "./state/state.ts";
import type { StateReading } from "./state/store.ts";

/** What a plan is made from beside the files that say what is wanted. */
export interface Ground {
  readonly files: ReadFiles;
  /** Absolute. */
  readonly stackDir: string;
  readonly state: StateReading;
  /** What is really there, as far as somebody looks; asked when nothing else stands in the way. */
  readonly observe: () => Promise<ReadonlyMap<string, Observation>>;
  readonly seal: Seal;
  /** Further things that decide the plan: the facts of `--facts`. */
  readonly decidedBy: Json;
}

export type Wishes = Pick<AssemblyInput, "destroy" | "targets" | "force">;

/** What `clockwork plan` wants without flags. */
export const everything: Wishes = { destroy: false, targets: [], force: false };

export interface PlannedStack extends Assembled {
  /** With the IR as it is carried out. */
  readonly analysis: Analysis;
  readonly observations: ReadonlyMap<string, Observation>;
}

/** Nothing is planned where the files, the state or the manifest have an error. */
export async function planStack(
  written: Analysis,
  ground: Ground,
  wishes: Wishes,
): Promise<{ readonly value?: PlannedStack; readonly diagnostics: readonly Diagnostic[] }> {
  if (hasErrors(written.diagnostics)) return { diagnostics: written.diagnostics };
  const { files, stackDir, state, seal, decidedBy } = ground;
  const analysis = remembering(written, state.value);
  const { kinds, resources } = analysis.ir;
  const hashed = await hashSources(files, stackDir, kinds, wishes.destroy ? [] : resources);
  const manifest = await readManifest(files, buildDirOf(stackDir));
  const before = [
    ...analysis.diagnostics,
    ...state.diagnostics,
    ...hashed.diagnostics,
    ...manifest.diagnostics,
  ];
  if (hasErrors(before) || !manifest.value) return { diagnostics: before };
  const observations = await ground.observe();
  const { value, diagnostics } = assemble({
    ir: analysis.ir,
    state: state.value,
    sources: hashed.value,
    observations,
    artifacts: await artifactVersions(files, buildDirOf(stackDir), manifest.value),
    ...wishes,
    seal,
    decidedBy,
  });
  return {
    ...(value && { value: { ...value, observations, analysis: { ...analysis, ir: value.ir } } }),
    diagnostics: [...before, ...diagnostics],
  };
}

export function buildDirOf(stackDir: string): string {
  return `${stackDir}/.clockwork/build`;
}

/** With the kinds that only resources in the state are left of. */
export function remembering(analysis: Analysis, state: State | undefined): Analysis {
  const kinds = withRemembered(analysis.ir.kinds, state);
  return kinds === analysis.ir.kinds ? analysis : { ...analysis, ir: { ...analysis.ir, kinds } };
}
