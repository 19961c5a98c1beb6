/**
 * Assembly: what the files say (IR), what we believe exists (State) and, where somebody looked, what is really there
 * (observations) become changes and an ordered ActionList. Pure; knows nothing of compilers, files or clocks.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { compareAddresses } from "../intake/address.ts";
import type { Ir, ResourceIr, VerifyIr } from "../intake/ir.ts";
import { resourceKind, verifyKind } from "../intake/schema/kinds.ts";
import type { KindSchema } from "../intake/schema/schema.ts";
import type { Json, RuntimeReference } from "../intake/value.ts";
import type { Observation } from "../state/observation.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import { recordedInputs } from "./arguments.ts";
import { fingerprint } from "./canonical.ts";
import { attributeOf, diffInputs } from "./diff.ts";
import { findCycles, orderBy } from "./graph.ts";
import type { Change, FieldChange, Plan } from "./plan.ts";
import { type Desired, planSteps, verifyStep } from "./steps.ts";

export interface AssemblyInput {
  readonly ir: Ir;
  readonly state: State | undefined;
  /** sha256 of the local files and folders that attributes name, by address and attribute. */
  readonly sources: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What observers saw, by address; empty without `--refresh`. */
  readonly observations: ReadonlyMap<string, Observation>;
  /** sha256 of the artifacts that stand in build/, by path. */
  readonly artifacts: ReadonlyMap<string, string>;
  readonly destroy: boolean;
  /** Addresses to restrict the plan to, with what they depend on; empty for all. */
  readonly targets: readonly string[];
  /** Run every step, changed or not. */
  readonly force: boolean;
  /** Further things that decide the plan: facts. */
  readonly decidedBy: Json;
}

export interface Assembled {
  readonly plan: Plan;
  /** What is to be recorded once the steps of an address have succeeded. */
  readonly desired: ReadonlyMap<string, Desired>;
}

export function assemble(input: AssemblyInput): { value?: Assembled; diagnostics: Diagnostic[] } {
  const cycles = findCycles(input.ir);
  if (cycles.length > 0) return { diagnostics: cycles };
  const unknown = unknownTargets(input);
  if (unknown.length > 0) return { diagnostics: unknown };

  const selected = select(input);
  const desired = new Map<string, Desired>();
  const changes = input.destroy ? destroyAll(input, selected) : changesOf(input, selected, desired);
  const actions = planSteps(input, selected, changes, desired);
  const sorted = [...changes.values()].sort((a, b) => compareAddresses(a.address, b.address));
  const plan: Omit<Plan, "planId"> = { version: "1", destroy: input.destroy, changes: sorted, actions };
  return { value: { plan: { ...plan, planId: planId(input, plan, desired) }, desired }, diagnostics: [] };
}

function planId(
  input: AssemblyInput,
  plan: Omit<Plan, "planId">,
  desired: ReadonlyMap<string, Desired>,
): string {
  return fingerprint({
    decidedBy: input.decidedBy,
    state: input.state ? { lineage: input.state.lineage, serial: input.state.serial } : null,
    desired: [...desired]
      .sort(([a], [b]) => compareAddresses(a, b))
      .map(([address, d]) => [address, d.inputs, d.sources]),
    artifacts: Object.fromEntries([...input.artifacts].sort(([a], [b]) => (a < b ? -1 : 1))),
    changes: plan.changes.map((c) => [c.address, c.action, c.reason]),
    actions: plan.actions as unknown as Json,
    destroy: plan.destroy,
  });
}

function unknownTargets(input: AssemblyInput): Diagnostic[] {
  const known = new Set([
    ...input.ir.resources.map((r) => r.address),
    ...input.ir.verifies.map((v) => v.address),
    ...Object.keys(input.state?.resources ?? {}),
  ]);
  return input.targets
    .filter((t) => !known.has(t))
    .map((t) =>
      diagnostic("unknown-target", `Nothing in the stack or its state has the address "${t}"`, {
        hint: didYouMean(t, known),
      }),
    );
}

/** The addresses a plan is about: all, or the targets with everything they depend on (when destroying: with what depends on them). */
function select(input: AssemblyInput): (address: string) => boolean {
  if (input.targets.length === 0) return () => true;
  const edges = new Map<string, string[]>();
  const add = (from: string, to: string) => edges.set(from, [...(edges.get(from) ?? []), to]);
  for (const node of [...input.ir.resources, ...input.ir.verifies]) {
    for (const edge of node.dependsOn)
      input.destroy ? add(edge.address, node.address) : add(node.address, edge.address);
  }
  for (const [address, record] of Object.entries(input.state?.resources ?? {})) {
    for (const on of record.dependsOn) input.destroy ? add(on, address) : add(address, on);
  }
  const selected = new Set<string>();
  const queue = [...input.targets];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (selected.has(address)) continue;
    selected.add(address);
    queue.push(...(edges.get(address) ?? []));
  }
  return (address) => selected.has(address);
}

function destroyAll(input: AssemblyInput, selected: (address: string) => boolean): Map<string, Change> {
  const addresses = Object.keys(input.state?.resources ?? {}).filter(selected);
  return new Map(
    addresses.map((address) => [
      address,
      { address, action: "delete", reason: "the stack is destroyed", fields: [] },
    ]),
  );
}

function changesOf(
  input: AssemblyInput,
  selected: (address: string) => boolean,
  desired: Map<string, Desired>,
): Map<string, Change> {
  const recorded = input.state?.resources ?? {};
  const resources = new Map(input.ir.resources.map((r) => [r.address, r]));
  const changes = new Map<string, Change>();
  const order = orderBy(
    [...resources.keys()],
    (address) => (resources.get(address)?.dependsOn ?? []).map((e) => e.address),
    compareAddresses,
  );
  for (const address of order) {
    const resource = resources.get(address);
    if (!resource || !selected(address)) continue;
    const record = Object.hasOwn(recorded, address) ? recorded[address] : undefined;
    const wanted = desire(input, resource);
    desired.set(address, wanted);
    changes.set(address, changeOf(input, resource, wanted, record, changes));
  }
  for (const address of Object.keys(recorded)) {
    if (resources.has(address) || !selected(address)) continue;
    changes.set(address, { address, action: "delete", reason: "no longer in the files", fields: [] });
  }
  for (const verify of input.ir.verifies) {
    if (!selected(verify.address)) continue;
    const change = verifyChange(input, verify, changes);
    changes.set(verify.address, change);
  }
  return changes;
}

function desire(input: AssemblyInput, resource: ResourceIr): Desired {
  const inputs = recordedInputs(resource.attributes, (attribute) =>
    evaluateRecorded(input, resource, attribute),
  );
  return {
    kind: resource.kind,
    name: resource.name,
    inputs,
    sources: input.sources.get(resource.address) ?? {},
    dependsOn: resource.dependsOn.map((e) => e.address),
  };
}

/** The value that an attribute has with the run-time values of the last apply; undefined when one of them is not known. */
function evaluateRecorded(input: AssemblyInput, resource: ResourceIr, attribute: string): Json | undefined {
  const known = recordedOutputs(input.state);
  const { value } = resource.evaluate(attribute, known);
  if (!value) return undefined;
  const recorded = recordedInputs(new Map([[attribute, value]]), () => undefined)[attribute];
  return recorded;
}

/** Looks run-time values up in the state. */
export function recordedOutputs(
  state: State | undefined,
): (reference: RuntimeReference) => string | undefined {
  return ({ address, output }) => {
    const outputs =
      state && Object.hasOwn(state.resources, address) ? state.resources[address]?.outputs : undefined;
    return outputs && Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  };
}

function changeOf(
  input: AssemblyInput,
  resource: ResourceIr,
  wanted: Desired,
  record: ResourceRecord | undefined,
  changes: ReadonlyMap<string, Change>,
): Change {
  const { address } = resource;
  const kind = kindSchema(resource.kind);
  if (!record) {
    return { address, action: "create", reason: "not in the state", fields: diffInputs({}, wanted.inputs) };
  }
  const fields = diffInputs(record.inputs, wanted.inputs);
  const change = (action: Change["action"], reason: string): Change => ({ address, action, reason, fields });
  const observation = input.observations.get(address);
  const replaced = mustReplace(kind, fields);
  if (replaced) return change("replace", `${replaced} changed, which cannot be done in place`);
  if (observation?.status === "gone") return change("create", observation.detail);
  if (record.status === "tainted") return change("update", "its last run did not succeed");
  if (fields.length > 0) return change("update", `${list(new Set(fields.map(attributeOf)))} changed`);
  const source = changedSource(record, wanted);
  if (source) return change("update", `the content of ${source} changed`);
  const tracked = changedUpstream(resource, kind, changes);
  if (tracked) return change("update", `${tracked} changes`);
  if (observation?.status === "changed" || observation?.status === "foreign")
    return change("update", observation.detail);
  if (isEdited(input, record, kind)) return change("update", "artifact edited");
  if (input.force) return change("update", "forced");
  return change("none", "as recorded");
}

function kindSchema(name: string): KindSchema {
  const kind = resourceKind.get(name);
  if (!kind) throw new Error(`no kind ${name}`);
  return kind;
}

function list(names: ReadonlySet<string>): string {
  const all = [...names];
  return all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", ");
}

function mustReplace(kind: KindSchema, fields: readonly FieldChange[]): string | undefined {
  const changed = new Set(fields.map(attributeOf));
  const becomesAnother = kind.oneOf
    ?.flat()
    .find((name) => fields.some((f) => f.path === name && f.before === undefined));
  return kind.attributes.find((a) => a.replace && changed.has(a.name))?.name ?? becomesAnother;
}

function changedSource(record: ResourceRecord, wanted: Desired): string | undefined {
  return Object.keys(wanted.sources).find(
    (attribute) => record.sources?.[attribute] !== wanted.sources[attribute],
  );
}

/** The resource behind a tracking attribute (an image's context, a service's image), if this plan changes it. */
function changedUpstream(
  resource: ResourceIr,
  kind: KindSchema,
  changes: ReadonlyMap<string, Change>,
): string | undefined {
  return resource.dependsOn.find((edge) => {
    const tracks = kind.attributes.find((a) => a.name === edge.attribute)?.tracks === true;
    return tracks && (changes.get(edge.address)?.action ?? "none") !== "none";
  })?.address;
}

/** Whether an artifact that stands in build/ is not the one that last ran successfully. */
function isEdited(input: AssemblyInput, record: ResourceRecord, kind: KindSchema): boolean {
  return Object.entries(record.steps)
    .filter(([id]) => id.startsWith(`${kind.ensure}.`) || id.includes(`.${kind.ensure}.`))
    .some(([, step]) => editedArtifact(input.artifacts, step.artifacts));
}

function editedArtifact(
  present: ReadonlyMap<string, string>,
  ran: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(ran).some(([path, hash]) => (present.get(path) ?? hash) !== hash);
}

function verifyChange(input: AssemblyInput, verify: VerifyIr, changes: ReadonlyMap<string, Change>): Change {
  const { address } = verify;
  const records = input.state?.verifies ?? {};
  const record = Object.hasOwn(records, address) ? records[address] : undefined;
  const change = (action: Change["action"], reason: string): Change => ({
    address,
    action,
    reason,
    fields: [],
  });
  if (!verifyKind.has(verify.kind)) throw new Error(`no verify kind ${verify.kind}`);
  if (!record) return change("create", "not run yet");
  const waitsFor = verify.dependsOn.find((e) => (changes.get(e.address)?.action ?? "none") !== "none");
  if (waitsFor) return change("update", `${waitsFor.address} changes`);
  if (record.fingerprint !== verifyStep(verify).fingerprint) return change("update", "the check changed");
  if (record.status === "failed") return change("update", "its last run failed");
  if (editedArtifact(input.artifacts, record.artifacts)) return change("update", "artifact edited");
  if (input.force) return change("update", "forced");
  return change("none", "passed");
}
