import { dirname, relative } from "node:path";
import { actionId } from "../../assembly/actions.ts";
import type { SavedPlan } from "../../assembly/saved-plan.ts";
import { isCheck, planView, type ViewOptions } from "../../assembly/view/plan.ts";
import type { VariableInputs } from "../../intake/load.ts";
import { type Planned, type PlanOptions, plan, rightsOf, type Workspace } from "../../pipeline.ts";
import type { RunEvent } from "../../protocol.ts";
import { type CliContext, type ExitCode, exitCodes, refuse, tell } from "../context.ts";
import { type EventFile, withEvents } from "../event-file.ts";
import { type CommonFlags, textsOf, workspace, writable } from "../options.ts";
import { printActionList, printDocument } from "../views/json.ts";
import { rightsView } from "../views/rights.ts";

export interface PlanFlags extends CommonFlags {
  readonly events?: string;
  readonly out?: string;
  readonly refresh?: boolean;
  readonly destroy?: boolean;
  readonly target?: readonly string[];
  readonly detailedExitcode?: boolean;
}

export function planOptions(flags: PlanFlags): PlanOptions {
  return {
    destroy: flags.destroy === true,
    refresh: flags.refresh === true,
    targets: flags.target ?? [],
    force: flags.force === true,
  };
}

export function planCommand(
  context: CliContext,
  dir: string | undefined,
  flags: PlanFlags,
): Promise<ExitCode> {
  return withEvents(context, flags, "plan", (events) => makePlan(context, dir, flags, events));
}

async function makePlan(
  context: CliContext,
  dir: string | undefined,
  flags: PlanFlags,
  events: EventFile,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  const options = planOptions(flags);
  const { value, diagnostics, files } = await plan(ws, options);
  events.problems(diagnostics, textsOf(context, ws.stackDir, files));
  if (!value) return refuse(context, flags, diagnostics, textsOf(context, ws.stackDir, files));
  tell(context, diagnostics, textsOf(context, ws.stackDir, files));
  events.write(planEvent(value));
  if (flags.json) context.out(printActionList(value.plan.actions));
  else context.out(planText(value, { color: context.color.out }));
  if (flags.out !== undefined) await save(context, ws, value, options, flags, flags.out);
  return flags.detailedExitcode && hasChanges(value) ? exitCodes.changes : exitCodes.done;
}

/** For people: what changes, the steps, and what those may do. */
export function planText(planned: Planned, options: ViewOptions): string {
  const rights = rightsView(planned.plan.actions.steps, rightsOf(planned), options);
  return `${planView(planned.plan, options)}${rights === "" ? "" : `\n${rights}`}`;
}

export function planEvent({ plan: { planId, changes, actions } }: Planned): RunEvent {
  return {
    type: "plan",
    planId,
    changes: changes.map((change) => {
      const { address, action, reason } = change;
      return { address, action, ...(isCheck(change) && { isCheck: true }), reason };
    }),
    steps: actions.steps.map(actionId),
  };
}

export function hasChanges(planned: Planned): boolean {
  return planned.plan.actions.steps.length > 0 || planned.plan.changes.some((c) => c.action !== "none");
}

async function save(
  context: CliContext,
  ws: Workspace,
  planned: Planned,
  options: PlanOptions,
  flags: PlanFlags,
  file: string,
): Promise<void> {
  const path = await writable(context, flags, "--out", file);
  const saved: SavedPlan = {
    version: "1",
    stack: relative(dirname(path), ws.stackDir) || ".",
    planId: planned.plan.planId,
    options: { ...options, targets: [...options.targets] },
    variables: withoutSensitive(ws.inputs, planned.analysis.sensitiveVariables),
    changes: planned.plan.changes as SavedPlan["changes"],
    actions: planned.plan.actions,
  };
  await context.host.files.writeAtomic(path, printDocument(saved), 0o600);
  // An editor that follows the events offers that itself.
  if (!flags.json && flags.events === undefined)
    context.out(`\nSaved as ${file}. Apply exactly this with: clockwork apply ${file}\n`);
}

function withoutSensitive(
  { flags, files, environment }: VariableInputs,
  sensitive: ReadonlyMap<string, unknown>,
): SavedPlan["variables"] {
  const given = [...flags.map(({ name }) => name), ...environment.keys()];
  const withheld = [...new Set(given.filter((name) => sensitive.has(name)))].sort();
  return {
    flags: flags.filter(({ name }) => !sensitive.has(name)),
    files: [...files],
    environment: Object.fromEntries([...environment].filter(([name]) => !sensitive.has(name))),
    ...(withheld.length > 0 && { withheld }),
  };
}
