/**
 * Why a step is in the plan or is not, what it runs with which rights, and where its scripts come from: all of it is written
 * down somewhere, so nobody has to be asked.
 */
import { type Action, actionId } from "../assembly/actions.ts";
import type { Change } from "../assembly/plan.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { type Capabilities, capabilities } from "../forge/capabilities.ts";
import { readManifest } from "../forge/manifest.ts";
import { artifactScope } from "../forge/proposals/open.ts";
import { provenance } from "../forge/provenance.ts";
import { type FileOutcome, type Planned, plan, type Workspace } from "../pipeline.ts";
import type { ArtifactRecord } from "../protocol.ts";
import { ownStep } from "../state/remembered-kinds.ts";

export interface Explanation {
  /** What the plan means for the block that the steps belong to; absent for a step of no block. */
  readonly change?: Change;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep {
  readonly id: string;
  /** Whether the plan runs it. */
  readonly planned: boolean;
  readonly action: Action;
  readonly may: Capabilities;
  /** Its run commands, as the bundle has them; empty where none was built. */
  readonly commands: readonly (readonly string[])[];
  readonly artifacts: readonly ArtifactRecord[];
}

/** `what` is the id of a step, or the address of a block or of all its instances. */
export async function explain(ws: Workspace, what: string): Promise<FileOutcome<Explanation[]>> {
  const wishes = { destroy: false, refresh: false, targets: [], force: false };
  const { value: planned, diagnostics, files } = await plan(ws, wishes);
  if (!planned) return { diagnostics, files };
  // With what could run, whether it has to or not.
  const { value: possible } = await plan(ws, { ...wishes, force: true });
  const now = planned.plan.actions.steps;
  const ids = new Set(now.map(actionId));
  const others = possible?.plan.actions.steps.filter((step) => !ids.has(actionId(step))) ?? [];
  const steps = [...now, ...others];
  const wanted = steps.filter((step) => actionId(step) === what || isOf(step.resource, what));
  const changes = planned.plan.changes.filter(
    (c) => isOf(c.address, what) || wanted.some((step) => step.resource === c.address),
  );
  if (wanted.length === 0 && changes.length === 0)
    return { diagnostics: [...diagnostics, unknown(what, steps, planned)], files };
  const scripts = await scriptsOf(ws);
  const told = (step: Action): ExplainedStep => ({
    id: actionId(step),
    planned: ids.has(actionId(step)),
    action: step,
    may: capabilities(step, ownStep(planned.analysis.ir.kinds, planned.state, step)),
    ...scripts(actionId(step)),
  });
  const value = changes.map(
    (change): Explanation => ({
      change,
      steps: wanted.filter((step) => step.resource === change.address).map(told),
    }),
  );
  const free = wanted.filter((step) => !changes.some((c) => c.address === step.resource));
  return { value: free.length > 0 ? [...value, { steps: free.map(told) }] : value, diagnostics, files };
}

/** A block stands for its instances, and a service for its health check. */
function isOf(address: string | undefined, what: string): boolean {
  return address === what || address?.startsWith(`${what}[`) === true;
}

function unknown(what: string, steps: readonly Action[], { plan }: Planned): Diagnostic {
  const known = [...steps.map(actionId), ...plan.changes.map(({ address }) => address)];
  return diagnostic("unknown-target", `The stack has no step, resource or check ${JSON.stringify(what)}`, {
    hint: didYouMean(what, known) ?? "clockwork plan and clockwork state list name them.",
  });
}

async function scriptsOf(
  ws: Workspace,
): Promise<(id: string) => Pick<ExplainedStep, "commands" | "artifacts">> {
  const scope = artifactScope(ws.stackDir, ws.host.environment.uid);
  const { value: manifest, diagnostics } = await readManifest(ws.host.files, scope.buildDir);
  const { value: artifacts = [] } = await provenance(ws.host.files, scope);
  const steps = hasErrors(diagnostics) ? [] : (manifest?.steps ?? []);
  return (id) => ({
    commands: steps.filter(({ purpose }) => purpose === id).map(({ run }) => run.cmd),
    artifacts: artifacts.filter(({ step }) => step === id),
  });
}
