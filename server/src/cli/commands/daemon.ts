/** `daemon`: in the foreground, or started and stopped; what it decided, and a person's word that one has looked. */
import { relative } from "node:path";
import type { FindAgent } from "../../daemon/advice/stack.ts";
import { isQuarantined } from "../../daemon/budget.ts";
import type { DaemonRecord } from "../../daemon/records.ts";
import { readJournal, switchPath, type Watching } from "../../daemon/stack.ts";
import type { Ticked } from "../../daemon/tick.ts";
import { type Watched, watch } from "../../daemon/watch.ts";
import { printableLine } from "../../diagnostics/printable.ts";
import { dollars } from "../../forge/agent/spending.ts";
import { HostError } from "../../host/ports.ts";
import type { Workspace } from "../../pipeline.ts";
import { type LockHolder, lockHolder, takeLock } from "../../state/lock.ts";
import { chooseAgent } from "../choose-agent.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { type FileEvents, fileEvents, noEvents } from "../daemon-events.ts";
import {
  type DaemonFlags,
  daemonSettings,
  intervalOf,
  limitsOf,
  type OpenStack,
  openStack,
  tellLocked,
} from "../daemon-stack.ts";
import { UsageError, workspace } from "../options.ts";
import { printDocument } from "../views/json.ts";
import { withGiven } from "./daemon-process.ts";

const parallelLooks = 4;
/** Checks run programs, which costs more than looking: each so many looks while all is well. */
const checkEvery = 10;

interface Stack extends OpenStack {
  readonly intervalMs: number;
  readonly name: string;
  readonly events: FileEvents;
  readonly close: () => Promise<void>;
}

/** `daemon [DIR...]`: until it is interrupted, or one look at each with `--once`. */
export async function daemonCommand(
  around: CliContext,
  dirs: readonly string[],
  called: DaemonFlags,
): Promise<ExitCode> {
  const { context, flags } = await withGiven(around, called);
  const stacks: Stack[] = [];
  try {
    for (const dir of dirs.length > 0 ? dirs : [undefined]) {
      const opened = await open(context, dir, flags);
      if ("held" in opened) return tellLocked(context, flags, opened.held);
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
        onHurry: stack.events.onHurry,
      }),
    );
    for (const { name, events } of stacks)
      if (events.missing !== undefined && flags.json)
        context.out(`${JSON.stringify({ type: "no-file-events", stack: name, reason: events.missing })}\n`);
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
  const limits = limitsOf(settings, flags);
  const name = relative(context.cwd, ws.stackDir) || ".";
  const { world, daemon } = await openStack(context, ws, limits, {
    ...watching(context, flags, name),
    findAgent: findAgent(context, ws, flags, name),
  });
  const { value: state } = await ws.store.read();
  await daemon.start(state?.lineage ?? "");
  const events = flags.once ? noEvents : fileEvents(context, ws.stackDir);
  return {
    world,
    daemon,
    name,
    intervalMs: intervalOf(flags, settings),
    events,
    close: async () => {
      events.close();
      await world.close();
      await lock.value?.release();
    },
  };
}

/** How this process watches a stack. */
function watching(context: CliContext, flags: DaemonFlags, name: string): Partial<Watching> {
  return {
    checkEvery: flags.once ? 1 : checkEvery,
    ...(flags.dryRun && { inhibited: "It only looks: --dry-run." }),
    onRecord: (record) => tellRecord(context, flags, name, record),
  };
}

/**
 * The one that builds ask, where the stack or a flag names it: a key alone is no leave to send what services say. What it lacks
 * is said once; without it the rules alone decide.
 */
function findAgent(context: CliContext, ws: Workspace, flags: DaemonFlags, name: string): FindAgent {
  let isTold = false;
  return async (planned) => {
    if ((flags.compiler ?? planned.analysis.ir.settings.agent.compiler) === undefined) return undefined;
    try {
      return await chooseAgent(context, ws, planned, flags, () => undefined);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!isTold) context.err(`${name}: no agent is asked: ${printableLine(error.message)}\n`);
      isTold = true;
      return undefined;
    }
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
  } else if (record.type === "asked" && record.most.tokens > 0) {
    context.out(`${name}: ${record.address}: asking ${printableLine(record.by)}, ${cost(record.most)}\n`);
  } else if (record.type === "answered" && record.problem !== undefined) {
    context.out(`  No answer: ${printableLine(record.problem)}\n`);
  }
}

function cost({ tokens, usd }: { readonly tokens: number; readonly usd: number }): string {
  return `at most ${tokens} tokens${usd > 0 ? `, ${dollars(usd)}` : ""}`;
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

/** `daemon status [DIR]` */
export async function daemonStatusCommand(
  context: CliContext,
  dir: string | undefined,
  flags: DaemonFlags,
): Promise<ExitCode> {
  const ws = await workspace(context, flags, dir);
  const limits = limitsOf(await daemonSettings(ws), flags);
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
  const limits = limitsOf(await daemonSettings(ws), flags);
  const { world, daemon } = await openStack(context, ws, limits, watching(context, flags, "."));
  if (!daemon.history.decided.has(address))
    throw new UsageError(`The daemon has decided nothing about ${address}`, "See: clockwork daemon status");
  const { user } = await ws.host.jobs.self();
  await daemon.acknowledge(address, user);
  await world.close();
  say(context, flags, `The daemon looks after ${address} again.\n`);
  return exitCodes.done;
}
