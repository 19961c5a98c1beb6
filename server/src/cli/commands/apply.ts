import { dirname, resolve } from "node:path";
import { readSavedPlan, type SavedPlan } from "../../assembly/saved-plan.ts";
import { verifyStep } from "../../assembly/steps.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type { BuildReport } from "../../forge/compile.ts";
import type { SandboxLevel } from "../../host/ports.ts";
import type { Json } from "../../intake/value.ts";
import {
  type Applied,
  agentScriptsOf,
  apply,
  build,
  type Planned,
  type PlanOptions,
  plan,
  type RunOptions,
  verify,
  type Workspace,
} from "../../pipeline.ts";
import { allowScripts, asksAbout, showScripts } from "../agent-review.ts";
import { chooseAgent } from "../choose-agent.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { type LockFlags, withLock } from "../lock.ts";
import { baseDir, stepTimeout, textsOf, UsageError, variableInputs, workspace } from "../options.ts";
import { type RunLimit, runLimit } from "../run-limit.ts";
import { type End, type RunView, withRunView } from "../run-view.ts";
import { outputsView } from "../views/human.ts";
import { hasChanges, type PlanFlags, planEvent, planOptions, planText } from "./plan.ts";

export interface RunFlags extends PlanFlags, LockFlags {
  readonly yes?: boolean;
  readonly parallelism?: string;
  readonly timeout?: string;
  readonly events?: string;
  readonly adopt?: readonly string[];
  readonly compiler?: string;
  readonly allowUnsandboxed?: boolean;
  readonly allowRoot?: boolean;
}

/** `apply [DIR | PLAN]`, and `destroy [DIR]` with `flags.destroy`. */
export async function applyCommand(
  context: CliContext,
  operand: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const command = flags.destroy ? "destroy" : "apply";
  const { exitCode, outputs } = await withRunView(context, flags, command, async (view) => {
    const saved = await savedPlanAt(context, operand, flags);
    const ws = saved
      ? await savedWorkspace(context, flags, saved)
      : await workspace(context, flags, operand, "Name a folder, one of its .cw files, or a saved plan.");
    const options = saved ? saved.plan.options : planOptions(flags);
    return withLock(context, flags, ws, flags.destroy ? "destroy" : "apply", {
      held: (problems) => locked(view, problems),
      work: (recovered) => {
        view.tell(recovered, () => undefined);
        return run(context, ws, options, flags, view, saved?.plan);
      },
    });
  });
  // After a failure they would be those of before, or half of them.
  if (!flags.json && exitCode === exitCodes.done) context.out(outputsText(context, outputs));
  return exitCode;
}

const end = (exitCode: ExitCode): End => ({ exitCode, outputs: {} });

function locked(view: RunView, problems: readonly Diagnostic[]): End {
  view.tell(problems, () => undefined);
  return end(exitCodes.locked);
}

async function run(
  context: CliContext,
  ws: Workspace,
  options: PlanOptions,
  flags: RunFlags,
  view: RunView,
  saved: SavedPlan | undefined,
): Promise<End> {
  const { value: planned, diagnostics, files } = await plan(ws, options);
  const texts = textsOf(context, ws.stackDir, files);
  view.tell(diagnostics, texts);
  if (!planned) return end(exitCodes.error);
  if (saved && saved.planId !== planned.plan.planId) return end(stale(view));
  const run = runOptions(context, flags, view);
  if (view.tell(unknownAdopted(planned, run.adopt), texts)) return end(exitCodes.error);
  const { steps } = planned.plan.actions;
  view.onEvent(planEvent(planned));
  view.locate(planned.analysis.ir, steps, texts);
  view.say(planText(planned, { color: context.color.out }));
  const changes = hasChanges(planned);
  if (steps.length === 0 && (!changes || flags.yes || saved)) return finish(ws, planned, run, view, context);
  const agent = await chooseAgent(context, ws, planned, flags, view.onEvent);
  const built = await build(ws, planned, { force: options.force, ...(agent && { agent }) });
  if (view.tell(built.diagnostics, texts) || !built.value) return end(exitCodes.error);
  const news = changedFiles(built.value) > 0;
  view.say("\n");
  if (news) {
    view.onEvent({ type: "build", ...built.value });
    view.say("\n");
  }
  const scripts = await agentScriptsOf(ws, planned);
  showScripts(context, view, scripts, built.value);
  const mustAsk = !flags.yes && (!saved || news);
  // About them a person is asked in any case, right before they run.
  const isAsked = asksAbout(context, flags, scripts);
  if (mustAsk && !isAsked && !(await confirmed(context, planned, flags, view, saved !== undefined)))
    return end(exitCodes.error);
  return finish(ws, planned, run, view, context);
}

async function finish(
  ws: Workspace,
  planned: Planned,
  options: LimitedRun,
  view: RunView,
  context: CliContext,
): Promise<End> {
  // Without steps there may still be outputs to bring up to date.
  const nothing = planned.plan.actions.steps.length === 0 && planned.analysis.ir.outputs.length === 0;
  if (nothing && !planned.state && !hasChanges(planned)) return end(exitCodes.done);
  if (planned.plan.actions.steps.length > 0) view.say(sandboxLine(await context.host.jobs.sandbox()));
  const signal = options.limit.start(options.signal);
  const { value, diagnostics } = await apply(ws, planned, { ...options, signal });
  view.tell(options.limit.problems(), () => undefined);
  const hasFailed = view.tell(diagnostics, textsOf(context, ws.stackDir, planned.analysis.files));
  if (!value) return end(exitCodes.error);
  if (value.results.size === 0 && hasChanges(planned)) view.say("\nDone: the state says so now.\n");
  const exitCode = exitOf(context, value);
  // An output that may not be as it is.
  const isWrong = exitCode === exitCodes.done && hasFailed;
  return { exitCode: isWrong ? exitCodes.error : exitCode, outputs: value.outputs };
}

/** What protects the machine from the steps. Which of them it cannot hold, `explain` says of each. */
function sandboxLine(level: SandboxLevel): string {
  if (level.driver === "none") {
    const remedy = level.remedy === undefined ? "" : `. ${level.remedy}`;
    return `Sandbox: none, ${level.reason}${remedy}\n`;
  }
  return `Sandbox: bubblewrap${level.weak === undefined ? "" : `; ${level.weak}`}\n`;
}

function unknownAdopted(planned: Planned, adopt: ReadonlySet<string>): readonly Diagnostic[] {
  const known = new Set([
    ...planned.analysis.ir.resources.map((r) => r.address),
    ...Object.keys(planned.state?.resources ?? {}),
  ]);
  return [...adopt]
    .filter((address) => !known.has(address))
    .map((address) =>
      diagnostic("unknown-target", `--adopt ${address}: nothing in the stack or its state has this address`, {
        hint: didYouMean(address, known),
      }),
    );
}

export async function verifyCommand(
  context: CliContext,
  dir: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const { exitCode } = await withRunView(context, flags, "verify", async (view) => {
    const ws = await workspace(context, flags, dir);
    return withLock(context, flags, ws, "verify", {
      held: (problems) => locked(view, problems),
      work: (recovered) => {
        view.tell(recovered, () => undefined);
        return runChecks(context, ws, flags, view);
      },
    });
  });
  return exitCode;
}

async function runChecks(context: CliContext, ws: Workspace, flags: RunFlags, view: RunView): Promise<End> {
  const options = { ...runOptions(context, flags, view), targets: flags.target ?? [] };
  const signal = options.limit.start(options.signal);
  const { value, diagnostics, files } = await verify(ws, { ...options, signal }, (analysis) => {
    const steps = analysis.ir.verifies.map((v) => verifyStep(analysis.ir.kinds, v).action);
    view.locate(analysis.ir, steps, textsOf(context, ws.stackDir, analysis.files));
  });
  view.tell([...diagnostics, ...options.limit.problems()], textsOf(context, ws.stackDir, files));
  if (!value) return end(exitCodes.error);
  if (value.results.size === 0) view.say("The stack has no checks.\n");
  return end(exitOf(context, value));
}

function exitOf(context: CliContext, applied: Applied): ExitCode {
  if (context.interrupt.signal.aborted) return exitCodes.interrupted;
  return [...applied.results.values()].every((r) => r.outcome === "succeeded")
    ? exitCodes.done
    : exitCodes.stepFailed;
}

function outputsText(context: CliContext, outputs: Readonly<Record<string, Json>>): string {
  const views = Object.entries(outputs).map(([name, value]) => ({ name, value, sensitive: false }));
  const text = outputsView(views, { color: context.color.out });
  return text === "" ? "" : `\n${text}`;
}

interface LimitedRun extends RunOptions {
  readonly limit: RunLimit;
}

export function runOptions(context: CliContext, flags: RunFlags, view: RunView): LimitedRun {
  const { runId, command, onEvent } = view;
  const parallelism = Number(flags.parallelism ?? 1);
  if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > 256) {
    throw new UsageError(`--parallelism ${flags.parallelism}: not a whole number from 1 to 256`);
  }
  return {
    runId,
    command,
    supervisorPath: `${context.distDir}/supervisor.js`,
    parallelism,
    timeoutMs: stepTimeout(flags),
    graceMs: 5_000,
    limit: runLimit(flags.timeout),
    signal: context.interrupt.signal,
    kill: context.interrupt.kill,
    onEvent,
    adopt: new Set(flags.adopt ?? []),
    allowUnsandboxed: (scripts) => allowScripts(context, flags, view, scripts),
  };
}

function changedFiles(report: BuildReport): number {
  return report.written.length + report.merged.length;
}

async function confirmed(
  context: CliContext,
  planned: Planned,
  flags: RunFlags,
  view: RunView,
  saved: boolean,
): Promise<boolean> {
  const verb = planned.plan.destroy ? "destroy" : "apply";
  if (!context.interactive || flags.json) {
    const message = saved
      ? "The saved plan had no scripts yet: what was built is to be looked at, and nobody is here to answer"
      : `${verb} asks before it changes anything, and nobody is here to answer`;
    const hint = saved
      ? "Look at .clockwork/build, then save the plan anew with: clockwork plan --out FILE. Or give --yes next time."
      : "Give --yes.";
    view.tell([diagnostic("usage", message, { hint })], () => undefined);
    return false;
  }
  const question = planned.plan.destroy
    ? "Remove all of this? Only yes is taken as a yes: "
    : "Do this? Only yes is taken as a yes: ";
  const answer = await context.ask(question);
  view.say("\n");
  if (answer.trim() === "yes") return true;
  context.err("Nothing was run.\n");
  return false;
}

function stale(view: RunView): ExitCode {
  const message = "The saved plan is stale: files, artifacts, facts or state have changed since it was made";
  const hint = "Make and review a new one with: clockwork plan --out FILE";
  view.tell([diagnostic("stale-plan", message, { hint })], () => undefined);
  return exitCodes.stale;
}

interface SavedAt {
  readonly plan: SavedPlan;
  readonly path: string;
}

/** The operand as a plan file, if it is one: a file that is no .cw file. */
async function savedPlanAt(
  context: CliContext,
  operand: string | undefined,
  flags: RunFlags,
): Promise<SavedAt | undefined> {
  if (operand === undefined || /\.cw(vars)?$/.test(operand)) return undefined;
  const path = resolve(baseDir(context, flags), operand);
  if ((await context.host.files.stat(path))?.kind !== "file") return undefined;
  const { value, diagnostics } = readSavedPlan(await context.host.files.readText(path), operand);
  const [problem] = diagnostics;
  if (!value) throw new UsageError(problem?.message ?? `${operand} is no plan`, problem?.hint);
  if (flags.destroy && !value.options.destroy) {
    throw new UsageError(`${operand} is no plan of a removal`, `Apply it with: clockwork apply ${operand}`);
  }
  return { plan: value, path };
}

/** What a plan was made with cannot be changed when it is applied. */
const decided = ["var", "varFile", "target", "refresh", "force"] as const;

async function savedWorkspace(context: CliContext, flags: RunFlags, saved: SavedAt): Promise<Workspace> {
  const { flags: variables, files, environment, withheld = [] } = saved.plan.variables;
  const now = variableInputs(context, flags);
  const again = now.flags.filter(({ name }) => withheld.includes(name));
  const given = decided.filter((name) => {
    const value = name === "var" ? now.flags.filter((f) => !again.includes(f)) : flags[name];
    return typeof value === "boolean" ? value : (value ?? []).length > 0;
  });
  if (given.length > 0) {
    const names = given.map((name) => (name === "varFile" ? "--var-file" : `--${name}`)).join(", ");
    throw new UsageError(
      `A saved plan is applied as it is: ${names} cannot change it`,
      "Make another one with: clockwork plan --out FILE",
    );
  }
  const fromHere = [...now.environment].filter(([name]) => withheld.includes(name));
  const lost = withheld.find((n) => ![...again.map((f) => f.name), ...fromHere.map(([m]) => m)].includes(n));
  if (lost !== undefined) {
    throw new UsageError(
      `The plan was made with a value for the variable "${lost}", which is sensitive and not in its file`,
      `Give it again: with --var ${lost}=… or with CLOCKWORK_VAR_${lost}`,
    );
  }
  const inputs = {
    files,
    flags: [...variables, ...again],
    environment: new Map([...Object.entries(environment), ...fromHere]),
  };
  return workspace(
    context,
    { ...flags, chdir: dirname(saved.path) },
    saved.plan.stack,
    "The stack of this plan is gone.",
    inputs,
  );
}
