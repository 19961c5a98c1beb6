/** A stack as the daemon's commands open it: with what its journal adds up to, and the limits that hold for it. */
import { analyse } from "../analyse.ts";
import { defaultLimits, type Limits, tighten } from "../daemon/budget.ts";
import type { Patch } from "../daemon/patch.ts";
import { readJournal, StackWorld, type Watching } from "../daemon/stack.ts";
import { Daemon } from "../daemon/tick.ts";
import { parseDuration } from "../intake/duration.ts";
import type { DaemonSettings } from "../intake/ir.ts";
import type { RunOptions, Workspace } from "../pipeline.ts";
import type { LockHolder } from "../state/lock.ts";
import type { CompilerFlags } from "./choose-agent.ts";
import { type CliContext, type ExitCode, exitCodes, refuse } from "./context.ts";
import { runId, UsageError } from "./options.ts";

export interface DaemonFlags extends CompilerFlags {
  readonly once?: boolean;
  readonly dryRun?: boolean;
  readonly interval?: string;
  readonly fixesPerHour?: string;
  readonly cooldown?: string;
  /** `daemon start` hands over on stdin what nobody else is to see. */
  readonly stdin?: boolean;
}

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

/** A stack and its user may only make them stricter. */
export function limitsOf(settings: DaemonSettings, flags: DaemonFlags = {}): Limits {
  return tighten(defaultLimits, limitsIn(settings), userLimits(flags));
}

/** What a user's flags say of limits. */
export function userLimits({ fixesPerHour, cooldown }: DaemonFlags): Partial<Limits> {
  const count = fixesPerHour === undefined ? undefined : Number(fixesPerHour);
  if (count !== undefined && !(Number.isInteger(count) && count >= 0))
    throw new UsageError(`--fixes-per-hour ${fixesPerHour}: not a whole number`, "0 makes it propose only.");
  const ms = cooldown === undefined ? undefined : parseDuration(cooldown);
  if (cooldown !== undefined && ms === undefined)
    throw new UsageError(`--cooldown ${cooldown}: not a duration`, "Such as 30m or 2h.");
  return limitsIn({
    ...(count !== undefined && { fixesPerHour: count }),
    ...(ms !== undefined && { cooldownMs: ms }),
  });
}

function limitsIn({ fixesPerHour, cooldownMs }: DaemonSettings): Partial<Limits> {
  return {
    ...(fixesPerHour !== undefined && { fixesPerHour }),
    ...(cooldownMs !== undefined && { cooldownMs, longestCooldownMs: cooldownMs }),
  };
}

const defaultIntervalMs = 30_000;

/** Between two looks, in milliseconds. */
export function intervalOf({ interval }: DaemonFlags, settings: DaemonSettings): number {
  if (interval === undefined) return settings.intervalMs ?? defaultIntervalMs;
  const ms = parseDuration(interval);
  if (ms === undefined || ms < 1000)
    throw new UsageError(`--interval ${interval}: not a duration of a second or more`, "Such as 30s or 5m.");
  return ms;
}

export function tellLocked(context: CliContext, flags: DaemonFlags, held: LockHolder | undefined): ExitCode {
  const who = held ? ` (process ${held.pid}, since ${held.created})` : "";
  const problem = new UsageError(
    `A daemon watches this stack already${who}`,
    "Look at it with: clockwork daemon status. End it with: clockwork daemon stop",
  ).diagnostic;
  refuse(context, flags, [problem], () => undefined);
  return exitCodes.locked;
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
