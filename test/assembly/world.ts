/**
 * A world in which plans are carried out: what exists, by address, with the arguments it was really made with. It holds
 * every plan to what plans promise, and records what came of it with the pipeline's own code.
 */

import type { Action, JsonValue } from "../../server/src/assembly/actions.ts";
import { actionId } from "../../server/src/assembly/actions.ts";
import { referenceName, trackedReferences } from "../../server/src/assembly/arguments.ts";
import { canonicalJson, fingerprint } from "../../server/src/assembly/canonical.ts";
import { normalPath } from "../../server/src/assembly/claims.ts";
import { hasErrors } from "../../server/src/diagnostics/diagnostic.ts";
import { memoryHost } from "../../server/src/host/memory.ts";
import { healthAddress } from "../../server/src/intake/health-check.ts";
import type { ResourceIr, VerifyIr } from "../../server/src/intake/ir.ts";
import { runtimeName } from "../../server/src/intake/runtime-names.ts";
import { builtinKinds } from "../../server/src/intake/schema/known-kinds.ts";
import type { Json } from "../../server/src/intake/value.ts";
import { type Giving, givenTo } from "../../server/src/pipeline/given.ts";
import { bringUpToDate, checksBehind, forget, recordStep } from "../../server/src/pipeline/record.ts";
import { Secrets } from "../../server/src/pipeline/secrets.ts";
import { emptyState, StateRecorder } from "../../server/src/state/record.ts";
import type { State } from "../../server/src/state/state.ts";
import { lineage, type PlanGiven, planText } from "../support/stack.ts";

export type Planned = Awaited<ReturnType<typeof planText>>;
type Arguments = Readonly<Record<string, JsonValue>>;

interface Thing {
  readonly kind: string;
  readonly args: Arguments;
  /** The versions of what it tracks that it was made from. */
  readonly from: string;
  /** Its step failed: nobody knows what it looks like. */
  readonly broken: boolean;
}

export class World {
  state: State | undefined;
  readonly things = new Map<string, Thing>();
  readonly #host = memoryHost({ "/stack/ctx/Dockerfile": "FROM scratch\n" });
  #runs = 0;
  /** When each step of an address last succeeded, counted in steps. */
  readonly #times = new Map<string, number>();

  plan(files: string | Readonly<Record<string, string>>, given: PlanGiven = {}): Promise<Planned> {
    return planText(files, { state: this.state, ...given });
  }

  /** Plans and carries out. Steps that `fails` names fail, and what waits for them does not run. */
  async apply(
    files: string | Readonly<Record<string, string>>,
    given: PlanGiven = {},
    fails: (id: string) => boolean = () => false,
  ): Promise<Planned> {
    const planned = await this.plan(files, given);
    checkOrder(planned);
    const nodes = new Map([...planned.ir.resources, ...planned.ir.verifies].map((n) => [n.address, n]));
    const checks = new Map(planned.ir.verifies.map((v) => [v.address, v]));
    const state = planned.relocation.state ?? emptyState(lineage);
    this.#relocate(planned);
    const store = { read: async () => ({ value: state, diagnostics: [] }), write: async () => undefined };
    const recorder = new StateRecorder(store as never, this.#host.clock, state);
    forget(recorder, planned.plan);
    const values = valuesOf(state);
    const failed = new Set<string>();
    const waiting = checksBehind(planned.ir);
    for (const action of planned.plan.actions.steps) {
      const id = actionId(action);
      const address = action.resource ?? "";
      if (action.needs?.some((need) => failed.has(need))) {
        failed.add(id);
        continue;
      }
      const record = recorder.resource(address);
      const prepared = await givenTo(this.#giving(values), { action, node: nodes.get(address), record });
      if (hasErrors(prepared.diagnostics)) throw new Error(prepared.diagnostics[0]?.message);
      const known = new Map([...values, ...Object.entries(prepared.env)]);
      const missing = (action.uses ?? []).filter((name) => !known.has(name));
      if (missing.length > 0) throw new Error(`${id} misses ${missing.join(", ")}`);
      const args = resolved(action, known);
      const taken = this.#taken(action, args);
      if (taken !== undefined && !given.targets) throw new Error(taken);
      // Somebody who picks targets may leave out what makes room; then the step fails.
      const success = !fails(id) && taken === undefined;
      if (!success) failed.add(id);
      const outputs = this.#run(action, args, versions(nodes.get(address), values), success);
      if (success) this.#times.set(address, ++this.#runs);
      const outcome = success ? ("succeeded" as const) : ("failed" as const);
      for (const [output, name] of Object.entries(action.provides ?? {})) {
        if (success) values.set(name, outputs[output] ?? "");
      }
      recordStep(
        recorder,
        action,
        { outcome, outputs: success ? outputs : {}, ms: 1, attempts: 1, diagnostics: [] },
        {
          kinds: builtinKinds,
          desired: planned.desired.get(address),
          check: checks.get(address),
          waiting: waiting(address),
          given: prepared,
          artifacts: {},
        },
      );
    }
    bringUpToDate(recorder, { ...planned, analysis: planned });
    await recorder.flush();
    this.state = recorder.state();
    return planned;
  }

  /** The things stay what they are; only who they belong to changes. */
  #relocate({ plan, relocation }: Planned): void {
    const before = new Map(this.things);
    const times = new Map(this.#times);
    for (const former of relocation.former.values()) {
      this.things.delete(former);
      this.#times.delete(former);
    }
    for (const [address, former] of relocation.former) {
      const thing = before.get(former);
      // What followed from the old address is said from now on.
      const kept = relocation.state?.resources[address]?.kept;
      if (thing) this.things.set(address, { ...thing, args: { ...thing.args, ...kept } });
      this.#times.set(address, times.get(former) ?? 0);
      this.#times.set(healthAddress(address), times.get(healthAddress(former)) ?? 0);
    }
    for (const { address, action } of plan.changes) if (action === "forget") this.things.delete(address);
  }

  #giving(values: ReadonlyMap<string, string>): Giving {
    const secrets = new Secrets(this.#host, "/stack", new AbortController().signal, new Set());
    const { files } = this.#host;
    return { files, stackDir: "/stack", kinds: builtinKinds, seal: (text) => text, secrets, values };
  }

  /** Whether everything is as the files say, with the run-time values of now; throws where it is not. */
  async checkTruth(files: string | Readonly<Record<string, string>>): Promise<void> {
    const { plan, ir } = await this.plan(files, { force: true });
    const nodes = new Map(ir.resources.map((n) => [n.address, n]));
    const values = valuesOf(this.state);
    for (const action of plan.actions.steps) {
      const address = action.resource ?? "";
      const node = nodes.get(address);
      if (!node || builtinKinds.steps.get(action.name)?.ensure !== action.name) continue;
      const { env } = await givenTo(this.#giving(values), { action, node, record: undefined });
      const wanted = resolved(action, new Map([...values, ...Object.entries(env)]));
      const { args, broken, from } = this.things.get(address) ?? { args: "nothing", broken: false, from: "" };
      const made = versions(node, values);
      if (from !== made) throw new Error(`${address} was made from ${from}, should be from ${made}`);
      if (broken) throw new Error(`${address} is broken`);
      if (canonicalJson(args as Json) !== canonicalJson(wanted as Json))
        throw new Error(`${address} is ${JSON.stringify(args)}, should be ${JSON.stringify(wanted)}`);
    }
    for (const { address, dependsOn } of ir.verifies) {
      const time = this.#times.get(address) ?? 0;
      const later = dependsOn.find((e) => (this.#times.get(e.address) ?? 0) > time);
      if (later) throw new Error(`${address} was not run after ${later.address} changed`);
    }
    const surplus = [...this.things.keys()].filter((address) => !nodes.has(address));
    if (surplus.length > 0) throw new Error(`${surplus.join(", ")} should be gone`);
  }

  #run(action: Action, args: Arguments, from: string, success: boolean): Record<string, string> {
    const kind = builtinKinds.steps.get(action.name);
    const address = action.resource ?? "";
    if (!kind) throw new Error(`no kind for ${action.name}`);
    if (kind.remove?.step === action.name) {
      this.#checkRemoval(address, args);
      if (success) this.things.delete(address);
      return {};
    }
    if (kind.phase === "verify") return {};
    this.things.set(address, { kind: kind.name, args, from, broken: !success });
    const run = String(++this.#runs);
    return Object.fromEntries(
      Object.keys(action.provides ?? {}).map((output) => {
        const follows = kind.outputs.find((o) => o.name === output)?.follows;
        const from = follows ? follows.map((name) => args[name] ?? null) : [run];
        const mark = `${output}${fingerprint([address, ...from] as Json).slice(0, 8)}`;
        return [output, { port: "1", url: `http://${mark}` }[output] ?? mark];
      }),
    );
  }

  #checkRemoval(address: string, args: Arguments): void {
    const thing = this.things.get(address);
    if (!thing) throw new Error(`${address} is removed, but does not exist`);
    if (thing.broken) return;
    for (const [name, value] of Object.entries(args)) {
      if (JSON.stringify(thing.args[name]) !== JSON.stringify(value))
        throw new Error(
          `${address} was made with ${name} = ${JSON.stringify(thing.args[name])}, removed with ${JSON.stringify(value)}`,
        );
    }
  }

  /** What a step would take from another thing. */
  #taken(action: Action, args: Arguments): string | undefined {
    const kind = builtinKinds.steps.get(action.name);
    if (!kind || kind.ensure !== action.name) return undefined;
    const wanted = new Set(held(kind.name, args));
    for (const [other, thing] of this.things) {
      if (other === action.resource || thing.broken) continue;
      const claim = held(thing.kind, thing.args).find((c) => wanted.has(c));
      if (claim !== undefined) return `${action.resource} takes ${claim}, which ${other} still has`;
    }
    return undefined;
  }
}

/** What shows which commit, image or the like a resource is made from. */
function versions(node: ResourceIr | VerifyIr | undefined, values: ReadonlyMap<string, string>): string {
  const kind = node?.address.startsWith("verify.") ? undefined : builtinKinds.resources.get(node?.kind ?? "");
  const references = kind && node ? trackedReferences(builtinKinds, kind, node.dependsOn) : [];
  return references.map((r) => `${r.output}=${values.get(referenceName(builtinKinds, r))}`).join(" ");
}

function held(kind: string, args: Arguments): string[] {
  const ports = Array.isArray(args["ports"]) ? args["ports"] : [];
  return [
    ...ports.map((p) => `port ${JSON.stringify((p as { external: number }).external)}`),
    ...(typeof args["path"] === "string" ? [`path ${normalPath(args["path"])}`] : []),
    ...(typeof args["name"] === "string" ? [`${kind} ${args["name"]}`] : []),
  ];
}

function checkOrder({ plan, ir }: Planned): void {
  const done = new Set<string>();
  const removedLater = new Set<string>();
  const ids = plan.actions.steps.map(actionId);
  if (new Set(ids).size !== ids.length) throw new Error("two steps of one id");
  const stepOf = new Map(plan.actions.steps.map((s) => [s.resource ?? "", actionId(s)]));
  const nodes = new Map([...ir.resources, ...ir.verifies].map((n) => [n.address, n]));
  for (const step of plan.actions.steps) {
    for (const need of step.needs ?? []) {
      if (!ids.includes(need)) throw new Error(`${actionId(step)} needs ${need}, which is no step`);
      if (!done.has(need)) throw new Error(`${actionId(step)} comes before ${need}`);
    }
    done.add(actionId(step));
    const kind = builtinKinds.steps.get(step.name);
    if (kind?.remove?.step === step.name) {
      if (removedLater.has(step.resource ?? "")) throw new Error(`${step.resource} is made and then removed`);
      continue;
    }
    removedLater.add(step.resource ?? "");
    for (const edge of nodes.get(step.resource ?? "")?.dependsOn ?? []) {
      const id = stepOf.get(edge.address);
      if (id !== undefined && !done.has(id)) throw new Error(`${actionId(step)} comes before ${id}`);
    }
  }
}

function valuesOf(state: State | undefined): Map<string, string> {
  const values = new Map<string, string>();
  for (const [address, record] of Object.entries(state?.resources ?? {})) {
    const kind = builtinKinds.resources.get(record.kind);
    for (const [output, value] of Object.entries(record.outputs))
      if (kind) values.set(runtimeName(address, kind, output), value);
  }
  return values;
}

/** The arguments with run-time values in place of their names. */
export function resolved(action: Action, values: ReadonlyMap<string, string>): Arguments {
  const text = (value: string): string =>
    value.replace(/\$\$\{|\$\{([A-Z][A-Z0-9_]*)\}/g, (all, name: string | undefined) =>
      name === undefined ? "${" : (values.get(name) ?? `?${all}`),
    );
  const walk = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v)]));
  };
  return Object.fromEntries(
    Object.entries(action.args).map(([name, value]) => {
      const uses = name.endsWith("Var") && typeof value === "string" && action.uses?.includes(value);
      return uses ? [name.slice(0, -3), values.get(value) ?? "?"] : [name, walk(value)];
    }),
  );
}
