/** `daemon`: in the foreground, or started and stopped; what it decided, and a person's word that one has looked. */
import { relative } from "node:path";
import { isQuarantined } from "../../daemon/budget.ts";
import type { DaemonRecord } from "../../daemon/records.ts";
import { readJournal, switchPath, type Watching } from "../../daemon/stack.ts";
import type { Ticked } from "../../daemon/tick.ts";
import { type Watched, watch } from "../../daemon/watch.ts";
import { printableLine } from "../../diagnostics/printable.ts";
import { HostError } from "../../host/ports.ts";
import { parseDuration } from "../../intake/duration.ts";
import type { DaemonSettings } from "../../intake/ir.ts";
import { type LockHolder, lockHolder, takeLock } from "../../state/lock.ts";
import { type CliContext, type ExitCode, exitCodes, refuse } from "../context.ts";
import { daemonSettings, limitsOf, type OpenStack, openStack } from "../daemon-stack.ts";
import { type CommonFlags, stackDir, UsageError, workspace } from "../options.ts";
import { printDocument } from "../views/json.ts";

export interface DaemonFlags extends CommonFlags {
  readonly once?: boolean;
  readonly dryRun?: boolean;
  readonly interval?: string;
}

const defaultIntervalMs = 30_000;
const parallelLooks = 4;
/** Checks run programs, which costs more than looking: each so many looks while all is well. */
const checkEvery = 10;

interface Stack extends OpenStack {
  readonly intervalMs: number;
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** `daemon [DIR...]`: until it is interrupted, or one look at each with `--once`. */
export async function daemonCommand(
  context: CliContext,
  dirs: readonly string[],
  flags: DaemonFlags,
): Promise<ExitCode> {
  const stacks: Stack[] = [];
  try {
    for (const dir of dirs.length > 0 ? dirs : [undefined]) {
      const opened = await open(context, dir, flags);
      if ("held" in opened) return locked(context, flags, opened.held);
      stacks.push(opened);
    }
    if (flags.once) {
      for (const stack of stacks) await look(context, flags, stack);
      return exitCodes.done;
    }
    say(context, flags, `Watching ${stacks.map(({ name }) => name).join(", ")}. Ctrl-C ends it.\n`);
    const watched = stacks.map(
      (stack): Watched => ({
        intervalMs: stack.intervalMs,
        tick: () => look(context, flags, stack),
      }),
    );
    const { host, interrupt } = context;
    await watch(watched, {
      clock: host.clock,
      signal: interrupt.signal,
      random: Math.random,
      parallelism: parallelLooks,
    });
    return exitCodes.done;
  } finally {
    for (const stack of stacks) await stack.close();
  }
}

function locked(context: CliContext, flags: DaemonFlags, held: LockHolder | undefined): ExitCode {
  const who = held ? ` (process ${held.pid}, since ${held.created})` : "";
  const problem = new UsageError(
    `A daemon watches this stack already${who}`,
    "Look at it with: clockwork daemon status. End it with: clockwork daemon stop",
  ).diagnostic;
  refuse(context, flags, [problem], () => undefined);
  return exitCodes.locked;
}

async function open(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<Stack | { readonly held: LockHolder | undefined }> {
  const ws = await workspace(context, flags, dir);
  const lock = await takeLock(
    ws.host,
    ws.stackDir,
    { id: context.randomId(), operation: "daemon" },
    "daemon",
  );
  if (!lock.value) return { held: await lockHolder(ws.host, ws.stackDir, "daemon") };
  const settings = await daemonSettings(ws);
  const limits = limitsOf(settings);
  const name = relative(context.cwd, ws.stackDir) || ".";
  const { world, daemon } = await openStack(context, ws, limits, watching(context, flags, name));
  const { value: state } = await ws.store.read();
  await daemon.start(state?.lineage ?? "");
  return {
    world,
    daemon,
    name,
    intervalMs: intervalOf(flags, settings),
    close: async () => {
      await world.close();
      await lock.value?.release();
    },
  };
}

function intervalOf({ interval }: DaemonFlags, settings: DaemonSettings): number {
  if (interval === undefined) return settings.intervalMs ?? defaultIntervalMs;
  const ms = parseDuration(interval);
  if (ms === undefined || ms < 1000)
    throw new UsageError(`--interval ${interval}: not a duration of a second or more`, "Such as 30s or 5m.");
  return ms;
}

/** How this process watches a stack. */
function watching(context: CliContext, flags: DaemonFlags, name: string): Partial<Watching> {
  return {
    checkEvery: flags.once ? 1 : checkEvery,
    ...(flags.dryRun && { inhibited: "It only looks: --dry-run." }),
    onRecord: (record) => tellRecord(context, flags, name, record),
  };
}

/** A look that fails is told, and the next one comes all the same. */
async function look(context: CliContext, flags: DaemonFlags, { daemon, name }: Stack): Promise<void> {
  let ticked: Ticked;
  try {
    ticked = await daemon.tick();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    context.err(`${name}: ${printableLine(error.message)}\n`);
    return;
  }
  const findings = ticked.status === "looked" ? ticked.findings : [];
  if (flags.json) context.out(`${JSON.stringify({ type: "look", stack: name, ...summary(ticked) })}\n`);
  else if (ticked.status === "disabled") context.err(`${name}: ${ticked.reason}\n`);
  else if (flags.once && findings.length === 0) context.out(`${name}: all is well.\n`);
}

function summary(ticked: Ticked): object {
  if (ticked.status === "disabled") return { status: "disabled", reason: ticked.reason };
  const findings = ticked.findings.map(({ address, rule, summary: what }) => ({
    address,
    rule,
    summary: what,
  }));
  return { status: "looked", findings };
}

function tellRecord(context: CliContext, flags: DaemonFlags, name: string, record: DaemonRecord): void {
  if (flags.json) context.out(`${JSON.stringify({ ...record, stack: name })}\n`);
  else if (record.type === "decision") {
    const { finding, patch, outcome, because } = record;
    const what = `${finding.address}: ${finding.summary}`;
    context.out(
      `${name}: ${printableLine(what)}\n  ${outcomes[outcome]} ${printableLine(patch.summary)}. ${because}\n`,
    );
  } else if (record.type === "ended") {
    context.out(`  ${results[record.result]}: ${printableLine(record.detail)}\n`);
  }
}

const outcomes = {
  apply: "Doing:",
  propose: "Proposed:",
  runbook: "Written down:",
  wait: "Waiting to:",
  refuse: "Refused:",
} as const;
const results = { mended: "Mended", failed: "Failed", stale: "Not done" } as const;

function say(context: CliContext, flags: DaemonFlags, text: string): void {
  if (!flags.json) context.out(text);
}

/** `daemon start [DIR]` */
export async function daemonStartCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const held = await lockHolder(context.host, folder, "daemon");
  if (held) return locked(context, flags, held);
  const { host, distDir } = context;
  const { nodePath, electron, variables } = host.environment;
  // Nothing of ours that a step could read from its parent's environment: no key, no variable's value.
  const env = Object.fromEntries(
    ["PATH", "HOME", "LANG", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DOCKER_HOST"].flatMap((name) =>
      variables[name] === undefined ? [] : [[name, variables[name]]],
    ),
  );
  const interval = flags.interval === undefined ? [] : ["--interval", flags.interval];
  intervalOf(flags, {});
  const child = await host.jobs.detach({
    argv: [nodePath, `${distDir}/cli.js`, "daemon", "run", folder, "--json", ...interval],
    cwd: folder,
    env: { ...env, ...(electron && { ELECTRON_RUN_AS_NODE: "1" }) },
    input: "",
  });
  for (let waited = 0; waited < startMs; waited += pollMs) {
    const holder = await lockHolder(host, folder, "daemon");
    if (holder) {
      say(context, flags, `The daemon watches this stack: process ${holder.pid}.\n`);
      return exitCodes.done;
    }
    if ((await host.jobs.startTime(child.pid)) !== child.startTime) break;
    await host.clock.sleep(pollMs);
  }
  throw new UsageError("The daemon did not start", "See why with: clockwork daemon --once");
}

const startMs = 15_000;
const pollMs = 50;

/** `daemon stop [DIR]` */
export async function daemonStopCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const { host } = context;
  const folder = await stackDir(context, flags, dir);
  const holder = await lockHolder(host, folder, "daemon");
  if (!holder) {
    say(context, flags, "No daemon watches this stack.\n");
    return exitCodes.done;
  }
  await host.jobs.signal(holder, "SIGTERM");
  for (let waited = 0; (await host.jobs.startTime(holder.pid)) === holder.startTime; waited += pollMs) {
    // What it has begun is put in order at the next start.
    if (waited >= stopMs) await host.jobs.signal(holder, "SIGKILL");
    await host.clock.sleep(pollMs);
  }
  say(context, flags, "The daemon has ended.\n");
  return exitCodes.done;
}

/** A step that it has begun gets its time to end. */
const stopMs = 20_000;

/** `daemon status [DIR]` */
export async function daemonStatusCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  const limits = limitsOf(await daemonSettings(ws));
  const { history, records } = await readJournal(ws, limits);
  const holder = await lockHolder(ws.host, ws.stackDir, "daemon");
  const isDisabled = (await ws.host.files.stat(switchPath(ws.stackDir))) !== undefined;
  const quarantined = [...history.accounts.keys()].filter((a) => isQuarantined(history.accounts, a, limits));
  const recent = records.slice(-recentRecords);
  if (flags.json) {
    const running = holder ? { pid: holder.pid, since: holder.created } : null;
    context.out(printDocument({ running, disabled: isDisabled, quarantined, limits, recent }));
    return exitCodes.done;
  }
  context.out(holder ? `Running: process ${holder.pid}, since ${holder.created}\n` : "Not running.\n");
  if (isDisabled) context.out("Switched off by .clockwork/DISABLED.\n");
  for (const address of quarantined)
    context.out(`${address} is left alone: clockwork daemon acknowledge ${address}\n`);
  for (const record of recent) tellRecord(context, flags, new Date(record.time.at).toISOString(), record);
  return exitCodes.done;
}

const recentRecords = 20;

/** `daemon acknowledge ADDR` */
export async function daemonAcknowledgeCommand(
  context: CliContext,
  address: string,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, undefined);
  const limits = limitsOf(await daemonSettings(ws));
  const { world, daemon } = await openStack(context, ws, limits, watching(context, flags, "."));
  if (!daemon.history.decided.has(address))
    throw new UsageError(`The daemon has decided nothing about ${address}`, "See: clockwork daemon status");
  const { user } = await ws.host.jobs.self();
  await daemon.acknowledge(address, user);
  await world.close();
  say(context, flags, `The daemon looks after ${address} again.\n`);
  return exitCodes.done;
}
