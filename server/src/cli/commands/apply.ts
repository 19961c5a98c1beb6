import { dirname, resolve } from "node:path";
import { actionId } from "../../assembly/actions.ts";
import { readSavedPlan, type SavedPlan } from "../../assembly/saved-plan.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { toRecord } from "../../diagnostics/render.ts";
import type { BuildReport } from "../../forge/compile.ts";
import type { Json } from "../../intake/value.ts";
import {
  type Applied,
  apply,
  build,
  type Planned,
  type PlanOptions,
  plan,
  type RunOptions,
  verify,
  type Workspace,
} from "../../pipeline.ts";
import type { RunEvent } from "../../protocol.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { baseDir, stepTimeout, textsOf, UsageError, variableInputs, workspace } from "../options.ts";
import { openRunView, type RunView } from "../run-view.ts";
import { outputsView } from "../views/human.ts";
import { planView } from "../views/plan.ts";
import { hasChanges, type PlanFlags, planOptions } from "./plan.ts";

export interface RunFlags extends PlanFlags {
  readonly yes?: boolean;
  readonly parallelism?: string;
  readonly events?: string;
  readonly adopt?: readonly string[];
}

/** `apply [DIR | PLAN]`, and `destroy [DIR]` with `flags.destroy`. */
export async function applyCommand(
  context: CliContext,
  operand: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const saved = await savedPlanAt(context, operand, flags);
  if (saved && "problem" in saved) return saved.problem;
  const ws = saved ? await savedWorkspace(context, flags, saved) : await workspace(context, flags, operand);
  const options = saved ? saved.plan.options : planOptions(flags);
  const view = await openRunView(context, flags);
  try {
    const code = await run(context, ws, options, flags, view, saved?.plan);
    view.onEvent({ type: "done", exitCode: code.exitCode, outputs: code.outputs });
    if (!flags.json) context.out(outputsText(context, code.outputs));
    return code.exitCode;
  } finally {
    await view.close();
  }
}

interface End {
  readonly exitCode: ExitCode;
  readonly outputs: Readonly<Record<string, Json>>;
}
const end = (exitCode: ExitCode): End => ({ exitCode, outputs: {} });

async function run(
  context: CliContext,
  ws: Workspace,
  options: PlanOptions,
  flags: RunFlags,
  view: RunView,
  saved: SavedPlan | undefined,
): Promise<End> {
  const { value: planned, diagnostics, files } = await plan(ws, options);
  const texts = textsOf(files);
  tell(context, diagnostics, texts);
  for (const d of diagnostics) {
    view.onEvent({ type: "diagnostic", diagnostic: toRecord(d, d.span && texts(d.span.origin.file)) });
  }
  if (!planned) return end(exitCodes.error);
  if (saved && saved.planId !== planned.plan.planId) return end(stale(context));
  view.onEvent(planEvent(planned));
  const run: RunOptions = runOptions(context, flags, view.onEvent);
  if (!flags.json) context.out(planView(planned.plan, { color: context.color.out }));
  if (planned.plan.actions.steps.length === 0) return finish(context, ws, planned, run);
  const built = await build(ws, planned, options.force);
  tell(context, built.diagnostics, texts);
  if (!built.value || built.diagnostics.some((d) => d.severity === "error")) return end(exitCodes.error);
  if (changedFiles(built.value) > 0) {
    if (!flags.json) context.out("\n");
    view.onEvent({ type: "build", ...built.value });
  }
  const mustAsk = !flags.yes && (!saved || changedFiles(built.value) > 0);
  if (mustAsk && !(await confirmed(context, planned, flags))) return end(exitCodes.error);
  return finish(context, ws, planned, run);
}

async function finish(
  context: CliContext,
  ws: Workspace,
  planned: Planned,
  options: RunOptions,
): Promise<End> {
  const nothing = planned.plan.actions.steps.length === 0;
  // Without steps there may still be outputs to bring up to date.
  if (nothing && !planned.state && !hasChanges(planned)) return end(exitCodes.done);
  const { value, diagnostics } = await apply(ws, planned, options);
  tell(context, [...diagnostics, ...refusals(value)], textsOf(planned.analysis.files));
  if (!value) return end(exitCodes.error);
  return { exitCode: exitOf(context, value), outputs: value.outputs };
}

export async function verifyCommand(
  context: CliContext,
  dir: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  const view = await openRunView(context, flags);
  try {
    const { value, diagnostics, files } = await verify(ws, runOptions(context, flags, view.onEvent));
    tell(context, [...diagnostics, ...refusals(value)], textsOf(files));
    const code = value ? exitOf(context, value) : exitCodes.error;
    if (value && value.results.size === 0 && !flags.json) context.out("The stack has no checks.\n");
    view.onEvent({ type: "done", exitCode: code, outputs: {} });
    return code;
  } finally {
    await view.close();
  }
}

/** Why steps were not started, with the way out; what started has its log. */
function refusals(applied: Applied | undefined): readonly Diagnostic[] {
  return [...(applied?.results.values() ?? [])].flatMap((r) => (r.attempts === 0 ? r.diagnostics : []));
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

function runOptions(context: CliContext, flags: RunFlags, onEvent: (event: RunEvent) => void): RunOptions {
  const parallelism = Number(flags.parallelism ?? 1);
  if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > 256) {
    throw new UsageError(`--parallelism ${flags.parallelism}: not a whole number from 1 to 256`);
  }
  return {
    runId: runId(context),
    supervisorPath: `${context.distDir}/supervisor.js`,
    parallelism,
    timeoutMs: stepTimeout(flags),
    graceMs: 5_000,
    signal: context.interrupt.signal,
    kill: context.interrupt.kill,
    onEvent,
    adopt: new Set(flags.adopt ?? []),
  };
}

/** Sorts by time and is unique: `20261123T031500Z-1f2e3d4c`. */
function runId(context: CliContext): string {
  const time = new Date(context.host.clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${context.randomId().slice(0, 8)}`;
}

function planEvent(planned: Planned): RunEvent {
  return {
    type: "plan",
    planId: planned.plan.planId,
    changes: planned.plan.changes.map(({ address, action, reason }) => ({ address, action, reason })),
    steps: planned.plan.actions.steps.map(actionId),
  };
}

function changedFiles(report: BuildReport): number {
  return report.written.length + report.merged.length;
}

async function confirmed(context: CliContext, planned: Planned, flags: RunFlags): Promise<boolean> {
  const verb = planned.plan.destroy ? "destroy" : "apply";
  if (!context.interactive || flags.json) {
    tell(
      context,
      [
        diagnostic("usage", `${verb} asks before it changes anything, and nobody is here to answer`, {
          hint: "Give --yes.",
        }),
      ],
      () => undefined,
    );
    return false;
  }
  const question = planned.plan.destroy
    ? "Remove all of this? Only yes is taken as a yes: "
    : "Do this? Only yes is taken as a yes: ";
  const answer = await context.ask(`\n${question}`);
  if (answer.trim() === "yes") return true;
  context.err("Nothing was changed.\n");
  return false;
}

function stale(context: CliContext): ExitCode {
  tell(
    context,
    [
      diagnostic(
        "stale-plan",
        "The saved plan is stale: files, artifacts, facts or state have changed since it was made",
        {
          hint: "Make and review a new one with: clockwork plan --out FILE",
        },
      ),
    ],
    () => undefined,
  );
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
): Promise<SavedAt | { readonly problem: ExitCode } | undefined> {
  if (operand === undefined || /\.cw(vars)?$/.test(operand)) return undefined;
  const path = resolve(baseDir(context, flags), operand);
  if ((await context.host.files.stat(path))?.kind !== "file") return undefined;
  const { value, diagnostics } = readSavedPlan(await context.host.files.readText(path), operand);
  if (value) return { plan: value, path };
  tell(context, diagnostics, () => undefined);
  return { problem: exitCodes.error };
}

async function savedWorkspace(context: CliContext, flags: RunFlags, saved: SavedAt): Promise<Workspace> {
  if ((flags.var ?? []).length > 0 || (flags.varFile ?? []).length > 0) {
    throw new UsageError("A saved plan has its variables: --var and --var-file do not go with it");
  }
  const { flags: given, files, environment } = saved.plan.variables;
  const inputs = {
    ...variableInputs(context, flags),
    flags: given,
    files,
    environment: new Map(Object.entries(environment)),
  };
  return workspace(context, { ...flags, chdir: dirname(saved.path) }, saved.plan.stack, inputs);
}
