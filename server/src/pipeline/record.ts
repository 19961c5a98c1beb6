import { type Action, actionId } from "../assembly/actions.ts";
import { fingerprint } from "../assembly/canonical.ts";
import { type Desired, verifyStep } from "../assembly/steps.ts";
import type { StepResult } from "../forge/run.ts";
import type { VerifyIr } from "../intake/ir.ts";
import { kindOfStep } from "../intake/schema/kinds.ts";
import type { Json } from "../intake/value.ts";
import type { StateRecorder } from "../state/record.ts";

/** What was meant by a step that has run. */
export interface Meant {
  readonly desired: Desired | undefined;
  readonly check: VerifyIr | undefined;
  /** Arguments that the core evaluated, by environment name. */
  readonly computed: Readonly<Record<string, string>>;
  /** sha256 of the step's artifacts, by path. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** Enters a step's result into the state: nothing is done that did not succeed, nothing half-done is forgotten. */
export function recordStep(recorder: StateRecorder, action: Action, result: StepResult, meant: Meant): void {
  const address = action.resource;
  const kind = kindOfStep.get(action.name);
  // Refused before it was started: nothing can have changed.
  if (address === undefined || !kind || result.attempts === 0) return;
  const succeeded = result.outcome === "succeeded";
  if (meant.check) {
    const { fingerprint: checkFingerprint } = verifyStep(meant.check);
    const status = succeeded ? "ok" : "failed";
    recorder.setVerify(address, { fingerprint: checkFingerprint, artifacts: { ...meant.artifacts }, status });
  } else if (kind.remove?.step === action.name) recordRemoval(recorder, address, succeeded);
  else if (meant.desired) recordEnsure(recorder, address, action, result, meant, meant.desired);
}

function recordRemoval(recorder: StateRecorder, address: string, succeeded: boolean): void {
  const record = recorder.resource(address);
  if (succeeded) recorder.removeResource(address);
  else if (record) recorder.setResource(address, { ...record, status: "tainted" });
}

function recordEnsure(
  recorder: StateRecorder,
  address: string,
  action: Action,
  result: StepResult,
  meant: Meant,
  desired: Desired,
): void {
  const before = recorder.resource(address);
  if (result.outcome !== "succeeded") {
    // The old inputs stay what is recorded, so that the next plan still shows the difference.
    const steps = before?.steps ?? {};
    const made = before ?? fresh(desired, inputsWith(desired, action, meant.computed));
    recorder.setResource(address, { ...made, steps, status: "tainted" });
    return;
  }
  const { id = action.name, name, args } = action;
  recorder.setResource(address, {
    ...fresh(desired, inputsWith(desired, action, meant.computed)),
    ...(Object.keys(meant.computed).length > 0 && { computed: { ...meant.computed } }),
    outputs: { ...result.outputs },
    steps: {
      [actionId(action)]: { fingerprint: fingerprint({ id, name, args }), artifacts: { ...meant.artifacts } },
    },
    status: "ok",
  });
}

function fresh(desired: Desired, inputs: Readonly<Record<string, Json>>) {
  return {
    kind: desired.kind,
    name: desired.name,
    inputs: { ...inputs },
    ...(Object.keys(desired.sources).length > 0 && { sources: { ...desired.sources } }),
    outputs: {},
    dependsOn: [...desired.dependsOn],
    steps: {},
    status: "ok" as const,
  };
}

/** The inputs with the values that were evaluated for this run in place of pending ones. */
function inputsWith(
  desired: Desired,
  action: Action,
  computed: Readonly<Record<string, string>>,
): Readonly<Record<string, Json>> {
  const inputs: Record<string, Json> = { ...desired.inputs };
  for (const [argument, name] of Object.entries(action.args)) {
    const attribute = argument.replace(/Var$/, "");
    const value = typeof name === "string" ? computed[name] : undefined;
    if (value !== undefined && attribute !== argument)
      inputs[attribute] = { $computed: parsed(inputs[attribute], value) };
  }
  return inputs;
}

/** As the plan would have recorded it: strings are carried as they are, other values as JSON. */
function parsed(planned: Json | undefined, text: string): Json {
  const isString =
    typeof planned === "object" &&
    planned !== null &&
    "$computed" in planned &&
    typeof planned["$computed"] === "string";
  if (isString) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
