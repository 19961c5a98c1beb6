/**
 * Looks at resources of the stack's own kinds, by the scripts that the state remembers of them. A script that observes is
 * built, checked and run like a step, in a folder of its own that goes when it has ended; it changes nothing by contract.
 */
import { type Action, type ActionList, actionId } from "../assembly/actions.ts";
import { ownRemovalArguments } from "../assembly/removal.ts";
import { stepId } from "../assembly/steps.ts";
import { capabilities, factsNeeded, grants, type OwnSteps } from "../forge/capabilities.ts";
import { build } from "../forge/compile.ts";
import { ownEnvironment } from "../forge/own-environment.ts";
import { prepare } from "../forge/prepare.ts";
import { type RunContext, runSteps, type StepResult } from "../forge/run.ts";
import { runFolders } from "../forge/run-folders.ts";
import type { Host } from "../host/ports.ts";
import { discoverFacts } from "../intake/discover.ts";
import type { EnvFacts } from "../intake/facts.ts";
import { builtinKinds, type Kinds } from "../intake/schema/known-kinds.ts";
import type { Observation } from "../state/observation.ts";
import { withRemembered } from "../state/remembered-kinds.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import { pastValues } from "./given.ts";

/** What looking takes of a workspace. */
export interface Looking {
  readonly host: Host;
  readonly stackDir: string;
  readonly facts?: EnvFacts;
  readonly version: string;
  readonly newRunId: () => string;
  readonly secrets: Set<string>;
  readonly interrupt: Required<Pick<RunContext, "signal" | "kill">>;
}

/** Longest a script may look, in milliseconds. */
const timeoutMs = 30_000;
const graceMs = 2_000;
const parallelism = 4;

/** By address; resources whose kind has no script to observe are left out. */
export async function observeOwn(ws: Looking, state: State): Promise<ReadonlyMap<string, Observation>> {
  const records = Object.entries(state.resources).filter(([, record]) => record.definition?.observe);
  if (records.length === 0) return new Map();
  const kinds = withRemembered(builtinKinds, state);
  const actions: ActionList = { version: "1", steps: records.map((entry) => observeAction(kinds, entry)) };
  const ownSteps: OwnSteps = ({ resource = "" }) => {
    const definition = state.resources[resource]?.definition;
    return definition?.observe && { script: definition.observe, capabilities: definition.capabilities };
  };
  const runId = ws.newRunId();
  const said = new Map<string, string>();
  const results = await run(ws, state, actions, ownSteps, runId, said);
  return new Map(
    actions.steps.map((action): [string, Observation] => {
      const result = typeof results === "string" ? results : results.get(actionId(action));
      return [action.resource ?? "", judge(result, said.get(actionId(action)))];
    }),
  );
}

function observeAction(kinds: Kinds, [address, record]: [string, ResourceRecord]): Action {
  const name = `observe_${record.kind}`;
  const id = stepId(name, address);
  const { args, uses, secrets } = ownRemovalArguments(kinds, id, record);
  // What was sensitive, the state does not know.
  const known = uses.filter((name) => !secrets.includes(name));
  return {
    name,
    args,
    id,
    ...(known.length > 0 && { uses: known }),
    resource: address,
  };
}

/** The results by step id, or why there are none. `said` takes the last line that each prints. */
async function run(
  ws: Looking,
  state: State,
  actions: ActionList,
  ownSteps: OwnSteps,
  runId: string,
  said: Map<string, string>,
): Promise<ReadonlyMap<string, StepResult> | string> {
  const { host, stackDir } = ws;
  const { uid } = host.environment;
  const need = factsNeeded(actions.steps, ownSteps);
  const facts = ws.facts ?? (await discoverFacts(host, stackDir, { need }));
  const buildDir = `${runFolders(stackDir, runId).work}/build`;
  const built = await build(host.files, {
    actions,
    ownSteps,
    facts,
    force: true,
    keep: new Set(actions.steps.map(actionId)),
    buildDir,
    proposalsDir: `${buildDir}/proposals`,
    version: ws.version,
    ...(uid !== undefined && { uid }),
  });
  const prepared = await prepare(host.files, buildDir, actions, () => Promise.resolve(facts), uid);
  const [problem] = [...built.diagnostics, ...prepared.diagnostics].filter((d) => d.severity === "error");
  if (problem || !prepared.value) {
    await host.files.remove(runFolders(stackDir, runId).work);
    return problem?.message ?? "its script cannot be prepared";
  }
  return runSteps(host, prepared.value.steps, {
    stackDir,
    buildDir,
    runId,
    command: "observe",
    lineage: state.lineage,
    // Only a service has one.
    supervisorPath: "",
    parallelism,
    timeoutMs,
    graceMs,
    ...ws.interrupt,
    values: new Map(),
    secrets: ws.secrets,
    grants: (action) => grants(action, host.environment, ownSteps(action)),
    capabilities: (action) => capabilities(action, ownSteps(action)),
    onEvent: (event) => {
      if (event.type !== "step-output") return;
      // The log's own notes are none of the script's words.
      const lines = event.text.split("\n").filter((line) => !line.startsWith("clockwork: "));
      const last = lines.findLast((line) => line.trim() !== "")?.trim();
      if (last) said.set(event.id, last);
    },
    before: async (action) => {
      const past = pastValues(action, state.resources[action.resource ?? ""]);
      return { env: { ...past, ...ownEnvironment(action, new Map(Object.entries(past))) } };
    },
    record: () => undefined,
    after: async () => undefined,
  });
}

/** The exit codes of a script that observes. */
const exits = { changed: 3, gone: 4 } as const;

function judge(result: StepResult | string | undefined, said: string | undefined): Observation {
  if (typeof result === "string") return { status: "unknown", detail: result };
  if (result?.outcome === "succeeded") return { status: "ok" };
  if (result?.exitCode === exits.changed) return { status: "changed", detail: said ?? "it was changed" };
  if (result?.exitCode === exits.gone) return { status: "gone", detail: said ?? "it is gone" };
  return { status: "unknown", detail: result?.diagnostics[0]?.message ?? "it was not looked at" };
}
