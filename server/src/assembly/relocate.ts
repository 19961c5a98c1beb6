/**
 * The state under the addresses that things have now. What refers to an address (dependencies, references, environment names,
 * step ids, artifacts) moves along, so that a rename alone is no change of anything. All later stages see the state that comes
 * out of here, and `apply` writes it before the first step.
 */
import { kindOf, parseAddress } from "../intake/address.ts";
import { healthAddress } from "../intake/health-check.ts";
import type { Ir } from "../intake/ir.ts";
import { ownCheckAddress } from "../intake/own-check.ts";
import { computedName, runtimeName } from "../intake/runtime-names.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { Json } from "../intake/value.ts";
import type { ResourceRecord, State, VerifyRecord } from "../state/state.ts";
import { isRecord, parseReference } from "./arguments.ts";
import { type Destinations, destinations, nothingMoves } from "./destinations.ts";
import { keptDefaults } from "./kept.ts";
import { movedArtifact } from "./step-files.ts";
import { stepId } from "./steps.ts";

export interface Relocation {
  readonly state: State | undefined;
  /** Recorded addresses by present ones. */
  readonly former: ReadonlyMap<string, string>;
  readonly blocked: Destinations["blocked"];
  /** Present step ids by recorded ones. */
  readonly steps: ReadonlyMap<string, string>;
  /** Present paths of artifacts by recorded ones. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Present environment names by recorded ones. */
  readonly names: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();

export function relocate(state: State | undefined, ir: Ir): Relocation {
  const unmoved = { state, former: none, blocked: [], steps: none, artifacts: none, names: none };
  if (!state) return unmoved;
  const recorded = Object.keys(state.resources);
  const explicit = ir.moves.length === 0 ? nothingMoves : destinations(new Set(recorded), ir.moves);
  const moved = withImplied(recorded, explicit.moved, ir);
  if (moved.size === 0) return { ...unmoved, blocked: explicit.blocked };
  const checks = movedChecks(ir, moved, Object.keys(state.verifies));
  const steps = movedSteps(ir.kinds, moved, checks);
  const scope: Scope = {
    kinds: ir.kinds,
    moved,
    steps,
    artifacts: new Map(),
    names: movedNames(ir.kinds, moved),
  };
  return {
    state: {
      ...state,
      resources: mapEntries(state.resources, (address, record) => [
        moved.get(address) ?? address,
        movedRecord(scope, address, record),
      ]),
      verifies: mapEntries(state.verifies, (address, record) => [
        checks.get(address) ?? address,
        movedVerify(scope, address, record),
      ]),
    },
    former: new Map([...moved].map(([from, to]) => [to, from])),
    blocked: explicit.blocked,
    steps,
    artifacts: scope.artifacts,
    names: scope.names,
  };
}

/**
 * With Terraform, `service.web` becomes `service.web[0]` when it gets a `count`, and back when it loses it, without a word. Only
 * what the files no longer have can have moved so.
 */
function withImplied(
  recorded: readonly string[],
  explicit: ReadonlyMap<string, string>,
  ir: Ir,
): ReadonlyMap<string, string> {
  const declared = new Set(ir.resources.map((r) => r.address));
  const lost = recorded.filter((address) => !declared.has(explicit.get(address) ?? address));
  if (lost.length === 0) return explicit;
  const taken = new Set(recorded.map((address) => explicit.get(address) ?? address));
  const moved = new Map(explicit);
  for (const address of lost) {
    const at = explicit.get(address) ?? address;
    const target = at.endsWith("[0]") ? at.slice(0, -"[0]".length) : `${at}[0]`;
    if (declared.has(target) && !taken.has(target)) moved.set(address, target);
  }
  return moved;
}

interface Scope {
  readonly kinds: Kinds;
  readonly moved: ReadonlyMap<string, string>;
  readonly steps: ReadonlyMap<string, string>;
  /** Filled while records are moved. */
  readonly artifacts: Map<string, string>;
  readonly names: ReadonlyMap<string, string>;
}

function movedSteps(
  kinds: Kinds,
  moved: ReadonlyMap<string, string>,
  checks: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const steps = new Map<string, string>();
  for (const [from, to] of moved) {
    const kind = kinds.resources.get(kindOf(from));
    for (const step of kind ? [kind.ensure, ...(kind.remove ? [kind.remove.step] : [])] : [])
      steps.set(stepId(step, from), stepId(step, to));
  }
  for (const [from, to] of checks) {
    const kind = kinds.checks.get(parseAddress(from).kind);
    if (kind) steps.set(stepId(kind.ensure, from), stepId(kind.ensure, to));
  }
  return steps;
}

/** A resource's own check, such as a service's health check, moves along with it, and every check with its module. */
function movedChecks(
  ir: Ir,
  moved: ReadonlyMap<string, string>,
  checks: readonly string[],
): ReadonlyMap<string, string> {
  const recorded = new Set(checks);
  const own = [...moved]
    .flatMap(([from, to]) => [
      [healthAddress(from), healthAddress(to)] as const,
      [ownCheckAddress(from), ownCheckAddress(to)] as const,
    ])
    .filter(([from]) => recorded.has(from));
  return new Map([...destinations(recorded, ir.moves).moved, ...own]);
}

function movedNames(kinds: Kinds, moved: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [from, to] of moved) {
    const kind = kinds.resources.get(kindOf(from));
    if (!kind) continue;
    for (const { name } of kind.outputs)
      names.set(runtimeName(from, kind, name), runtimeName(to, kind, name));
    for (const { name } of kind.attributes) {
      const [before, after] = [stepId(kind.ensure, from), stepId(kind.ensure, to)];
      names.set(computedName(before, name), computedName(after, name));
    }
  }
  return names;
}

function movedRecord(scope: Scope, address: string, record: ResourceRecord): ResourceRecord {
  const { moved, names, kinds } = scope;
  const to = moved.get(address);
  const kept = to === undefined ? undefined : keptDefaults(kinds, address, record);
  const inputs = mapEntries(record.inputs, (name, value) => [name, movedReferences(moved, value)]);
  return {
    ...record,
    ...(to !== undefined && { name: parseAddress(to).name }),
    inputs: { ...inputs, ...kept },
    ...(kept && { kept }),
    ...(record.computed && {
      computed: mapEntries(record.computed, (name, value) => [names.get(name) ?? name, value]),
    }),
    dependsOn: record.dependsOn.map((on) => moved.get(on) ?? on),
    steps: mapEntries(record.steps, (id, step) => [
      scope.steps.get(id) ?? id,
      { ...step, artifacts: movedPaths(scope, id, step.artifacts) },
    ]),
  };
}

function movedVerify(scope: Scope, address: string, record: VerifyRecord): VerifyRecord {
  const kind = scope.kinds.checks.get(parseAddress(address).kind);
  if (!kind) return record;
  return { ...record, artifacts: movedPaths(scope, stepId(kind.ensure, address), record.artifacts) };
}

function movedPaths(
  { steps, artifacts }: Scope,
  id: string,
  paths: Readonly<Record<string, string>>,
): Record<string, string> {
  const to = steps.get(id);
  return mapEntries(paths, (path, hash) => {
    const target = to === undefined ? path : movedArtifact(path, id, to);
    if (target !== path) artifacts.set(path, target);
    return [target, hash];
  });
}

/** References among recorded inputs: `{"$ref": "service.web.url"}`. */
function movedReferences(moved: ReadonlyMap<string, string>, value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => movedReferences(moved, item));
  if (!isRecord(value)) return value;
  const reference = value["$ref"];
  if (typeof reference !== "string")
    return mapEntries(value, (name, field) => [name, movedReferences(moved, field)]);
  const { address, output } = parseReference(reference);
  const to = moved.get(address);
  return to === undefined ? value : { $ref: `${to}.${output}` };
}

function mapEntries<T>(
  object: { readonly [key: string]: T },
  change: (key: string, value: T) => readonly [string, T],
): { [key: string]: T } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => change(key, value)));
}
