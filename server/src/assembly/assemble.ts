/**
 * Assembly: what the files say (IR), what we believe exists (State) and, where somebody looked, what is really there
 * (observations) become changes and an ordered ActionList. Pure; knows nothing of compilers, files or clocks.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { compareAddresses } from "../intake/address.ts";
import type { Ir } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { Json } from "../intake/value.ts";
import type { Observation } from "../state/observation.ts";
import type { State } from "../state/state.ts";
import type { ActionList } from "./actions.ts";
import { fingerprint } from "./canonical.ts";
import { changesOf, destroyAll, type Located } from "./changes.ts";
import { diffInputs } from "./diff.ts";
import { withFormerChecks } from "./former-checks.ts";
import { dependencyGraph } from "./graph.ts";
import { withIgnored } from "./ignore.ts";
import { lazy } from "./lazy.ts";
import { blockedMoves, excludedMoves } from "./move-problems.ts";
import type { Change, Decision, Plan } from "./plan.ts";
import { protectedChanges } from "./protect.ts";
import { type Relocation, relocate } from "./relocate.ts";
import { type Seal, withoutSeals } from "./sealed.ts";
import { foreignRecords, select, unknownTargets } from "./select.ts";
import { type Desired, planSteps } from "./steps.ts";

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
  /** The keyed hash that stands in the state for a sensitive value. */
  readonly seal: Seal;
  /** Further things that decide the plan: facts. */
  readonly decidedBy: Json;
}

export interface Assembled {
  readonly plan: Plan;
  /** What is to be recorded once the steps of an address have succeeded. */
  readonly desired: ReadonlyMap<string, Desired>;
  /** The IR as it is carried out: with what is recorded in place of what `ignore_changes` leaves alone. */
  readonly ir: Ir;
  /** The state under the addresses of now. */
  readonly relocation: Relocation;
}

/** The IR is one that `analyse` found no error in: without circles above all. */
export function assemble(given: AssemblyInput): { value?: Assembled; diagnostics: Diagnostic[] } {
  const relocation = relocated(given);
  const input = locate(given, relocation);
  const problems = [...foreignRecords(input.ir.kinds, input.state), ...unknownTargets(input)];
  if (problems.length > 0) return { diagnostics: problems };

  const graph = dependencyGraph(input.ir);
  const selected = select(input, graph);
  const desired = new Map<string, Desired>();
  const changes = input.destroy ? destroyAll(input, selected) : changesOf(input, selected, desired);
  const actions = planSteps(input, graph, changes, desired);
  const refusals = [...protectedChanges(input.ir, changes.values()), ...excludedMoves(relocation, selected)];
  if (refusals.length > 0) return { diagnostics: refusals };
  return {
    value: {
      plan: planOf(input, changes, desired, actions),
      desired,
      ir: input.ir,
      relocation,
    },
    diagnostics: blockedMoves(relocation),
  };
}

function relocated({ state, ir, seal }: AssemblyInput): Relocation {
  const relocation = relocate(state, ir);
  return { ...relocation, state: withFormerChecks(ir, relocation, seal) };
}

/** What was seen under former addresses and names, under those of now. */
function locate(given: AssemblyInput, relocation: Relocation): Located {
  const { state, former, artifacts: paths } = relocation;
  const input = { ...given, ir: withIgnored(given.ir, state), state, former };
  if (former.size === 0) return input;
  const observations = new Map(given.observations);
  for (const [address, before] of former) {
    const seen = given.observations.get(before);
    if (seen) observations.set(address, seen);
  }
  const artifacts = new Map(given.artifacts);
  for (const [before, path] of paths) {
    const hash = given.artifacts.get(before);
    if (hash !== undefined && !artifacts.has(path)) artifacts.set(path, hash);
  }
  return { ...input, observations, artifacts };
}

/**
 * The changes in their order, and the id, are worked out when somebody asks for them: `plan --json` prints neither, and they
 * are a fifth of a large plan's time.
 */
function planOf(
  input: AssemblyInput,
  decisions: ReadonlyMap<string, Decision>,
  desired: ReadonlyMap<string, Desired>,
  actions: ActionList,
): Plan {
  const changes = lazy(() =>
    [...decisions.values()]
      .sort((a, b) => compareAddresses(a.address, b.address))
      .map(
        (d): Change => ({ ...d, fields: d.fields ?? diffInputs({}, desired.get(d.address)?.inputs() ?? {}) }),
      ),
  );
  const { destroy } = input;
  const id = lazy(() => planId(input, { destroy, changes: changes(), actions }, desired));
  return {
    version: "1",
    get planId() {
      return id();
    },
    destroy,
    get changes() {
      return changes();
    },
    actions,
  };
}

/** What the stack's own kinds would run. */
function ownKinds(kinds: Kinds): Json {
  return [...kinds.resources.values()].flatMap(({ name, own }) =>
    own
      ? [
          [
            name,
            Object.entries(own.scripts).map(([role, s]) => [role, s.lang, s.content]),
            own.guide ?? null,
            { ...own.capabilities },
          ],
        ]
      : [],
  );
}

function planId(
  input: AssemblyInput,
  plan: Omit<Plan, "version" | "planId">,
  desired: ReadonlyMap<string, Desired>,
): string {
  // Many checks may share one long list of needs: it is hashed once.
  const hashes = new Map<readonly string[], string>();
  const hashOf = (needs: readonly string[]): string => {
    const hash = hashes.get(needs) ?? fingerprint(needs);
    hashes.set(needs, hash);
    return hash;
  };
  return fingerprint({
    decidedBy: input.decidedBy,
    state: input.state ? { lineage: input.state.lineage, serial: input.state.serial } : null,
    desired: [...desired]
      .sort(([a], [b]) => compareAddresses(a, b))
      .map(([address, d]) => [address, withoutSeals(d.inputs()), d.sources]),
    kinds: ownKinds(input.ir.kinds),
    artifacts: Object.fromEntries([...input.artifacts].sort(([a], [b]) => (a < b ? -1 : 1))),
    changes: plan.changes.map((c) => [
      c.address,
      c.action,
      c.reason,
      ...(c.movedFrom === undefined ? [] : [c.movedFrom]),
    ]),
    actions: plan.actions.steps.map(({ needs, ...step }) => [step as Json, needs ? hashOf(needs) : null]),
    destroy: plan.destroy,
  });
}
