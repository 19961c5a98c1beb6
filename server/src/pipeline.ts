/**
 * The whole program: analyse → plan → build → run → state. Each stage takes the value of the one before; the faces (CLI,
 * editor, daemon) only decide how far to go and show what came of it.
 */
import { type Analysis, analyse } from "./analyse.ts";
import { type Action, type ActionList, actionId } from "./assembly/actions.ts";
import type { Assembled } from "./assembly/assemble.ts";
import { keptNames } from "./assembly/kept.ts";
import { relocate } from "./assembly/relocate.ts";
import { hiddenOutput } from "./assembly/sealed.ts";
import { selectChecks } from "./assembly/select.ts";
import { stepBlocks } from "./assembly/step-blocks.ts";
import { type Desired, stepId, verifyStep } from "./assembly/steps.ts";
import { type Diagnostic, hasErrors } from "./diagnostics/diagnostic.ts";
import { type AgentScript, agentScripts, unsandboxed } from "./forge/agent/scripts.ts";
import type { BuildRead } from "./forge/artifacts.ts";
import { type Capabilities, capabilities, factsNeeded, grants, type OwnSteps } from "./forge/capabilities.ts";
import { type LookAtScript, ScriptCheck } from "./forge/check/scripts.ts";
import { type BuildInput, type BuildReport, build as compile } from "./forge/compile.ts";
import { moveArtifacts } from "./forge/move-artifacts.ts";
import { ownEnvironment } from "./forge/own-environment.ts";
import { prepare } from "./forge/prepare.ts";
import type { KnownSecret } from "./forge/prompt/scan.ts";
import { artifactScope } from "./forge/proposals/open.ts";
import { type RunContext, runSteps, type StepResult } from "./forge/run.ts";
import { runTraces } from "./forge/run-folders.ts";
import type { Host } from "./host/ports.ts";
import { discoverFacts, type Need } from "./intake/discover.ts";
import type { EnvFacts } from "./intake/facts.ts";
import { emptyIr, type Ir, type ResourceIr, type RuntimeOutputs, type VerifyIr } from "./intake/ir.ts";
import type { VariableInputs } from "./intake/load.ts";
import { runtimeName } from "./intake/runtime-names.ts";
import type { Kinds } from "./intake/schema/known-kinds.ts";
import { valueToJson } from "./intake/to-json.ts";
import type { Json } from "./intake/value.ts";
import { type Adopting, beginBuild, strangeScripts, strangeState } from "./pipeline/adopt.ts";
import { type Given, type Giving, givenTo, lookUp, missingSecrets, nothingGiven } from "./pipeline/given.ts";
import { knownSecrets, variableTexts } from "./pipeline/known-secrets.ts";
import { type Looking, observeOwn } from "./pipeline/observe-own.ts";
import { bringUpToDate, checksBehind, cutOff, forget, recordStep, relocationsOf } from "./pipeline/record.ts";
import { Secrets } from "./pipeline/secrets.ts";
import { buildDirOf, type PlannedStack, planStack, remembering, type Wishes } from "./plan.ts";
import { type StateKey, stateKey } from "./state/key.ts";
import { remember } from "./state/known.ts";
import type { Observation } from "./state/observation.ts";
import { type Observations, readObservations, writeObservations } from "./state/observations.ts";
import { observe, observerNeeds, ownership } from "./state/observe.ts";
import { emptyState, type SerialChange, StateRecorder } from "./state/record.ts";
import { ownStep } from "./state/remembered-kinds.ts";
import type { State } from "./state/state.ts";
import type { StateStore } from "./state/store.ts";
import type { SourceFile } from "./syntax/chunk.ts";
import type { Grammar } from "./syntax/parser.ts";

/** A folder with a stack, and the world it lives in. */
export interface Workspace {
  readonly host: Host;
  readonly grammar: Grammar;
  /** Absolute. */
  readonly stackDir: string;
  readonly store: StateStore;
  readonly inputs: VariableInputs;
  /** From `--facts`; discovered when absent. */
  readonly facts?: EnvFacts;
  /** Of Clockwork. */
  readonly version: string;
  /** A new lineage for a stack without state. */
  readonly newLineage: () => string;
  /** The rules for scripts that need parsers. */
  readonly lookAtScript: LookAtScript;
  /** Sorts by time and is unique. */
  readonly newRunId: () => string;
  /** Texts that nothing of ours may print or keep; those that a run reads are added. */
  readonly secrets: Set<string>;
  /** Whether something in `.clockwork/` that came from elsewhere may be acted upon. */
  readonly adopt: Adopting["adopt"];
  /** A person's wish to stop. */
  readonly interrupt: Looking["interrupt"];
}

export interface PlanOptions extends Wishes {
  /** Look at what is really there. */
  readonly refresh: boolean;
}

/** A plan with everything it was made from, for the stages after it. */
export interface Planned extends PlannedStack {
  readonly state: State | undefined;
  /** With which the plan's sensitive values were compared. */
  readonly key: StateKey;
}

export interface Outcome<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** With the files that were read, for the pictures in diagnostics. */
export interface FileOutcome<T> extends Outcome<T> {
  readonly files: readonly SourceFile[];
}

/** Never calls a compiler and changes nothing. */
export async function plan(ws: Workspace, options: PlanOptions): Promise<FileOutcome<Planned>> {
  const read = await ws.store.read();
  const analysed = await analyseWith(ws, read.value);
  // What exists is removed by what the state knows of it, also where its files are gone or broken.
  const looks = options.refresh || Object.keys(cutOffIn(read.value)?.resources ?? {}).length > 0;
  const strange = looks ? await strangeState(ws, read.value) : undefined;
  if (strange) return { diagnostics: [strange], files: analysed.files };
  const written = options.destroy && hasErrors(analysed.diagnostics) ? withoutFiles(analysed) : analysed;
  const { files } = written;
  const key = await stateKey(ws.host);
  const ground = {
    files: ws.host.files,
    stackDir: ws.stackDir,
    state: read,
    observe: () => observeAll(ws, options.refresh ? read.value : cutOffIn(read.value)),
    seal: key.seal,
    decidedBy: ws.facts ? (ws.facts as unknown as Json) : null,
  };
  const { value, diagnostics } = await planStack(written, ground, options);
  return { ...(value && { value: { ...value, state: value.relocation.state, key } }), diagnostics, files };
}

/** What the files say, with what things were made with where that follows from addresses they no longer have. */
async function analyseWith(ws: Workspace, state: State | undefined): Promise<Analysis> {
  const analysis = await analyse(ws.host.files, ws.grammar, ws.stackDir, ws.inputs, {
    findFacts: (need) => findFacts(ws, need),
    made: (moves, kinds) => keptNames(state, moves, kinds),
    hints: false,
  });
  for (const text of variableTexts(analysis.sensitiveVariables)) ws.secrets.add(text);
  return analysis;
}

/** Those of `--facts`, or what is found. */
async function findFacts(ws: Workspace, need: ReadonlySet<Need>): Promise<EnvFacts> {
  return ws.facts ?? (await discoverFacts(ws.host, ws.stackDir, { need }));
}

/** What can still be read protects all the same. */
function withoutFiles(analysis: Analysis): Analysis {
  const { kinds, protections } = analysis.ir;
  return { ...analysis, ir: { ...emptyIr, kinds, protections }, diagnostics: [] };
}

/** What nobody knows the state of: it is looked at in any case, before anything is repeated. */
function cutOffIn(state: State | undefined): State | undefined {
  const records = Object.entries(state?.resources ?? {}).filter(([, record]) => record.status === "unknown");
  return state && { ...state, resources: Object.fromEntries(records) };
}

/** What observers see of everything the state knows. */
export async function observeAll(
  ws: Workspace,
  state: State | undefined,
): Promise<ReadonlyMap<string, Observation>> {
  const records = Object.entries(state?.resources ?? {});
  if (!state || records.length === 0) return new Map();
  const facts = await findFacts(ws, observerNeeds(Object.values(state.resources)));
  const own = await observeOwn(ws, state);
  const seen = await Promise.all(
    records.map(
      async ([address, record]) =>
        [
          address,
          own.get(address) ?? (await observe(ws.host, facts, ws.stackDir, state.lineage, address, record)),
        ] as const,
    ),
  );
  return new Map(seen);
}

/** For the editor, which does not look itself. What checks said of the same state stays. */
export async function keepObservations(
  ws: Workspace,
  state: State,
  resources: ReadonlyMap<string, Observation>,
  checks?: Observations["checks"],
): Promise<void> {
  const { files, clock } = ws.host;
  const before = await readObservations(files, ws.stackDir, state);
  const seen = { at: clock.now(), resources, checks: checks ?? before?.checks ?? {} };
  await writeObservations(files, ws.stackDir, state, seen);
}

/** How a build goes about it; all of it is absent in a plain one, which is the built-in compiler's. */
export type BuildOptions = Partial<Pick<BuildInput, "force" | "decide" | "regenerate" | "agent">>;

/** Makes sure that every step of a plan has a checked artifact in build/. */
export async function build(
  ws: Workspace,
  planned: Planned,
  options: BuildOptions = {},
): Promise<Outcome<BuildReport>> {
  const moved = await moveBuild(ws, planned);
  if (hasErrors(moved)) return { diagnostics: moved };
  await beginBuild(ws, buildDir(ws));
  const { plan, analysis, state } = planned;
  const built = await buildActions(ws, analysis.ir, state, plan.actions, { ...options, planId: plan.planId });
  return { ...built, diagnostics: [...moved, ...built.diagnostics] };
}

/** What is wrong with scripts that stand in build/: those that people wrote or edited, and those of `byAgent`. */
export async function scriptProblems(
  ws: Workspace,
  { analysis, state, plan: { actions } }: Planned,
  { value, edited, byAgent }: Pick<BuildRead, "value" | "edited" | "byAgent">,
): Promise<readonly Diagnostic[]> {
  const ownSteps: OwnSteps = (action) => ownStep(analysis.ir.kinds, state, action);
  const scripts = new ScriptCheck(ws.lookAtScript, actions.steps, ownSteps);
  const isByPerson = scripts.isByPerson({ edited });
  return scripts.problems((value?.artifacts ?? []).filter((a) => isByPerson(a) || byAgent.has(a.path)));
}

/** Before anything is built, so that a person's edits are merged with what is built for the new address. */
function moveBuild(ws: Workspace, { relocation }: Planned): Promise<readonly Diagnostic[]> {
  return moveArtifacts(ws.host.files, buildDir(ws), relocation.steps, ws.host.environment.uid);
}

async function buildActions(
  ws: Workspace,
  ir: Ir,
  state: State | undefined,
  actions: ActionList,
  { force = false, ...options }: BuildOptions & Pick<BuildInput, "planId"> = {},
): Promise<Outcome<BuildReport>> {
  const ownSteps: OwnSteps = (action) => ownStep(ir.kinds, state, action);
  // An agent may choose among all runtimes.
  const facts = await factsFor(ws, actions, ownSteps, options.agent ? runtimeNames : []);
  return compile(ws.host.files, {
    actions,
    ownSteps,
    facts,
    force,
    ...options,
    scripts: new ScriptCheck(ws.lookAtScript, actions.steps, ownSteps),
    keep: possibleSteps(ir, state),
    ...artifactScope(ws.stackDir, ws.host.environment.uid),
    version: ws.version,
  });
}

const buildDir = (ws: Workspace): string => buildDirOf(ws.stackDir);

const runtimeNames: readonly Need[] = ["bash", "python3", "node", "deno", "go"];

/** `more`: runtimes that the scripts need besides those of the built-in templates. */
async function factsFor(
  ws: Workspace,
  actions: ActionList,
  ownSteps: OwnSteps,
  more: Iterable<Need>,
): Promise<EnvFacts> {
  const need = new Set([...factsNeeded(actions.steps, ownSteps), ...more]);
  return ws.facts ?? (await discoverFacts(ws.host, ws.stackDir, { need }));
}

/** Ids of every step that the files or the state can still ask for. */
function possibleSteps(ir: Ir, state: State | undefined): ReadonlySet<string> {
  const ids = new Set(stepBlocks(ir).keys());
  for (const [address, record] of Object.entries(state?.resources ?? {})) {
    const kind = ir.kinds.resources.get(record.kind);
    if (!kind) continue;
    ids.add(stepId(kind.ensure, address));
    if (kind.remove) ids.add(stepId(kind.remove.step, address));
  }
  return ids;
}

/** What each step of the plan may do, by the core's own table and the stack's own kinds. */
export function rightsOf({ analysis, state }: Planned): (action: Action) => Capabilities {
  return (action) => capabilities(action, ownStep(analysis.ir.kinds, state, action));
}

/** The plan's scripts that an agent wrote. */
export function agentScriptsOf(ws: Workspace, planned: Planned): Promise<readonly AgentScript[]> {
  return scriptsByAgents(ws, planned.analysis.ir, planned.state, planned.plan.actions);
}

function scriptsByAgents(
  ws: Workspace,
  ir: Ir,
  state: State | undefined,
  actions: ActionList,
): Promise<readonly AgentScript[]> {
  const ownSteps: OwnSteps = (action) => ownStep(ir.kinds, state, action);
  return agentScripts(ws.host.files, buildDir(ws), actions.steps, ownSteps, ws.host);
}

const loose = (scripts: readonly AgentScript[]): readonly AgentScript[] => scripts.filter((s) => !s.confined);

/** What an agent must not be sent. */
export function secretsOf(ws: Workspace, { analysis }: Planned): readonly KnownSecret[] {
  return knownSecrets(analysis.ir, analysis.sensitiveVariables, ws.host.environment);
}

export interface RunOptions
  extends Pick<
    RunContext,
    | "runId"
    | "command"
    | "supervisorPath"
    | "parallelism"
    | "timeoutMs"
    | "graceMs"
    | "signal"
    | "kill"
    | "onEvent"
  > {
  /** Addresses whose existing things may be taken over. */
  readonly adopt: ReadonlySet<string>;
  /** Whether scripts that an agent wrote may run without a sandbox. Asked before anything runs, if there are any. */
  readonly allowUnsandboxed: (scripts: readonly AgentScript[]) => Promise<boolean>;
}

export interface Applied {
  readonly results: ReadonlyMap<string, StepResult>;
  readonly outputs: Readonly<Record<string, Json>>;
}

/** Executes exactly the plan's steps with the artifacts that stand in build/, and records what came of each. */
export async function apply(ws: Workspace, planned: Planned, options: RunOptions): Promise<Outcome<Applied>> {
  const { plan: approved, analysis, desired } = planned;
  const moved = await moveBuild(ws, planned);
  if (hasErrors(moved)) return { diagnostics: moved };
  const strange = await fromElsewhere(ws, analysis.ir, planned.state, approved.actions);
  if (strange) return { diagnostics: [strange] };
  const scripts = loose(await scriptsByAgents(ws, analysis.ir, planned.state, approved.actions));
  if (scripts.length > 0 && !(await options.allowUnsandboxed(scripts)))
    return { diagnostics: [unsandboxed(scripts)] };
  const state = planned.state ?? emptyState(ws.newLineage());
  if (!planned.state) await remember(ws.host, { lineages: [state.lineage] });
  const recorder = new StateRecorder(ws.store, ws.host.clock, state);
  const relocations = relocationsOf(approved);
  forget(recorder, approved);
  if (relocations.length > 0 || (!planned.state && approved.actions.steps.length > 0)) await recorder.begin();
  const context = { ...options, relocations };
  const remembered = { state, recorder, desired, key: planned.key, keepsResults: true };
  let outputs: ReturnType<typeof outputsOf> = { value: {}, diagnostics: [] };
  const ran = await execute(ws, approved.actions, analysis.ir, remembered, context, async (known) => {
    if (!approved.destroy) outputs = outputsOf(analysis.ir, known);
    bringUpToDate(recorder, planned);
    recorder.setOutputs(outputs.value);
    await recorder.flush();
  });
  if (!ran.value) return { diagnostics: ran.diagnostics };
  return {
    value: { results: ran.value, outputs: outputs.value },
    diagnostics: [...ran.diagnostics, ...outputs.diagnostics],
  };
}

/**
 * Runs the checks, or those with the `targets`' addresses, against what is recorded; changes no resource. `analysed` is called
 * before the first one runs.
 */
export async function verify(
  ws: Workspace,
  { targets, ...options }: RunOptions & Pick<PlanOptions, "targets">,
  analysed: (analysis: Analysis) => void = () => undefined,
): Promise<FileOutcome<Applied>> {
  const read = await ws.store.read();
  const analysis = await analyseWith(ws, read.value);
  analysed(analysis);
  const { files } = analysis;
  const { ir } = remembering(analysis, read.value);
  const selected = selectChecks(ir, targets);
  const unread = [...analysis.diagnostics, ...read.diagnostics];
  const before = hasErrors(unread) ? unread : [...unread, ...selected.diagnostics];
  if (hasErrors(before)) return { diagnostics: before, files };
  const steps = selected.value.map((v) => verifyStep(ir.kinds, v).action);
  const actions: ActionList = { version: "1", steps };
  const built = await buildActions(ws, ir, read.value, actions);
  if (hasErrors(built.diagnostics)) return { diagnostics: [...before, ...built.diagnostics], files };
  const strange = await fromElsewhere(ws, ir, read.value, actions);
  if (strange) return { diagnostics: [...before, strange], files };
  const scripts = loose(await scriptsByAgents(ws, ir, read.value, actions));
  if (scripts.length > 0 && !(await options.allowUnsandboxed(scripts)))
    return { diagnostics: [...before, unsandboxed(scripts)], files };
  const { state: located, former } = relocate(read.value, ir);
  const state = located ?? emptyState(ws.newLineage());
  const recorder = new StateRecorder(ws.store, ws.host.clock, state);
  const desired = new Map<string, Desired>();
  // Without a state there is nothing to remember a check's result in, and moves are an apply's.
  const keepsResults = read.value !== undefined && former.size === 0;
  const remembered = { state, recorder, desired, key: await stateKey(ws.host), keepsResults };
  const ran = await execute(ws, actions, ir, remembered, options, () => recorder.flush());
  const diagnostics = [...before, ...built.diagnostics, ...ran.diagnostics];
  return {
    ...(ran.value && { value: { results: ran.value, outputs: state.outputs } }),
    diagnostics,
    files,
  };
}

/** Why what stands in `.clockwork/` must not be acted upon; a person may have been asked. */
async function fromElsewhere(
  ws: Workspace,
  ir: Ir,
  state: State | undefined,
  actions: ActionList,
): Promise<Diagnostic | undefined> {
  const ownSteps: OwnSteps = (action) => ownStep(ir.kinds, state, action);
  const facts = () => factsFor(ws, actions, ownSteps, []);
  const scripts = { buildDir: buildDir(ws), steps: actions.steps, ownSteps, state, facts };
  return (await strangeState(ws, state)) ?? strangeScripts(ws, scripts);
}

export interface CheckLook extends StepResult {
  /** The end of what it wrote; of untrusted words. */
  readonly said: string;
}

/** Of what a check writes, in characters: enough for the end of a stack trace. */
const mostSaid = 8_000;

/**
 * What the checks say now, those with the `targets`' addresses or all, by address: with the artifacts that stand in build/.
 * Nothing is recorded, and what is left of the run is removed. Scripts that an agent wrote are not run without a sandbox.
 */
export async function lookAtChecks(
  ws: Workspace,
  targets: readonly string[],
  { timeoutMs, parallelism }: Pick<RunOptions, "timeoutMs" | "parallelism">,
): Promise<Outcome<ReadonlyMap<string, CheckLook>>> {
  const read = await ws.store.read();
  const analysis = await analyseWith(ws, read.value);
  const { ir } = remembering(analysis, read.value);
  const selected = selectChecks(ir, targets);
  const before = [...analysis.diagnostics, ...read.diagnostics, ...selected.diagnostics];
  const { state } = relocate(read.value, ir);
  if (hasErrors(before) || !state || selected.value.length === 0) return { diagnostics: before };
  const steps = selected.value.map((v) => verifyStep(ir.kinds, v).action);
  const actions: ActionList = { version: "1", steps };
  const strange = await fromElsewhere(ws, ir, read.value, actions);
  if (strange) return { diagnostics: [...before, strange] };
  const scripts = loose(await scriptsByAgents(ws, ir, read.value, actions));
  if (scripts.length > 0) return { diagnostics: [...before, unsandboxed(scripts)] };
  const runId = ws.newRunId();
  const said = new Map<string, string>();
  const options: RunOptions = {
    runId,
    command: "observe",
    // Only a service has one.
    supervisorPath: "",
    parallelism,
    timeoutMs,
    graceMs: 2_000,
    ...ws.interrupt,
    onEvent: (event) => {
      if (event.type === "step-output")
        said.set(event.id, `${said.get(event.id) ?? ""}${event.text}`.slice(-mostSaid));
    },
    adopt: new Set(),
    allowUnsandboxed: async () => false,
  };
  const recorder = new StateRecorder(ws.store, ws.host.clock, state);
  const key = await stateKey(ws.host);
  const remembered = { state, recorder, desired: new Map<string, Desired>(), key, keepsResults: false };
  try {
    const ran = await execute(ws, actions, ir, remembered, options, async () => undefined);
    const diagnostics = [...before, ...ran.diagnostics];
    if (!ran.value) return { diagnostics };
    const results = new Map<string, CheckLook>();
    for (const step of steps) {
      const id = actionId(step);
      const result = ran.value.get(id);
      if (result) results.set(step.resource ?? id, { ...result, said: said.get(id) ?? "" });
    }
    return { value: results, diagnostics };
  } finally {
    for (const path of runTraces(ws.stackDir, runId)) await ws.host.files.remove(path);
  }
}

/** What a run is compared with and recorded in. */
interface Remembered {
  readonly state: State;
  readonly recorder: StateRecorder;
  readonly desired: Assembled["desired"];
  readonly key: StateKey;
  /** Whether results are recorded. */
  readonly keepsResults: boolean;
}

async function execute(
  ws: Workspace,
  actions: ActionList,
  ir: Ir,
  { state, recorder, desired, key, keepsResults }: Remembered,
  options: RunOptions & Pick<RunContext, "relocations">,
  conclude: (known: RuntimeOutputs) => Promise<void>,
): Promise<Outcome<ReadonlyMap<string, StepResult>>> {
  const { kinds } = ir;
  const ownSteps: OwnSteps = (action) => ownStep(kinds, state, action);
  const findFacts = (runtimes: Iterable<Need>) => factsFor(ws, actions, ownSteps, runtimes);
  const scripts = new ScriptCheck(ws.lookAtScript, actions.steps, ownSteps);
  const { uid } = ws.host.environment;
  const prepared = await prepare(ws.host.files, buildDir(ws), actions, findFacts, uid, scripts);
  if (!prepared.value) return { diagnostics: prepared.diagnostics };
  const { steps, artifacts, facts } = prepared.value;
  await remember(ws.host, { scripts: prepared.value.byHand });
  const values = recordedValues(ir.kinds, state);
  const nodes = new Map<string, ResourceIr | VerifyIr>(
    [...ir.resources, ...ir.verifies].map((n) => [n.address, n]),
  );
  const checks = new Map(ir.verifies.map((v) => [v.address, v]));
  const { adopt, allowUnsandboxed: _, ...context } = options;
  if (actions.steps.some(({ secrets }) => secrets !== undefined)) await key.keep();
  const secrets = new Secrets(ws.host, ws.stackDir, context.signal, ws.secrets);
  const giving: Giving = {
    files: ws.host.files,
    stackDir: ws.stackDir,
    kinds: ir.kinds,
    seal: key.seal,
    secrets,
    values,
  };
  const missing = await missingSecrets(
    giving,
    actions.steps.map((action) => {
      const address = action.resource ?? "";
      return { action, node: nodes.get(address), record: recorder.resource(address) };
    }),
  );
  if (missing.length > 0) return { diagnostics: [...prepared.diagnostics, ...missing] };
  const given = new Map<string, Given>();
  const waiting = checksBehind(ir);
  const draft = (action: Action, result: StepResult | typeof cutOff): SerialChange =>
    recorder.draft((entries) =>
      recordStep(entries, action, result, {
        kinds: ir.kinds,
        desired: desired.get(action.resource ?? ""),
        waiting: waiting(action.resource ?? ""),
        check: checks.get(action.resource ?? ""),
        given: given.get(actionId(action)) ?? nothingGiven,
        artifacts: artifacts.get(actionId(action)) ?? {},
      }),
    );
  const results = await runSteps(ws.host, steps, {
    ...context,
    stackDir: ws.stackDir,
    buildDir: buildDir(ws),
    lineage: state.lineage,
    values,
    secrets: ws.secrets,
    grants: (action) => grants(action, ws.host.environment, ownSteps(action)),
    capabilities: (action) => capabilities(action, ownSteps(action)),
    before: async (action) => {
      const address = action.resource ?? "";
      const node = nodes.get(address);
      const record = recorder.resource(address);
      const prepared = await givenTo(giving, { action, node, record });
      const [problem] = prepared.diagnostics;
      if (problem) return { env: {}, secrets: [], refuse: problem };
      given.set(actionId(action), prepared);
      const known = new Map([...values, ...Object.entries(prepared.env)]);
      const own = kinds.steps.get(action.name)?.own ? ownEnvironment(action, known) : {};
      const env = { ...prepared.env, ...own };
      const { secrets } = prepared;
      const unknown = keepsResults && { unknown: draft(action, cutOff) };
      if (adopt.has(address)) return { env: { ...env, CLOCKWORK_ADOPT: "1" }, secrets, ...unknown };
      const refuse = await ownership(ws.host, facts, ws.stackDir, state.lineage, action, record, known);
      return { env, secrets, ...unknown, ...(refuse && { refuse }) };
    },
    record: (action, result) => {
      if (!keepsResults) return undefined;
      const recorded = draft(action, result);
      recorder.enter(recorded.change);
      return recorded;
    },
    after: () => recorder.checkpoint(),
    conclude: () => conclude(lookUp(giving)),
  });
  return { value: results, diagnostics: prepared.diagnostics };
}

/** Run-time values of everything the state knows, by environment name. */
function recordedValues(kinds: Kinds, state: State): Map<string, string> {
  const values = new Map<string, string>();
  for (const [address, record] of Object.entries(state.resources)) {
    const kind = kinds.resources.get(record.kind);
    if (!kind) continue;
    for (const [output, value] of Object.entries(record.outputs))
      values.set(runtimeName(address, kind, output), value);
  }
  return values;
}

/** The stack's outputs with what is known now; those that need a step that has not run are left out. */
function outputsOf(
  ir: Ir,
  known: RuntimeOutputs,
): Outcome<Record<string, Json>> & { value: Record<string, Json> } {
  const value: Record<string, Json> = {};
  const diagnostics: Diagnostic[] = [];
  for (const output of ir.outputs) {
    const found = output.evaluate(known);
    diagnostics.push(...found.diagnostics.filter((d) => d.severity === "error"));
    if (output.sensitive) value[output.name] = hiddenOutput;
    else if (found.value) value[output.name] = valueToJson(found.value);
  }
  return { value, diagnostics };
}
