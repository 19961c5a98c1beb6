import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./node-error.ts";
import { type ProcessRow, type ProcessTable, pidNamespace } from "./node-table.ts";
import type { ProcessIdentity } from "./ports.ts";

/** How long SIGKILL is repeated before what still lives is reported. */
const killMs = 1000;

/** All that a job has started, as far as it can be found. */
export interface ProcessTree {
  /** The living ones. */
  members(): Promise<readonly ProcessIdentity[]>;
  /** Asks every member to end. */
  terminate(): Promise<void>;
  /** Ends every member, whatever it ignores; resolves with the pids of those that are still there. */
  kill(): Promise<readonly number[]>;
  /** Stops watching. */
  close(): void;
}

/** A tree in a PID namespace: `outer` is unshare, its one child the namespace's first process. */
export function namespaceTree(table: ProcessTable, outer: ProcessIdentity): ProcessTree {
  const first = async (): Promise<ProcessRow | undefined> =>
    [...(await table.list()).values()].find((row) => row.parent === outer.pid);

  const members = async (): Promise<readonly ProcessIdentity[]> => {
    const init = await first();
    const namespace = init && pidNamespace(init.pid);
    // Until unshare has forked, or where the link may not be read, the children of `outer` are all we know.
    if (!init || namespace === undefined) return descendants(await table.list(), outer.pid);
    const rows = [...(await table.list()).values()];
    return rows.filter((row) => row.pid !== outer.pid && pidNamespace(row.pid) === namespace);
  };
  return {
    members,
    terminate: async () => {
      const init = await first();
      for (const member of await members()) {
        // The first process must stay and wait, else the kernel kills the others before they have cleaned up.
        if (member.pid !== init?.pid) await send(table, member, "SIGTERM");
      }
    },
    kill: async () => {
      const all = await members();
      const init = await first();
      if (init) await send(table, init, "SIGKILL");
      await send(table, outer, "SIGKILL");
      return untilGone(table, all);
    },
    close: () => {},
  };
}

/** Resolves with the pids of those that are still there after a second. */
export async function untilGone(
  table: ProcessTable,
  all: readonly ProcessIdentity[],
): Promise<readonly number[]> {
  const deadline = Date.now() + killMs;
  for (;;) {
    const left: number[] = [];
    for (const { pid, startTime } of all) {
      if ((await table.startTime(pid)) === startTime) left.push(pid);
    }
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(20);
  }
}

/**
 * Programs of the container engines that outlive the command that started them, and hold up containers or networks of
 * others too. Names as the kernel keeps them, cut at 15 characters.
 */
const engineHelpers = new Set([
  "conmon",
  "catatonit",
  "slirp4netns",
  "pasta",
  "pasta.avx2",
  "rootlessport",
  "rootlessport-c",
  "rootlessport-ch",
  "aardvark-dns",
  "docker-proxy",
  "dockerd",
  "containerd",
  "containerd-shim",
]);

export interface TrackedOptions {
  readonly marker: Readonly<Record<string, string>>;
  readonly usesEngine: boolean;
  /** Between two looks at the process list, in milliseconds; absent: it looks only when asked. */
  readonly pollMs?: number;
}

/**
 * A tree without namespace: found by watching who starts whom, by process groups and by the environment. What forks
 * twice, starts a session and clears its environment, all between two looks, escapes.
 */
export function trackedTree(
  table: ProcessTable,
  root: ProcessIdentity | undefined,
  options: TrackedOptions,
): ProcessTree {
  const known = new Map<number, string>(root && [[root.pid, root.startTime]]);
  const groups = new Set<number>(root && [root.pid]);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const look = async (): Promise<readonly ProcessRow[]> => {
    const rows = await table.list();
    const marked = new Set(await table.marked(options.marker));
    const spared = options.usesEngine ? helperTrees(rows) : new Set<number>();
    forget(rows, known, groups);
    for (let grown = true; grown; ) {
      grown = false;
      for (const row of rows.values()) {
        if (known.has(row.pid) || spared.has(row.pid) || isOurs(row)) continue;
        if (!known.has(row.parent) && !groups.has(row.group) && !marked.has(row.pid)) continue;
        known.set(row.pid, row.startTime);
        if (row.group === row.pid) groups.add(row.pid);
        grown = true;
      }
    }
    // A helper may have been seen before it became one: between fork and exec it has its parent's name.
    return [...rows.values()].filter((row) => known.get(row.pid) === row.startTime && !spared.has(row.pid));
  };
  const poll = async (wait: number): Promise<void> => {
    await look();
    if (closed || options.pollMs === undefined) return;
    // Most of a step's processes start in its first second.
    const next = Math.min(options.pollMs, wait * 1.1);
    timer = setTimeout(() => void poll(next), next).unref();
  };
  if (options.pollMs !== undefined) void poll(Math.min(25, options.pollMs));

  return {
    members: look,
    terminate: async () => {
      for (const member of await look()) await send(table, member, "SIGTERM");
    },
    kill: async () => {
      const deadline = Date.now() + killMs;
      for (;;) {
        const left = await look();
        if (left.length === 0 || Date.now() > deadline) return left.map((row) => row.pid);
        for (const member of left) await send(table, member, "SIGKILL");
        await sleep(20);
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Ourselves, and the machine's first process, are never part of what we started. */
function isOurs(row: ProcessRow): boolean {
  return row.pid === process.pid || row.pid <= 1;
}

/** A pid that now belongs to another process says nothing any more about parents and groups. */
function forget(
  rows: ReadonlyMap<number, ProcessRow>,
  known: Map<number, string>,
  groups: Set<number>,
): void {
  for (const [pid, startTime] of known) {
    const row = rows.get(pid);
    if (row === undefined || row.startTime === startTime) continue;
    known.delete(pid);
    groups.delete(pid);
  }
}

function helperTrees(rows: ReadonlyMap<number, ProcessRow>): ReadonlySet<number> {
  const helpers = [...rows.values()].filter((row) => engineHelpers.has(row.name));
  return new Set(helpers.flatMap((row) => [row.pid, ...descendants(rows, row.pid).map(({ pid }) => pid)]));
}

function descendants(rows: ReadonlyMap<number, ProcessRow>, root: number): readonly ProcessRow[] {
  const found = new Map<number, ProcessRow>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of rows.values()) {
      if (found.has(row.pid) || (row.parent !== root && !found.has(row.parent))) continue;
      found.set(row.pid, row);
      grown = true;
    }
  }
  return [...found.values()];
}

/** False when that very process is gone or not ours to signal. */
export async function send(
  table: ProcessTable,
  target: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<boolean> {
  if ((await table.startTime(target.pid)) !== target.startTime) return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch (error) {
    if (codeOf(error) === "ESRCH" || codeOf(error) === "EPERM") return false;
    throw error;
  }
}
