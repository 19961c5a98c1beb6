import { type Action, actionId } from "../assembly/actions.ts";
import type { Assembled } from "../assembly/assemble.ts";
import { fingerprint } from "../assembly/canonical.ts";
import { isSameDefinition } from "../assembly/definition.ts";
import { append } from "../assembly/graph.ts";
import type { Plan } from "../assembly/plan.ts";
import { type Desired, verifyStep } from "../assembly/steps.ts";
import type { Relocated } from "../forge/journal.ts";
import type { StepResult } from "../forge/run.ts";
import type { Edge, Ir, VerifyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { StateEntries, StateRecorder } from "../state/record.ts";
import type { ResourceRecord } from "../state/state.ts";
import type { Given } from "./given.ts";

/** What was meant by a step that has run. */
export interface Meant {
  readonly kinds: Kinds;
  readonly desired: Desired | undefined;
  readonly check: VerifyIr | undefined;
  readonly given: Given;
  /** Checks that wait for what the step changes. */
  readonly waiting: readonly string[];
  /** sha256 of the step's artifacts, by path. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** In the place of a result: nobody knows how the step ended. */
export const cutOff = "cut off";

/** Enters a step's result into the state: nothing is done that did not succeed, nothing half-done is forgotten. */
export function recordStep(
  recorder: StateEntries,
  action: Action,
  result: StepResult | typeof cutOff,
  meant: Meant,
): void {
  const address = action.resource;
  const kind = meant.kinds.steps.get(action.name);
  // Refused before it was started: nothing can have changed.
  if (address === undefined || !kind || (result !== cutOff && result.attempts === 0)) return;
  const succeeded = result !== cutOff && result.outcome === "succeeded";
  if (meant.check) {
    if (result === cutOff) recorder.removeVerify(address);
    else recordCheck(recorder, address, succeeded, meant, meant.check);
    return;
  }
  // What they found was true of the thing before; should the run be cut off here, they are still to be run.
  for (const check of meant.waiting) recorder.removeVerify(check);
  if (kind.remove?.step !== action.name) {
    if (meant.desired) recordEnsure(recorder, address, action, result, meant, meant.desired);
    return;
  }
  const record = recorder.resource(address);
  if (succeeded) recorder.removeResource(address);
  else if (record) recorder.setResource(address, { ...record, status: undone(result) });
}

/** The checks that wait for a resource, by its address. */
export function checksBehind(ir: Ir): (address: string) => readonly string[] {
  // Checks of everything share one list of edges, and here one list of checks.
  const byEdges = new Map<readonly Edge[], string[]>();
  for (const verify of ir.verifies) append(byEdges, verify.dependsOn, verify.address);
  const groups = new Map<string, (readonly string[])[]>();
  for (const [edges, checks] of byEdges) for (const edge of edges) append(groups, edge.address, checks);
  return (address) => groups.get(address)?.flat() ?? [];
}

/** What leaves its address without a step: for the journal. */
export function relocationsOf({ changes }: Plan): readonly Relocated[] {
  return changes.flatMap(({ address, action, movedFrom }): Relocated[] => [
    ...(movedFrom === undefined ? [] : [{ type: "moved" as const, from: movedFrom, to: address }]),
    ...(action === "forget" ? [{ type: "forgotten" as const, address }] : []),
  ]);
}

/** What a plan leaves alone is known no longer. */
export function forget(recorder: StateRecorder, { changes }: Plan): void {
  for (const { address, action } of changes) if (action === "forget") recorder.removeResource(address);
}

const undone = (result: StepResult | typeof cutOff): ResourceRecord["status"] =>
  result === cutOff ? "unknown" : "tainted";

function recordCheck(
  recorder: StateEntries,
  address: string,
  succeeded: boolean,
  { kinds, given, artifacts }: Meant,
  check: VerifyIr,
): void {
  const { fingerprint } = verifyStep(kinds, check, given.kept);
  const status = succeeded ? "ok" : "failed";
  recorder.setVerify(address, { fingerprint, artifacts: { ...artifacts }, status });
}

function recordEnsure(
  recorder: StateEntries,
  address: string,
  action: Action,
  result: StepResult | typeof cutOff,
  meant: Meant,
  desired: Desired,
): void {
  const before = recorder.resource(address);
  if (result === cutOff || result.outcome !== "succeeded") {
    // The old inputs stay what is recorded, so that the next plan still shows the difference.
    const steps = before?.steps ?? {};
    const made = before ?? fresh(desired, meant.given);
    recorder.setResource(address, { ...made, steps, status: undone(result) });
    return;
  }
  const { id = action.name, name, args } = action;
  recorder.setResource(address, {
    ...fresh(desired, meant.given),
    outputs: { ...result.outputs },
    steps: {
      [actionId(action)]: { fingerprint: fingerprint({ id, name, args }), artifacts: { ...meant.artifacts } },
    },
    status: "ok",
  });
}

function fresh(desired: Desired, { inputs, used, kept, sources: read }: Given) {
  const computed = { ...used, ...kept };
  const sources = { ...desired.sources, ...read };
  return {
    kind: desired.kind,
    name: desired.name,
    inputs: { ...desired.inputs(), ...inputs },
    ...(Object.keys(sources).length > 0 && { sources }),
    ...(Object.keys(computed).length > 0 && { computed }),
    ...(desired.kept && { kept: { ...desired.kept } }),
    outputs: {},
    dependsOn: [...desired.dependsOn],
    ...(desired.definition && { definition: desired.definition }),
    steps: {},
    status: "ok" as const,
  };
}

/**
 * Brings what no step does into the state: who depends on whom, and checks that nothing in the files asks for any more. A
 * check goes with what it waits for.
 */
export function bringUpToDate(recorder: StateRecorder, { plan, analysis, desired }: Done): void {
  for (const { address, action } of plan.changes) {
    const record = recorder.resource(address);
    if (!record) continue;
    const wanted = (action === "none" || action === "move") && desired.get(address);
    if (wanted && !isUpToDate(record, wanted)) {
      const { definition } = wanted;
      recorder.setResource(address, {
        ...record,
        dependsOn: [...wanted.dependsOn],
        ...(definition && { definition }),
      });
    }
  }
  const isLeft = (address: string) => recorder.resource(address) !== undefined;
  const kept = analysis.ir.verifies.filter(
    (v) => !plan.destroy || (v.dependsOn.length > 0 && v.dependsOn.every((e) => isLeft(e.address))),
  );
  recorder.keepVerifies(new Set(kept.map((v) => v.address)));
}

function isUpToDate(record: ResourceRecord, wanted: Desired): boolean {
  const isSame = wanted.dependsOn.join("\n") === record.dependsOn.join("\n");
  return isSame && isSameDefinition(record.definition, wanted.definition);
}

/** What an apply was about. */
interface Done extends Assembled {
  readonly analysis: { readonly ir: Ir };
}
