/** From changes to the ordered ActionList: which steps, what each needs, and in which order. */
import { compareAddresses } from "../intake/address.ts";
import type { ResourceIr, VerifyIr } from "../intake/ir.ts";
import { runtimeName } from "../intake/runtime-names.ts";
import { resourceKind, verifyKind } from "../intake/schema/kinds.ts";
import type { KindSchema, Phase } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import type { ResourceRecord } from "../state/state.ts";
import { type Action, type ActionList, actionId } from "./actions.ts";
import { kindOf, removalArguments, stepArguments } from "./arguments.ts";
import type { AssemblyInput } from "./assemble.ts";
import { fingerprint } from "./canonical.ts";
import { orderBy } from "./graph.ts";
import type { Change } from "./plan.ts";

/** What the state will say of a resource once its steps have succeeded. */
export interface Desired {
  readonly kind: string;
  readonly name: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly sources: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
}

/** A step before it is ordered. */
interface Draft {
  readonly action: Action;
  /** Of a removal that frees something: just before the step that claims it. */
  phase: number;
  readonly address: string;
  readonly claims: readonly string[];
  readonly needs: Set<string>;
}

const phases: Readonly<Record<Phase | "remove", number>> = {
  fetch: 0,
  build: 1,
  ensure: 2,
  verify: 3,
  remove: 4,
};

export function planSteps(
  input: AssemblyInput,
  selected: (address: string) => boolean,
  changes: ReadonlyMap<string, Change>,
  desired: ReadonlyMap<string, Desired>,
): ActionList {
  const ensures = new Map<string, Draft>();
  const removals = new Map<string, Draft>();
  const records = input.state?.resources ?? {};
  for (const change of changes.values()) {
    const record = Object.hasOwn(records, change.address) ? records[change.address] : undefined;
    if (record && (change.action === "delete" || change.action === "replace")) {
      removals.set(change.address, removalDraft(change.address, record));
    }
  }
  for (const resource of input.destroy ? [] : input.ir.resources) {
    const action = changes.get(resource.address)?.action ?? "none";
    if (action !== "none" && action !== "delete")
      ensures.set(resource.address, ensureDraft(resource, desired));
  }
  for (const verify of input.destroy ? [] : input.ir.verifies) {
    if (selected(verify.address) && changes.get(verify.address)?.action !== "none") {
      ensures.set(verify.address, verifyDraft(verify));
    }
  }
  linkEnsures(input, ensures);
  linkRemovals(input, ensures, removals);
  return order([...ensures.values(), ...removals.values()]);
}

function ensureDraft(resource: ResourceIr, desired: ReadonlyMap<string, Desired>): Draft {
  const kind = resourceKind.get(resource.kind);
  if (!kind) throw new Error(`no kind ${resource.kind}`);
  const id = stepId(kind.ensure, resource.address);
  const { args, uses } = stepArguments(id, kind, resource.attributes);
  const provides = providedNames(kind, resource.address, new Set(resource.attributes.keys()));
  return {
    action: {
      name: kind.ensure,
      args,
      id,
      ...(uses.length > 0 && { uses: [...uses] }),
      ...(Object.keys(provides).length > 0 && { provides }),
      resource: resource.address,
      ...limits(resource),
    },
    phase: phases[kind.phase],
    address: resource.address,
    claims: claimsOf(kind, desired.get(resource.address)?.inputs ?? {}),
    needs: new Set(),
  };
}

/** The outputs of a resource with these attributes, and the variables that carry them. */
export function providedNames(
  kind: KindSchema,
  address: string,
  set: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(
    kind.outputs
      .filter((o) => o.needs === undefined || set.has(o.needs))
      .map((o) => [o.name, runtimeName(address, kind, o.name)]),
  );
}

/** A check's step alone: for `clockwork verify`, and to see whether the check was edited. */
export function verifyStep(verify: VerifyIr): { readonly action: Action; readonly fingerprint: string } {
  const { action } = verifyDraft(verify);
  return {
    action,
    fingerprint: fingerprint({
      id: actionId(action),
      name: action.name,
      args: action.args,
      retries: action.retries ?? null,
    }),
  };
}

function verifyDraft(verify: VerifyIr): Draft {
  const kind = verifyKind.get(verify.kind);
  if (!kind) throw new Error(`no verify kind ${verify.kind}`);
  const id = stepId(kind.ensure, verify.address);
  const { args, uses } = stepArguments(id, kind, verify.attributes);
  return {
    action: {
      name: kind.ensure,
      args,
      id,
      ...(uses.length > 0 && { uses: [...uses] }),
      resource: verify.address,
      ...limits(verify),
    },
    phase: phases.verify,
    address: verify.address,
    claims: [],
    needs: new Set(),
  };
}

function removalDraft(address: string, record: ResourceRecord): Draft {
  const kind = resourceKind.get(record.kind);
  if (!kind?.remove) throw new Error(`${record.kind} cannot be removed`);
  const { args, uses } = removalArguments(record, kind.remove.args);
  return {
    action: {
      name: kind.remove.step,
      args,
      id: stepId(kind.remove.step, address),
      ...(uses.length > 0 && { uses: [...uses] }),
      resource: address,
    },
    phase: phases.remove,
    address,
    claims: claimsOf(kind, record.inputs),
    needs: new Set(),
  };
}

function limits(node: ResourceIr | VerifyIr): Pick<Action, "timeout" | "retries"> {
  return {
    ...(node.timeoutMs !== undefined && { timeout: node.timeoutMs / 1000 }),
    ...(node.retries !== undefined && { retries: node.retries }),
  };
}

/** `ensure_service` and `module.m.service.web["eu"]` give `module.m.ensure_service.web["eu"]`. */
export function stepId(step: string, address: string): string {
  const kind = kindOf(address);
  const prefix = /^(?:module\.[^.]+\.)*/.exec(address)?.[0] ?? "";
  const rest = address.slice(prefix.length + kind.length + 1);
  return kind === "verify"
    ? `${prefix}${step}.${rest.slice(rest.indexOf(".") + 1)}`
    : `${prefix}${step}.${rest}`;
}

/** What only one step can hold at a time, as `space:value`. */
function claimsOf(kind: KindSchema, inputs: { readonly [name: string]: Json }): string[] {
  return kind.claims.flatMap(({ space, attribute }) => {
    const value = inputs[attribute];
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]).map((item: Json) => `${space}:${claimKey(space, item)}`);
  });
}

function claimKey(space: string, value: Json): string {
  if (space === "port" && typeof value === "object" && value !== null && !Array.isArray(value)) {
    const port = value as { readonly [name: string]: Json };
    return `${String(port["external"])}/${String(port["protocol"] ?? "tcp")}`;
  }
  return typeof value === "string" ? value.replace(/^\.\//, "") : JSON.stringify(value);
}

/** An ensure or verify needs the steps of what it depends on, also through resources that have no step in this plan. */
function linkEnsures(input: AssemblyInput, ensures: ReadonlyMap<string, Draft>): void {
  const nodes = new Map([...input.ir.resources, ...input.ir.verifies].map((n) => [n.address, n]));
  const memo = new Map<string, ReadonlySet<string>>();
  /** Ids of the nearest steps behind an address. */
  const stepsBehind = (address: string, isHealth: boolean): ReadonlySet<string> => {
    const draft = ensures.get(address);
    if (draft) {
      const health = isHealth ? undefined : ensures.get(healthAddress(address));
      return new Set([actionId(draft.action), ...(health ? [actionId(health.action)] : [])]);
    }
    const known = memo.get(address);
    if (known) return known;
    const found = new Set<string>();
    memo.set(address, found);
    for (const edge of nodes.get(address)?.dependsOn ?? []) {
      for (const id of stepsBehind(edge.address, false)) found.add(id);
    }
    return found;
  };
  for (const draft of ensures.values()) {
    const own = actionId(draft.action);
    for (const edge of nodes.get(draft.address)?.dependsOn ?? []) {
      const isHealth = draft.address === healthAddress(edge.address);
      for (const id of stepsBehind(edge.address, isHealth)) if (id !== own) draft.needs.add(id);
    }
  }
}

/** The address of the check that a service's `health_check` block becomes. */
export function healthAddress(service: string): string {
  return service.replace(/(^|\.)service\.([^.]+)$/, "$1verify.http.$2.health");
}

/**
 * A removal waits for the removals of its dependants, and for the ensures of those that no longer depend on it, unless it
 * frees something that a step of this plan claims: then that step waits for the removal.
 */
function linkRemovals(
  input: AssemblyInput,
  ensures: ReadonlyMap<string, Draft>,
  removals: ReadonlyMap<string, Draft>,
): void {
  const records = input.state?.resources ?? {};
  const claimants = new Map<string, Draft[]>();
  for (const draft of ensures.values()) {
    for (const claim of draft.claims) claimants.set(claim, [...(claimants.get(claim) ?? []), draft]);
  }
  const dependants = new Map<string, string[]>();
  for (const [dependant, record] of Object.entries(records)) {
    for (const on of record.dependsOn) dependants.set(on, [...(dependants.get(on) ?? []), dependant]);
  }
  const early = new Set<string>();
  const bringForward = (address: string, phase: number) => {
    const removal = removals.get(address);
    if (!removal || (early.has(address) && removal.phase <= phase)) return;
    early.add(address);
    removal.phase = Math.min(removal.phase, phase);
    for (const dependant of dependants.get(address) ?? []) bringForward(dependant, phase);
  };
  for (const [address, removal] of removals) {
    const replacement = ensures.get(address);
    const waiting = [
      ...(replacement ? [replacement] : []),
      ...removal.claims.flatMap((c) => claimants.get(c) ?? []),
    ];
    for (const draft of waiting) draft.needs.add(actionId(removal.action));
    if (waiting.length > 0) bringForward(address, Math.min(...waiting.map((d) => d.phase)) - 0.5);
  }
  for (const [dependant, record] of Object.entries(records)) {
    for (const on of record.dependsOn) {
      const removal = removals.get(on);
      if (!removal || on === dependant) continue;
      const dependantRemoval = removals.get(dependant);
      const ensure = ensures.get(dependant);
      if (dependantRemoval) removal.needs.add(actionId(dependantRemoval.action));
      else if (ensure && !early.has(on)) removal.needs.add(actionId(ensure.action));
    }
  }
}

function order(drafts: readonly Draft[]): ActionList {
  const byId = new Map(drafts.map((d) => [actionId(d.action), d]));
  const ids = orderBy(
    [...byId.keys()],
    (id) => byId.get(id)?.needs ?? [],
    (a, b) => {
      const left = byId.get(a) as Draft;
      const right = byId.get(b) as Draft;
      return left.phase - right.phase || compareAddresses(left.address, right.address) || (a < b ? -1 : 1);
    },
  );
  const place = new Map(ids.map((id, i) => [id, i]));
  return {
    version: "1",
    steps: ids.map((id) => {
      const { action, needs } = byId.get(id) as Draft;
      const sorted = [...needs].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
      const { name, args, id: ownId, ...rest } = action;
      return {
        name,
        args,
        ...(ownId !== undefined && { id: ownId }),
        ...(sorted.length > 0 && { needs: sorted }),
        ...rest,
      };
    }),
  };
}
