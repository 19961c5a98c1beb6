import { actionId } from "../../assembly/actions.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { readBuild } from "../../forge/artifacts.ts";
import type { BuildReport } from "../../forge/compile.ts";
import { artifactScope } from "../../forge/proposals/open.ts";
import {
  type BuildOptions,
  build,
  type Planned,
  plan,
  scriptProblems,
  type Workspace,
} from "../../pipeline.ts";
import type { AgentEvent } from "../../protocol.ts";
import { agentScreen } from "../agent-screen.ts";
import { chooseAgent } from "../choose-agent.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type EventFile, withEvents } from "../event-file.ts";
import { type LockFlags, withLock } from "../lock.ts";
import { textsOf, UsageError, workspace } from "../options.ts";
import { printDocument } from "../views/json.ts";
import { type PlanFlags, planEvent, planOptions } from "./plan.ts";

export interface BuildFlags extends PlanFlags, LockFlags {
  readonly compiler?: string;
  readonly keepMine?: boolean;
  readonly takeTheirs?: boolean;
  /** Step ids. */
  readonly regenerate?: readonly string[];
}

/** Compiles, checks and writes the artifacts of the plan's steps; runs nothing. */
export function buildCommand(
  context: CliContext,
  dir: string | undefined,
  flags: BuildFlags,
): Promise<ExitCode> {
  return withEvents(context, flags, "build", (events) => makeBuild(context, dir, flags, events));
}

async function makeBuild(
  context: CliContext,
  dir: string | undefined,
  flags: BuildFlags,
  events: EventFile,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  return withLock(context, flags, ws, "build", {
    held: (problems) => {
      events.problems(problems, () => undefined);
      refuse(context, flags, problems, () => undefined);
      return exitCodes.locked;
    },
    work: (recovered) => {
      events.problems(recovered, () => undefined);
      tell(context, recovered, () => undefined);
      return run(context, ws, flags, events);
    },
  });
}

async function run(
  context: CliContext,
  ws: Workspace,
  flags: BuildFlags,
  events: EventFile,
): Promise<ExitCode> {
  const options = planOptions(flags);
  // What is to be regenerated need not be part of a plan of what has changed.
  const force = options.force || flags.regenerate !== undefined;
  const { value: planned, diagnostics, files } = await plan(ws, { ...options, force });
  events.problems(diagnostics, textsOf(context, ws.stackDir, files));
  if (!planned) return refuse(context, flags, diagnostics, textsOf(context, ws.stackDir, files));
  tell(context, diagnostics, textsOf(context, ws.stackDir, files));
  events.write(planEvent(planned));
  const screen = agentScreen(context, flags, events);
  const built = compile(context, ws, planned, flags, screen.onEvent);
  const { value: report, diagnostics: problems } = await built.finally(screen.close);
  events.problems(problems, textsOf(context, ws.stackDir, files));
  if (!report) return refuse(context, flags, problems, textsOf(context, ws.stackDir, files));
  const edited = await editedProblems(ws, planned);
  events.problems(edited, textsOf(context, ws.stackDir, files));
  const failed = tell(context, [...problems, ...edited], textsOf(context, ws.stackDir, files));
  events.write({ type: "build", ...report });
  if (flags.json) context.out(printDocument(report));
  else context.out(reportText(report, failed));
  return failed ? exitCodes.error : exitCodes.done;
}

/** Of the scripts that people wrote or edited: what is built beside them does not run without them. */
async function editedProblems(ws: Workspace, planned: Planned): Promise<readonly Diagnostic[]> {
  const { buildDir, uid } = artifactScope(ws.stackDir, ws.host.environment.uid);
  const read = await readBuild(ws.host.files, buildDir, planned.plan.actions, uid);
  return scriptProblems(ws, planned, { ...read, byAgent: new Set() });
}

async function compile(
  context: CliContext,
  ws: Workspace,
  planned: Planned,
  flags: BuildFlags,
  onEvent: (event: AgentEvent) => void,
): ReturnType<typeof build> {
  const agent = await chooseAgent(context, ws, planned, flags, onEvent);
  return build(ws, planned, { ...buildOptions(flags, planned), ...(agent && { agent }) });
}

function buildOptions(
  { force, keepMine, takeTheirs, regenerate }: BuildFlags,
  planned: Planned,
): BuildOptions {
  const known = planned.plan.actions.steps.map(actionId);
  const unknown = regenerate?.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`--regenerate ${unknown}: the stack has no such step`, didYouMean(unknown, known));
  return {
    force: force === true,
    ...(keepMine && { decide: "mine" as const }),
    ...(takeTheirs && { decide: "theirs" as const }),
    ...(regenerate && { regenerate: new Set(regenerate) }),
  };
}

function reportText(report: BuildReport, failed: boolean): string {
  const lines = (sign: string, paths: readonly string[], what: string) =>
    paths.map((path) => `${sign} .clockwork/build/${path}${what}\n`).join("");
  const text = [
    lines("+", report.written, ""),
    lines("~", report.merged, "  (your changes and the new version, merged)"),
    lines("=", report.kept, "  (yours, kept)"),
    lines("!", report.conflicts, "  (yours kept, the new version is a proposal)"),
    lines("*", report.replaced, "  (the compiler's; yours is a proposal now)"),
    lines("-", report.removed, ""),
  ].join("");
  return text === "" && !failed ? "Nothing to build: every step has its artifact.\n" : text;
}
