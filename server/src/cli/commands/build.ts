import { build, plan, type Workspace } from "../../pipeline.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type EventFile, withEvents } from "../event-file.ts";
import { type LockFlags, withLock } from "../lock.ts";
import { textsOf, workspace } from "../options.ts";
import { printDocument } from "../views/json.ts";
import { type PlanFlags, planEvent, planOptions } from "./plan.ts";

/** Compiles, checks and writes the artifacts of the plan's steps; runs nothing. */
export function buildCommand(
  context: CliContext,
  dir: string | undefined,
  flags: PlanFlags & LockFlags,
): Promise<ExitCode> {
  return withEvents(context, flags, "build", (events) => makeBuild(context, dir, flags, events));
}

async function makeBuild(
  context: CliContext,
  dir: string | undefined,
  flags: PlanFlags & LockFlags,
  events: EventFile,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  return withLock(context, flags, ws, "build", {
    held: (problems) => {
      events.problems(problems, () => undefined);
      refuse(context, flags, problems, () => undefined);
      return exitCodes.locked;
    },
    work: () => run(context, ws, flags, events),
  });
}

async function run(
  context: CliContext,
  ws: Workspace,
  flags: PlanFlags,
  events: EventFile,
): Promise<ExitCode> {
  const { value: planned, diagnostics, files } = await plan(ws, planOptions(flags));
  events.problems(diagnostics, textsOf(files));
  if (!planned) return refuse(context, flags, diagnostics, textsOf(files));
  tell(context, diagnostics, textsOf(files));
  events.write(planEvent(planned));
  const { value: report, diagnostics: problems } = await build(ws, planned, flags.force === true);
  events.problems(problems, textsOf(files));
  if (!report) return refuse(context, flags, problems, textsOf(files));
  const failed = tell(context, problems, textsOf(files));
  events.write({ type: "build", ...report });
  if (flags.json) context.out(printDocument(report));
  else {
    const lines = (sign: string, paths: readonly string[], what: string) =>
      paths.map((path) => `${sign} .clockwork/build/${path}${what}\n`).join("");
    const text = [
      lines("+", report.written, ""),
      lines("~", report.merged, "  (your changes and the new version, merged)"),
      lines("=", report.kept, "  (yours, kept)"),
      lines("!", report.conflicts, "  (yours kept, the new version is a proposal)"),
      lines("-", report.removed, ""),
    ].join("");
    context.out(text === "" ? "Nothing to build: every step has its artifact.\n" : text);
  }
  return failed ? exitCodes.error : exitCodes.done;
}
