/**
 * A program that runs until somebody ends it, in a sandbox of its own where it is to have one. Its pid is the one outside of the
 * sandbox; it dies with the process that started it, and all that it started dies with it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./node-error.ts";
import { exitCode } from "./node-processes.ts";
import { sandboxing } from "./node-sandbox.ts";
import { handOver, type Wrapped } from "./node-sandbox-driver.ts";
import { innerPid, type ProcessRow, type ProcessTable, processTable } from "./node-table.ts";
import { send, trackedTree, untilGone } from "./node-tree.ts";
import type { JobSpec, ProcessIdentity, Sandbox, SandboxLevel } from "./ports.ts";

export type ServiceSpec = Pick<JobSpec, "argv" | "cwd" | "env" | "marker"> & {
  /** Absent: it may do what we may. */
  readonly sandbox?: Sandbox;
};

export interface RunningService {
  /** Undefined when it could not be started, or has ended before it could be seen. */
  readonly identity: ProcessIdentity | undefined;
  /** Its exit code, or 128 + the signal's number. */
  readonly ended: Promise<number>;
  /** Asks the program, with those of its children that are in its process group. */
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
  /** The certain end of all that is left of it. */
  readonly kill: () => Promise<void>;
}

export interface ServiceEvents {
  /** What it prints to either, from its first byte on. */
  readonly onOutput: (output: Readable) => void;
  /** It could not be started; then it ends with 127. */
  readonly onError: (error: Error) => void;
}

/** How services are started by this process. */
export interface Services {
  readonly start: (spec: ServiceSpec, events: ServiceEvents) => Promise<RunningService>;
}

/** Longest a sandbox may take until its program is there, in milliseconds. */
const setUpMs = 5000;

/**
 * Rejects where the sandbox that was found when the service was described is none any more: it is started in that one or
 * not at all.
 *
 * @param driver absent: for services that have none
 */
export async function nodeServices(
  platform: string,
  driver: SandboxLevel["driver"] | undefined,
): Promise<Services> {
  const table = processTable(platform);
  const confine = driver && (await sandboxing(platform, driver)());
  if (confine && !confine.wrap) {
    const { level } = confine;
    throw new Error(`its sandbox is not there: ${"reason" in level ? level.reason : level.driver}`);
  }
  return {
    start: async (spec, events) => {
      const { sandbox, argv, cwd, env } = spec;
      const wrapped = sandbox && (await confine?.wrap?.({ argv, cwd, env, sandbox }));
      if (sandbox && !wrapped) throw new Error("its sandbox cannot hold it");
      return start(
        table,
        spec,
        wrapped ?? { argv: [...withUs(platform), ...argv], env, namespace: false },
        events,
      );
    },
  };
}

/** Where Linux offers it, the service dies with its supervisor: one that nobody watches must not hold a port. */
function withUs(platform: string): readonly string[] {
  const setpriv = "/usr/bin/setpriv";
  return platform === "linux" && existsSync(setpriv) ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
}

async function start(
  table: ProcessTable,
  { cwd, marker }: ServiceSpec,
  { argv: [program = "", ...args], env, namespace, inputs = [] }: Wrapped,
  { onOutput, onError }: ServiceEvents,
): Promise<RunningService> {
  const child = spawn(program, args, {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe", ...inputs.map(() => "pipe" as const)],
    detached: true,
  });
  handOver(child, inputs);
  for (const output of [child.stdout, child.stderr]) if (output) onOutput(output);
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      onError(error);
      resolve(127);
    });
    child.once("exit", (code, signal) => resolve(exitCode(code, signal)));
  });
  const found = namespace ? await inside(table, child) : await itself(table, child);
  return {
    identity: found.program,
    ended,
    signal: async (signal) => {
      const row = found.program && (await table.list()).get(found.program.pid);
      // Still about to become the program: there is nobody yet who could end by himself.
      if (!row) child.kill("SIGKILL");
      else if (row.startTime === found.program?.startTime) signalGroup(row.group, signal);
    },
    kill: async () => {
      child.kill("SIGKILL");
      if (found.first) {
        // The kernel lets the first process of a namespace go when all others are gone.
        await send(table, found.first, "SIGKILL");
        await untilGone(table, [found.first]);
      }
      const root = namespace ? undefined : found.program;
      await trackedTree(table, root, { marker, usesEngine: false }).kill();
    },
  };
}

interface Found {
  readonly program: ProcessIdentity | undefined;
  /** The first process of its PID namespace. */
  readonly first?: ProcessIdentity;
}

/** The start time is empty when it has ended already: then there is nobody to mistake it for. */
async function itself(table: ProcessTable, { pid }: ChildProcess): Promise<Found> {
  if (pid === undefined) return { program: undefined };
  return { program: { pid, startTime: (await table.startTime(pid)) ?? "" } };
}

/** What we start makes the namespace, whose first process starts the program and waits for whatever is left to it. */
async function inside(table: ProcessTable, child: ChildProcess): Promise<Found> {
  let first: ProcessRow | undefined;
  for (const deadline = Date.now() + setUpMs; Date.now() < deadline; await sleep(5)) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) break;
    const rows = [...(await table.list()).values()];
    first = rows.find(({ parent }) => parent === child.pid);
    const program = rows
      .filter(({ parent }) => first !== undefined && parent === first.pid)
      .sort((a, b) => innerPid(a.pid) - innerPid(b.pid))[0];
    if (first && program) return { first: identityOf(first), program: identityOf(program) };
  }
  return { program: undefined, ...(first && { first: identityOf(first) }) };
}

const identityOf = ({ pid, startTime }: ProcessRow): ProcessIdentity => ({ pid, startTime });

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // It has just ended.
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
