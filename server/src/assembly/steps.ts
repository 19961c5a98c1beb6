/** From changes to the ordered ActionList: which steps there are and what each is told. */
import { kindOf, modulePrefix } from "../intake/address.ts";
import type { ResourceIr, VerifyIr } from "../intake/ir.ts";
import { outputsOf } from "../intake/name-collisions.ts";
import { runtimeName } from "../intake/runtime-names.ts";
import { type Kinds, scriptOfStep } from "../intake/schema/known-kinds.ts";
import type { KindSchema, Phase } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";
import type { DefinitionRecord, ResourceRecord } from "../state/state.ts";
import type { Action, ActionList } from "./actions.ts";
import { stepArguments } from "./arguments.ts";
import type { AssemblyInput } from "./assemble.ts";
import { fingerprint } from "./canonical.ts";
import { type Claim, claimsOf } from "./claims.ts";
import { removalStep } from "./definition.ts";
import type { Graph } from "./graph.ts";
import { lazy } from "./lazy.ts";
import { linkEnsures, linkRemovals } from "./links.ts";
import { makeRoom } from "./make-room.ts";
import { order } from "./order.ts";
import { type Decision, hasSteps } from "./plan.ts";
import { ownRemovalArguments, removalArguments } from "./removal.ts";

/** Attributes as the state records them. */
export type Inputs = { readonly [name: string]: Json };

/** What the state will say of a resource once its steps have succeeded. */
export interface Desired {
  readonly kind: string;
  readonly name: string;
  readonly inputs: () => Inputs;
  readonly sources: Readonly<Record<string, string>>;
  /** Defaults of an address that it has moved away from. */
  readonly kept?: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  /** Of a kind that the stack defines itself. */
  readonly definition?: DefinitionRecord;
}

/** A step before it is ordered. */
export interface Draft {
  readonly action: Action;
  readonly id: string;
  /** Of a removal that frees something: just before the step that claims it. */
  phase: number;
  readonly address: string;
  readonly kind: KindSchema;
  readonly claims: () => readonly Claim[];
  /** Ids of the steps before it that its references ask for; drafts may share one set. */
  behind: ReadonlySet<string>;
  /** Ids of further steps before it. */
  readonly needs: Set<string>;
}

const nothing: ReadonlySet<string> = new Set();
const none = (): readonly Claim[] => [];

const phases: Readonly<Record<Phase | "remove", number>> = {
  fetch: 0,
  build: 1,
  ensure: 2,
  verify: 3,
  remove: 4,
};

/**
 * The steps of a plan in their order. A change may turn from an update into a replacement here, where nothing else makes
 * room for what another step takes.
 */
export function planSteps(
  input: AssemblyInput,
  graph: Graph,
  changes: Map<string, Decision>,
  desired: ReadonlyMap<string, Desired>,
): ActionList {
  const { kinds } = input.ir;
  const ensures = new Map<string, Draft>();
  const isPlanned = (address: string) => hasSteps(changes.get(address));
  for (const resource of input.destroy ? [] : input.ir.resources) {
    if (isPlanned(resource.address)) ensures.set(resource.address, ensureDraft(kinds, resource, desired));
  }
  for (const verify of input.destroy ? [] : input.ir.verifies) {
    if (isPlanned(verify.address)) ensures.set(verify.address, verifyDraft(kinds, verify));
  }
  linkEnsures(graph, ensures);
  makeRoom(kinds, input.state, changes, ensures);
  const removals = new Map<string, Draft>();
  const records = input.state?.resources ?? {};
  for (const { address, action } of changes.values()) {
    const record = Object.hasOwn(records, address) ? records[address] : undefined;
    if (!record || (action !== "delete" && action !== "replace")) continue;
    const draft = removalDraft(kinds, address, record);
    if (draft) removals.set(address, draft);
  }
  linkRemovals(input.state, ensures, removals);
  return order([...ensures.values(), ...removals.values()]);
}

function ensureDraft(kinds: Kinds, resource: ResourceIr, desired: ReadonlyMap<string, Desired>): Draft {
  const kind = kinds.resources.get(resource.kind);
  if (!kind) throw new Error(`no kind ${resource.kind}`);
  const id = stepId(kind.ensure, resource.address);
  const { args, uses, secrets } = stepArguments(kinds, id, kind, resource.attributes);
  const claims = lazy(() => claimsOf(kind, desired.get(resource.address)?.inputs() ?? {}));
  const outputs = outputsOf(resource, kind);
  const provides = outputs.map((o) => [o.name, runtimeName(resource.address, kind, o.name)]);
  return {
    action: {
      name: kind.ensure,
      args,
      id,
      ...(uses.length > 0 && { uses: [...uses] }),
      ...(secrets.length > 0 && { secrets: [...secrets] }),
      ...(provides.length > 0 && { provides: Object.fromEntries(provides) }),
      resource: resource.address,
      ...limits(resource),
    },
    id,
    phase: phases[kind.phase],
    address: resource.address,
    kind,
    claims,
    behind: nothing,
    needs: new Set(),
  };
}

/**
 * A check's step alone: for `clockwork verify`, and to see whether the check was edited. `computed` are the values that the
 * core evaluated for it, by environment name.
 */
export function verifyStep(
  kinds: Kinds,
  verify: VerifyIr,
  computed: Readonly<Record<string, string>> = {},
): { readonly action: Action; readonly fingerprint: string } {
  const { action } = verifyDraft(kinds, verify);
  return { action, fingerprint: checkFingerprint(kinds, action, computed) };
}

export function checkFingerprint(
  kinds: Kinds,
  action: Action,
  computed: Readonly<Record<string, string>>,
): string {
  const script = scriptOfStep(kinds, action.name);
  const { id = action.name, name, args, timeout, retries = null } = action;
  const further = {
    ...(script && { script: { ...script } }),
    ...(timeout !== undefined && { timeout }),
    ...(Object.keys(computed).length > 0 && { computed }),
  };
  return fingerprint({ id, name, args, retries, ...further });
}

function verifyDraft(kinds: Kinds, verify: VerifyIr): Draft {
  const kind = kinds.checks.get(verify.kind);
  if (!kind) throw new Error(`no verify kind ${verify.kind}`);
  const id = stepId(kind.ensure, verify.address);
  const { args, uses, secrets } = stepArguments(kinds, id, kind, verify.attributes);
  return {
    action: {
      name: kind.ensure,
      args,
      id,
      ...(uses.length > 0 && { uses: [...uses] }),
      ...(secrets.length > 0 && { secrets: [...secrets] }),
      resource: verify.address,
      ...limits(verify),
    },
    id,
    phase: phases.verify,
    address: verify.address,
    kind,
    claims: none,
    behind: nothing,
    needs: new Set(),
  };
}

/** Undefined where there is nothing to run. */
function removalDraft(kinds: Kinds, address: string, record: ResourceRecord): Draft | undefined {
  const kind = kinds.resources.get(record.kind);
  if (!kind) throw new Error(`no kind ${record.kind}`);
  const remove = removalStep(kinds, record);
  if (!remove) return undefined;
  const id = stepId(remove.step, address);
  const { args, uses, secrets } = kind.own
    ? ownRemovalArguments(kinds, id, record)
    : removalArguments(kinds, id, record, remove.args);
  return {
    action: {
      name: remove.step,
      args,
      id,
      ...(uses.length > 0 && { uses: [...uses] }),
      ...(secrets.length > 0 && { secrets: [...secrets] }),
      resource: address,
    },
    id,
    phase: phases.remove,
    address,
    kind,
    claims: lazy(() => claimsOf(kind, record.inputs)),
    behind: nothing,
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
  const prefix = modulePrefix(address);
  const rest = address.slice(prefix.length + kind.length + 1);
  return kind === "verify"
    ? `${prefix}${step}.${rest.slice(rest.indexOf(".") + 1)}`
    : `${prefix}${step}.${rest}`;
}
