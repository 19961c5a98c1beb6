/**
 * From stale steps to a checked bundle, with an agent for those that need one. Scripts that a kind brings along are taken
 * word for word, and steps whose arguments no prompt can carry as they are get the built-in template.
 */
import { isAgentError } from "../../agent/agent.ts";
import { type Action, actionId } from "../../assembly/actions.ts";
import { type Diagnostic, diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../../host/ports.ts";
import type { EnvFacts } from "../../intake/facts.ts";
import { compileBuiltin } from "../builtin/compile.ts";
import { templates } from "../builtin/templates.ts";
import { type ArtifactBundle, artifactBundle, type CheckedBundle } from "../bundle.ts";
import type { OwnSteps } from "../capabilities.ts";
import { collisions } from "../check/collide.ts";
import type { ScriptCheck } from "../check/scripts.ts";
import { quoted } from "../check/text.ts";
import { type CheckResult, checkBuild, checkBundle, parseReply } from "../check.ts";
import type { Manifest, Origin } from "../manifest.ts";
import { forEach, PlainTree, stackDirOf } from "../plain.ts";
import { buildParts, type Earlier, isPresentable, type PromptStep } from "../prompt/prompt.ts";
import { type Remembered, varsOf, withRemembered } from "../remembered.ts";
import { fromWire } from "../wire.ts";
import { type AgentReport, type AgentUse, ask } from "./ask.ts";
import { failureOf } from "./failure.ts";

export interface AgentInput {
  readonly files: ReadFiles;
  readonly buildDir: string;
  readonly uid?: number;
  readonly manifest: Manifest;
  readonly facts: EnvFacts;
  readonly ownSteps: OwnSteps;
  /** Looks at what the agent writes. */
  readonly scripts?: ScriptCheck;
  /** Of the built-in compiler. */
  readonly version: string;
}

export interface Compiled {
  /** Absent when there is none; `diagnostics` says why. */
  readonly value?: CheckedBundle;
  readonly origin: (purpose: string) => Origin;
  /** Absent where no step needed the agent. */
  readonly report?: AgentReport;
  /** Ids of the steps that the agent wrote scripts for. */
  readonly asked: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes an agent ready to be asked, which only a build that needs one does. Rejects with an `AgentError`, or with the signal's reason. */
export type OpenAgent = () => Promise<AgentUse>;

export async function compileWithAgent(
  open: OpenAgent,
  input: AgentInput,
  stale: readonly Action[],
  known: ReadonlyMap<string, Remembered>,
): Promise<Compiled> {
  const toWrite = stale.filter((action) => !known.has(actionId(action)));
  const forAgent = toWrite.filter((action) => needsAgent(action, input.ownSteps));
  const asked = forAgent.map(actionId);
  const ours = compileBuiltin(
    toWrite.filter((action) => !forAgent.includes(action)),
    input.facts,
    input.ownSteps,
  );
  const builtin: Origin = { compiler: "builtin", version: input.version };
  const ownOrigin = (purpose: string) => known.get(purpose)?.origin ?? builtin;
  const nothing = { origin: ownOrigin, asked };
  if (hasErrors(ours.diagnostics)) return { ...nothing, diagnostics: ours.diagnostics };
  const given = withRemembered(ours.value, known, stale);
  if (forAgent.length === 0)
    return { ...nothing, ...checkBuild(given, varsOf(known), { version: "1", steps: [...stale] }) };
  const steps = await forEach(forAgent, (action) => promptStep(input, action));
  const accept = async (text: string): Promise<CheckResult> => {
    const read = parseReply(text);
    if (read.problem) return { diagnostics: [read.problem] };
    const { value, problem } = fromWire(read.value);
    if (problem) return { diagnostics: [problem] };
    return accepted({ input, stale, forAgent, given, known }, value);
  };
  const use = await open().catch(unopened);
  if ("code" in use) return { ...nothing, diagnostics: [use] };
  const answered = await ask(use, buildParts(steps, input.facts), asked, accept);
  const { request, value, report, diagnostics } = answered;
  const { name, model } = use.agent;
  const agents: Origin = { compiler: name, version: input.version, model, ...(request && { request }) };
  const wrote = new Set(asked);
  return {
    ...(value && { value }),
    origin: (purpose) => (wrote.has(purpose) ? agents : ownOrigin(purpose)),
    asked,
    report,
    diagnostics,
  };
}

function unopened(error: unknown): Diagnostic {
  if (!isAgentError(error)) throw error;
  return failureOf(error);
}

function needsAgent(action: Action, ownSteps: OwnSteps): boolean {
  const own = ownSteps(action);
  if (own) return !own.script;
  return isPresentable(action) || !templates.has(action.name);
}

/** What an answer is judged with. */
interface Asked {
  readonly input: AgentInput;
  readonly stale: readonly Action[];
  readonly forAgent: readonly Action[];
  /** The part of the bundle that nobody is asked for. */
  readonly given: ArtifactBundle;
  readonly known: ReadonlyMap<string, Remembered>;
}

/** The agent's part by its own rules first; then the whole, as it will stand in build/. */
async function accepted(
  { input, stale, forAgent, given, known }: Asked,
  reply: unknown,
): Promise<CheckResult> {
  const alone = checkBundle(reply, { version: "1", steps: [...forAgent] });
  if (!alone.value) return alone;
  const problems = [
    ...missingRuntimes(alone.value, input.facts),
    ...takenPaths(alone.value, input.manifest, new Set(stale.map(actionId))),
  ];
  const looked = (await input.scripts?.problems(alone.value.artifacts)) ?? [];
  if (hasErrors([...problems, ...looked])) return { diagnostics: [...problems, ...looked] };
  // It has the contract's form: the check has just said so.
  const theirs = artifactBundle.parse(reply);
  const wrote = new Set(forAgent.map(actionId));
  const purposes = new Map(alone.value.artifacts.map(({ path, purpose }) => [path, purpose]));
  const order = new Map(stale.map((action, index) => [actionId(action), index]));
  const placed = alone.value.steps.map(({ purpose }, i) => ({
    purpose,
    run: theirs.steps[i]?.run ?? { cmd: [] },
  }));
  const steps = [...given.steps, ...placed].sort(
    (a, b) => (order.get(a.purpose) ?? 0) - (order.get(b.purpose) ?? 0),
  );
  const named = theirs.artifacts.map((a) => ({ ...a, purpose: purposes.get(a.path) ?? a.purpose }));
  const whole = { version: "1" as const, artifacts: [...given.artifacts, ...named], steps, vars: {} };
  const ofOthers = varsOf(known);
  const vars = (purpose: string) => (wrote.has(purpose) ? theirs.vars : ofOthers(purpose));
  const checked = checkBuild(whole, vars, { version: "1", steps: [...stale] });
  return { ...checked, diagnostics: [...checked.diagnostics, ...looked] };
}

function missingRuntimes({ steps }: CheckedBundle, { runtimes }: EnvFacts): readonly Diagnostic[] {
  return steps
    .filter(({ command }) => !runtimes[command.runtime])
    .map(({ purpose, command }) =>
      diagnostic("S-RUNTIME", `${purpose} runs with ${command.runtime}, which this machine does not have`),
    );
}

/** Paths where another step's artifact lies already. */
function takenPaths(
  { artifacts }: CheckedBundle,
  manifest: Manifest,
  rebuilt: ReadonlySet<string>,
): readonly Diagnostic[] {
  const others = Object.entries(manifest.artifacts).filter(([, { purpose }]) => !rebuilt.has(purpose));
  const paths = [...others.map(([path]) => path), ...artifacts.map(({ path }) => path)];
  return [...collisions(paths)]
    .filter(([index]) => index >= others.length)
    .map(([index, other]) =>
      diagnostic(
        "P-COLLIDE",
        `Artifact ${quoted(paths[index] ?? "")} collides with ${quoted(other)} of another step`,
      ),
    );
}

async function promptStep(input: AgentInput, action: Action): Promise<PromptStep> {
  const { files, buildDir, uid, manifest, ownSteps } = input;
  const id = actionId(action);
  const tree = new PlainTree(files, stackDirOf(buildDir), uid);
  const entries = Object.entries(manifest.artifacts).filter(([, { purpose }]) => purpose === id);
  const earlier = await forEach(entries, async ([path, { lang, base }]): Promise<Earlier[]> => {
    const there = await tree.look(`${buildDir}/${path}`);
    const text = there.kind === "file" ? there.text : undefined;
    return text === undefined ? [] : [{ path, lang, text, edited: text !== base }];
  });
  return { action, own: ownSteps(action), earlier: earlier.flat() };
}
