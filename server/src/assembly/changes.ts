/** What has to happen to each resource and check: the files against the state, and what observers saw. */
import { compareAddresses, isUnder, kindOf } from "../intake/address.ts";
import type { ResourceIr, VerifyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { KindSchema } from "../intake/schema/schema.ts";
import { isSecretReference, type Json, type RuntimeReference } from "../intake/value.ts";
import type { Observation } from "../state/observation.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import { isArgument, needsComputing, referenceName, referencesIn, trackedReferences } from "./arguments.ts";
import type { AssemblyInput } from "./assemble.ts";
import { evaluateComputed, sealingOf } from "./computed.ts";
import { definitionOf, removalStep } from "./definition.ts";
import { attributeOf, diffInputs } from "./diff.ts";
import { orderBy } from "./graph.ts";
import { ignores } from "./ignore.ts";
import { lazy } from "./lazy.ts";
import { type Change, type Decision, type FieldChange, hasSteps } from "./plan.ts";
import { recordedInputs } from "./recorded.ts";
import { type Desired, type Inputs, verifyStep } from "./steps.ts";
import { triggeredBy } from "./triggers.ts";

export function destroyAll(input: Located, selected: (address: string) => boolean): Map<string, Decision> {
  const addresses = Object.keys(input.state?.resources ?? {}).filter(selected);
  return new Map(addresses.map((address) => [address, removalOf(input, address, "the stack is destroyed")]));
}

/** With the former addresses of what has moved. */
export interface Located extends AssemblyInput {
  readonly former: ReadonlyMap<string, string>;
}

/** What the files no longer have goes, unless a `removed` block says to leave it alone. */
function removalOf(input: Located, address: string, otherwise: string): Change {
  const { ir, former } = input;
  const removal = ir.removals.find(({ from }) => isUnder(address, from, !from.endsWith("]")));
  const record = input.state?.resources[address];
  const isLeft = removal?.destroy === false;
  const hasNoStep = record !== undefined && !removalStep(ir.kinds, record);
  const movedFrom = former.get(address);
  const reason = removal
    ? `a removed block ${removal.destroy ? "names it" : "leaves it as it is"}`
    : movedFrom === undefined
      ? otherwise
      : `${movedFrom} has moved here, and the files do not have this`;
  return {
    address,
    action: isLeft || hasNoStep ? "forget" : "delete",
    reason: hasNoStep && !isLeft ? `${reason}; its kind has no script to remove it` : reason,
    fields: [],
    ...(movedFrom !== undefined && { movedFrom }),
  };
}

export function changesOf(
  input: Located,
  selected: (address: string) => boolean,
  desired: Map<string, Desired>,
): Map<string, Decision> {
  const recorded = input.state?.resources ?? {};
  const resources = new Map(input.ir.resources.map((r) => [r.address, r]));
  const changes = new Map<string, Decision>();
  for (const resource of upstreamFirst(input)) {
    const { address } = resource;
    if (!selected(address)) continue;
    const record = Object.hasOwn(recorded, address) ? recorded[address] : undefined;
    const wanted = desire(input, resource);
    desired.set(address, wanted);
    changes.set(address, located(input, changeOf(input, resource, wanted, record, changes)));
  }
  for (const address of Object.keys(recorded)) {
    if (resources.has(address) || !selected(address)) continue;
    changes.set(address, removalOf(input, address, "no longer in the files"));
  }
  for (const verify of input.ir.verifies) {
    if (!selected(verify.address)) continue;
    const change = verifyChange(input, verify, changes);
    changes.set(verify.address, change);
  }
  return changes;
}

/** A change that is nothing but a move is one all the same. */
function located({ former }: Located, change: Decision): Decision {
  const movedFrom = former.get(change.address);
  if (movedFrom === undefined) return change;
  if (change.action !== "none") return { ...change, movedFrom };
  return { ...change, action: "move", reason: `from ${movedFrom}`, movedFrom };
}

/** What a resource refers to comes before it, because its change depends on theirs. What is new depends on none. */
function upstreamFirst({ ir, state }: AssemblyInput): readonly ResourceIr[] {
  if (Object.keys(state?.resources ?? {}).length === 0) return ir.resources;
  const resources = new Map(ir.resources.map((r) => [r.address, r]));
  const order = orderBy(
    [...resources.keys()],
    (address) => (resources.get(address)?.dependsOn ?? []).map((e) => e.address),
    compareAddresses,
  );
  return order.flatMap((address) => resources.get(address) ?? []);
}

function desire(input: AssemblyInput, resource: ResourceIr): Desired {
  // A plan of new things is printed as JSON without them.
  const inputs = lazy(() => inputsOf(input, resource));
  const definition = definitionOf(kindSchema(input.ir.kinds, resource.kind));
  return {
    kind: resource.kind,
    name: resource.name,
    inputs,
    sources: sourcesOf(input, resource),
    ...keptOf(input, resource),
    dependsOn: resource.dependsOn.map((e) => e.address),
    ...(definition && { definition }),
  };
}

function recordOf({ state }: AssemblyInput, { address }: ResourceIr): ResourceRecord | undefined {
  return state && Object.hasOwn(state.resources, address) ? state.resources[address] : undefined;
}

/** An ignored attribute's file or folder is the one that was read. */
function sourcesOf(input: AssemblyInput, resource: ResourceIr): Desired["sources"] {
  const sources = input.sources.get(resource.address) ?? {};
  if (resource.lifecycle?.ignoreChanges === undefined) return sources;
  const recorded = recordOf(input, resource)?.sources ?? {};
  return Object.fromEntries(
    Object.entries(sources).map(([name, hash]) => [
      name,
      ignores(resource, name) ? (recorded[name] ?? hash) : hash,
    ]),
  );
}

/** What the files say themselves is kept no longer. */
function keptOf(input: AssemblyInput, resource: ResourceIr): Pick<Desired, "kept"> {
  const kept = Object.entries(recordOf(input, resource)?.kept ?? {});
  const left = kept.filter(([name]) => !resource.attributeSpans.has(name));
  return left.length > 0 ? { kept: Object.fromEntries(left) } : {};
}

function inputsOf(input: AssemblyInput, resource: ResourceIr): Inputs {
  const kind = kindSchema(input.ir.kinds, resource.kind);
  const own = new Map(
    [...resource.attributes].filter(([name]) =>
      kind.attributes.some((a) => a.name === name && isArgument(a)),
    ),
  );
  const sealing = sealingOf(resource, input.seal);
  return recordedInputs(own, (attribute) => evaluateRecorded(input, resource, attribute), sealing);
}

/** The value that an attribute has with the run-time values of the last apply; undefined when one of them is not known. */
function evaluateRecorded(input: AssemblyInput, resource: ResourceIr, attribute: string): Json | undefined {
  const known = recordedOutputs(input.state);
  const { value } = resource.evaluate(attribute, known);
  if (!value) return undefined;
  return recordedInputs(new Map([[attribute, value]]), () => undefined, sealingOf(resource, input.seal))[
    attribute
  ];
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
  changes: ReadonlyMap<string, Decision>,
): Decision {
  const { address } = resource;
  const kind = kindSchema(input.ir.kinds, resource.kind);
  if (!record) {
    return { address, action: "create", reason: "not in the state" };
  }
  const fields = diffInputs(record.inputs, wanted.inputs());
  const change = (action: Change["action"], reason: string): Change => ({ address, action, reason, fields });
  const observation = input.observations.get(address);
  const moved = movedAttributes(input, resource, kind, record, changes);
  const replaced = mustReplace(kind, fields);
  const follows = kind.attributes.find((a) => a.replace && moved.has(a.name));
  if (replaced) return change("replace", `${replaced} changed, which cannot be done in place`);
  if (follows)
    return change("replace", `${moved.get(follows.name)}, and ${follows.name} cannot be changed in place`);
  if (observation?.status === "gone") return change("create", observation.detail);
  const trigger = triggeredBy(
    resource,
    changes,
    (t, output) => mayChange(input.ir.kinds, { address: t.address, output }, changes),
    input.ir.kinds,
  );
  if (trigger !== undefined) return change("replace", `${trigger} changes, which replaces it`);
  if (record.status === "tainted") return change("update", "its last run did not succeed");
  if (record.status === "unknown") return change("update", cutOffClause(observation));
  if (fields.length > 0) return change("update", `${list(new Set(fields.map(attributeOf)))} changed`);
  const source = changedSource(record, wanted);
  if (source) return change("update", `the content of ${source} changed`);
  if (record.definition?.made !== wanted.definition?.made)
    return change("update", `the kind ${kind.name} changed`);
  const tracked = changedUpstream(resource, kind, changes);
  if (tracked) return change("update", `${tracked} changes`);
  const remade = trackedReferences(input.ir.kinds, kind, resource.dependsOn).find((r) =>
    hasChanged(input, r, record),
  );
  const clause = remade ? `${remade.address} has changed` : [...moved.values()][0];
  if (clause !== undefined) return change("update", clause);
  if (observation?.status === "changed" || observation?.status === "foreign")
    return change("update", observation.detail);
  if (isEdited(input, record, kind)) return change("update", "artifact edited");
  if (input.force) return change("update", "forced");
  return change("none", "as recorded");
}

/** Whether a step that was cut off was done, nobody knows: what was seen is said, and the step, which can be repeated, is. */
function cutOffClause(observation: Observation | undefined): string {
  const clause = "its last run was cut off";
  if (observation === undefined) return clause;
  if (observation.status === "ok") return `${clause}, and what is there is as recorded`;
  return `${clause}: ${observation.detail}`;
}

function kindSchema(kinds: Kinds, name: string): KindSchema {
  const kind = kinds.resources.get(name);
  if (!kind) throw new Error(`no kind ${name}`);
  return kind;
}

function list(names: ReadonlySet<string>): string {
  const all = [...names];
  return all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", ");
}

function mustReplace(kind: KindSchema, fields: readonly FieldChange[]): string | undefined {
  const changed = new Set(fields.map(attributeOf));
  const anotherForm = kind.forms?.find((name) =>
    fields.some((f) => f.path === name && f.before === undefined),
  );
  return kind.attributes.find((a) => a.replace && changed.has(a.name))?.name ?? anotherForm;
}

/**
 * The attributes whose run-time values become others in this plan, or have since the thing was told of them (a run was cut
 * off, or had other targets), each with the clause that says so.
 */
function movedAttributes(
  input: AssemblyInput,
  resource: ResourceIr,
  kind: KindSchema,
  record: ResourceRecord,
  changes: ReadonlyMap<string, Decision>,
): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  for (const [name, value] of resource.attributes) {
    if (!kind.attributes.some((a) => a.name === name && isArgument(a)) || ignores(resource, name)) continue;
    const references = needsComputing(value) ? referencesBehind(resource, name) : referencesIn(value);
    const cause = references.find((reference) => mayChange(input.ir.kinds, reference, changes));
    const past = references.find((reference) => hasChanged(input, reference, record));
    if (cause) moved.set(name, `${cause.address} changes`);
    else if (past) moved.set(name, `${past.address} has changed`);
  }
  return moved;
}

/** Whether a run-time value is another one than the thing was made with. */
function hasChanged(
  input: AssemblyInput,
  reference: RuntimeReference,
  { computed }: ResourceRecord,
): boolean {
  const name = referenceName(input.ir.kinds, reference);
  const now = recordedOutputs(input.state)(reference);
  return (
    now !== undefined && computed !== undefined && Object.hasOwn(computed, name) && computed[name] !== now
  );
}

/** The run-time values that the evaluation of an attribute asks for. */
function referencesBehind(resource: ResourceIr, attribute: string): readonly RuntimeReference[] {
  const asked: RuntimeReference[] = [];
  resource.evaluate(attribute, (reference) => {
    if (!isSecretReference(reference)) asked.push(reference);
    return undefined;
  });
  return asked;
}

function mayChange(
  kinds: Kinds,
  { address, output }: RuntimeReference,
  changes: ReadonlyMap<string, Decision>,
): boolean {
  const change = changes.get(address);
  if (!change || !hasSteps(change)) return false;
  const kind = kinds.resources.get(kindOf(address));
  const follows = kind?.outputs.find((o) => o.name === output)?.follows;
  if (change.action === "replace" || !follows) return true;
  // All of what is new changes.
  return !change.fields || change.fields.some((field) => follows.includes(attributeOf(field)));
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
  changes: ReadonlyMap<string, Decision>,
): string | undefined {
  return resource.dependsOn.find((edge) => {
    const tracks = kind.attributes.find((a) => a.name === edge.attribute)?.tracks === true;
    return tracks && hasSteps(changes.get(edge.address));
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

function verifyChange(
  input: AssemblyInput,
  verify: VerifyIr,
  changes: ReadonlyMap<string, Decision>,
): Change {
  const { address } = verify;
  const records = input.state?.verifies ?? {};
  const record = Object.hasOwn(records, address) ? records[address] : undefined;
  const change = (action: Change["action"], reason: string): Change => ({
    address,
    action,
    reason,
    fields: [],
  });
  if (!input.ir.kinds.checks.has(verify.kind)) throw new Error(`no verify kind ${verify.kind}`);
  if (!record) return change("create", "not run yet");
  const waitsFor = verify.dependsOn.find((e) => hasSteps(changes.get(e.address)));
  if (waitsFor) return change("update", `${waitsFor.address} changes`);
  if (record.fingerprint !== plannedFingerprint(input, verify)) return change("update", "the check changed");
  if (record.status === "failed") return change("update", "its last run failed");
  if (editedArtifact(input.artifacts, record.artifacts)) return change("update", "artifact edited");
  if (input.force) return change("update", "forced");
  return change("none", "passed");
}

/** A check's fingerprint with the run-time values of the last apply. */
function plannedFingerprint(input: AssemblyInput, verify: VerifyIr): string {
  const { kinds } = input.ir;
  const { action } = verifyStep(kinds, verify);
  const { kept } = evaluateComputed(kinds, verify, action, recordedOutputs(input.state), input.seal);
  return verifyStep(kinds, verify, kept).fingerprint;
}
