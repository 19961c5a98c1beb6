import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { recover } from "../forge/recover.ts";
import { parseDuration } from "../intake/duration.ts";
import { type Foreign, strangeState } from "../pipeline/adopt.ts";
import type { Workspace } from "../pipeline.ts";
import { type Taken, takeLock, unlock } from "../state/lock.ts";
import type { State } from "../state/state.ts";
import { localStateStore } from "../state/store.ts";
import { askToAdopt } from "./adopt.ts";
import { type CliContext, type ExitCode, exitCodes, refuse } from "./context.ts";
import { type CommonFlags, stackDir, UsageError } from "./options.ts";

export interface LockFlags extends Pick<CommonFlags, "json"> {
  readonly lockTimeout?: string;
}

/** Between two looks at a lock that somebody else holds, in milliseconds. */
const pollMs = 100;

/**
 * Does something that changes a stack, while nobody else does. `held` is for when somebody does, and `--lock-timeout` is
 * over. What a run that was cut off has left is brought into order first, and told to `work`.
 */
export async function withLock<T>(
  context: CliContext,
  flags: LockFlags,
  ws: Pick<Workspace, "stackDir">,
  operation: string,
  {
    held,
    work,
  }: {
    held: (problems: readonly Diagnostic[]) => T;
    work: (recovered: readonly Diagnostic[]) => Promise<T>;
  },
): Promise<T> {
  const timeoutMs = lockTimeout(flags);
  // Nothing is left behind in a folder that is no stack.
  if (!(await isStack(context, ws.stackDir))) return work([]);
  const { value: lock, diagnostics } = await take(context, ws.stackDir, operation, timeoutMs);
  if (!lock) return held(diagnostics);
  try {
    const store = localStateStore(context.host.files, ws.stackDir);
    const ours = {
      host: context.host,
      adopt: (foreign: Foreign) => askToAdopt(context, flags, foreign),
      ...ws,
    };
    // Who says no is refused by what reads the state next, which says why.
    const isOurs = async (state: State | undefined) => (await strangeState(ours, state)) === undefined;
    return await work(await recover(context.host, ws.stackDir, store, isOurs));
  } finally {
    await lock.release();
  }
}

/** `unlock ID [DIR]` */
export async function unlockCommand(
  context: CliContext,
  id: string,
  dir: string | undefined,
  flags: CommonFlags,
): Promise<ExitCode> {
  const folder = await stackDir(context, flags, dir);
  const problems = await unlock(context.host, folder, id);
  if (problems.length > 0) return refuse(context, flags, problems, () => undefined);
  context.out("The stack is unlocked.\n");
  return exitCodes.done;
}

async function isStack({ host: { files } }: CliContext, folder: string): Promise<boolean> {
  return (await files.list(folder)).some(({ name }) => name.endsWith(".cw") || name === ".clockwork");
}

async function take(
  context: CliContext,
  folder: string,
  operation: string,
  timeoutMs: number,
): Promise<Taken> {
  const { host, interrupt } = context;
  const end = host.clock.now() + timeoutMs;
  const id = context.randomId();
  for (let told = false; ; told = true) {
    const taken = await takeLock(host, folder, { id, operation });
    if (taken.value || host.clock.now() >= end || interrupt.signal.aborted) return taken;
    if (!told) context.err(`${taken.diagnostics[0]?.message}: waiting for it\n`);
    await host.clock.sleep(pollMs, interrupt.signal).catch((error: unknown) => {
      if (!interrupt.signal.aborted) throw error;
    });
  }
}

/** In milliseconds; 0, no waiting, when absent. */
function lockTimeout({ lockTimeout: text }: LockFlags): number {
  if (text === undefined) return 0;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined || ms < 0) {
    throw new UsageError(`--lock-timeout ${text}: not a duration`, "Such as 30s, 5m or a number of seconds.");
  }
  return ms;
}
