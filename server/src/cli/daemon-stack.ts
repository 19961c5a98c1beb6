/** A stack as the daemon's commands open it: with what its journal adds up to, and the limits that hold for it. */
import { analyse } from "../analyse.ts";
import { defaultLimits, type Limits, tighten } from "../daemon/budget.ts";
import type { Patch } from "../daemon/patch.ts";
import { readJournal, StackWorld, type Watching } from "../daemon/stack.ts";
import { Daemon } from "../daemon/tick.ts";
import type { DaemonSettings } from "../intake/ir.ts";
import type { RunOptions, Workspace } from "../pipeline.ts";
import type { CliContext } from "./context.ts";
import { runId } from "./options.ts";

export interface OpenStack {
  readonly world: StackWorld;
  readonly daemon: Daemon<Patch>;
}

export async function openStack(
  context: CliContext,
  ws: Workspace,
  limits: Limits,
  more: Partial<Watching> = {},
): Promise<OpenStack> {
  const { history } = await readJournal(ws, limits);
  const world = new StackWorld({
    ws,
    limits,
    checkEvery: 1,
    newId: context.randomId,
    uptimeMs: context.uptimeMs,
    runOptions: () => runOptions(context),
    onRecord: () => undefined,
    ...more,
  });
  return { world, daemon: new Daemon(world, history, limits) };
}

/** What the stack's files say of its daemon. */
export async function daemonSettings({
  host,
  grammar,
  stackDir,
  inputs,
}: Workspace): Promise<DaemonSettings> {
  const { ir } = await analyse(host.files, grammar, stackDir, inputs, { hints: false });
  return ir.settings.daemon;
}

/** A stack may only make them smaller. */
export function limitsOf({ fixesPerHour, cooldownMs }: DaemonSettings): Limits {
  return tighten(defaultLimits, {
    ...(fixesPerHour !== undefined && { fixesPerHour }),
    ...(cooldownMs !== undefined && { cooldownMs }),
  });
}

const stepTimeoutMs = 5 * 60_000;

function runOptions(context: CliContext): RunOptions {
  return {
    runId: runId(context),
    command: "apply",
    supervisorPath: `${context.distDir}/supervisor.js`,
    parallelism: 1,
    timeoutMs: stepTimeoutMs,
    graceMs: 5_000,
    ...context.interrupt,
    onEvent: () => undefined,
    adopt: new Set(),
    // Nobody is there to be asked.
    allowUnsandboxed: async () => false,
  };
}
