/**
 * A host for tests: files in a map, scripted processes, a clock that moves only when somebody sleeps. It knows nothing
 * of the real machine.
 */
import { MemoryFiles } from "./memory-files.ts";
import type {
  Clock,
  Environment,
  Host,
  JobEnd,
  JobSpec,
  Jobs,
  Processes,
  ProcessIdentity,
  RunResult,
} from "./ports.ts";
import { HostError } from "./ports.ts";

export interface MemoryScript {
  /** Answers `processes.run`; undefined, like no script at all, is a program that is not installed. */
  readonly run?: (
    argv: readonly string[],
    options: Parameters<Processes["run"]>[1],
  ) => Partial<RunResult> | undefined | Promise<Partial<RunResult> | undefined>;
  /** Plays `jobs.run`; may write files and print with `spec.onOutput`. Absent: every job succeeds silently. */
  readonly job?: (spec: JobSpec, files: MemoryFiles) => Partial<JobEnd> | Promise<Partial<JobEnd>>;
  /** Plays `jobs.detach`. */
  readonly detach?: (spec: Parameters<Jobs["detach"]>[0], files: MemoryFiles) => void | Promise<void>;
  readonly environment?: Partial<Environment>;
  /** Milliseconds since 1970 at the start. */
  readonly now?: number;
}

export interface MemoryHost extends Host {
  readonly files: MemoryFiles;
  readonly clock: MemoryClock;
  /** Living processes, start times by pid. Jobs are in it while they run, detached programs until a signal ends them. */
  readonly living: Map<number, string>;
}

export interface MemoryClock extends Clock {
  advance(ms: number): void;
}

/** Files by absolute path; folders come with them. */
export function memoryHost(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  script: MemoryScript = {},
): MemoryHost {
  const memory = new MemoryFiles(files);
  const living = new Map<number, string>();
  return {
    files: memory,
    living,
    processes: memoryProcesses(script),
    jobs: memoryJobs(script, memory, living),
    clock: memoryClock(script.now ?? Date.UTC(2026, 0, 1)),
    environment: {
      variables: {},
      platform: "linux",
      arch: "x64",
      nodePath: "/usr/bin/node",
      nodeVersion: "20.19.0",
      ...script.environment,
    },
  };
}

/** Sleeping moves the time on and resolves in the next turn. */
function memoryClock(start: number): MemoryClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      await Promise.resolve();
    },
  };
}

function memoryProcesses(script: MemoryScript): Processes {
  return {
    run: async (argv, options) => {
      options.signal?.throwIfAborted();
      const result = await script.run?.(argv, options);
      if (result === undefined) throw new HostError("ENOENT", `ENOENT: cannot run ${argv[0]}`);
      return { code: 0, stdout: "", stderr: "", ...result };
    },
  };
}

function memoryJobs(script: MemoryScript, files: MemoryFiles, living: Map<number, string>): Jobs {
  let lastPid = 1000;
  const start = (): ProcessIdentity => {
    lastPid++;
    living.set(lastPid, String(lastPid * 10));
    return { pid: lastPid, startTime: String(lastPid * 10) };
  };
  const own = start();
  const end = (process: ProcessIdentity): boolean =>
    living.get(process.pid) === process.startTime && living.delete(process.pid);
  return {
    run: async (spec) => {
      if (spec.signal.aborted) return { code: 143, cause: "cancelled", survivors: [] };
      const process = start();
      spec.onStarted(process);
      const result = await script.job?.(spec, files);
      end(process);
      const cause = spec.signal.aborted ? "cancelled" : "exit";
      return { code: cause === "exit" ? 0 : 143, cause, survivors: [], ...result };
    },
    detach: async (spec) => {
      const process = start();
      await script.detach?.(spec, files);
      return process;
    },
    startTime: async (pid) => living.get(pid),
    bootId: async () => "memory",
    sandbox: async () => ({ driver: "none", reason: "jobs are played" }),
    self: async () => ({ ...own, bootId: "memory", pidNamespace: "", host: "memory", user: "user" }),
    signal: async (process) => end(process),
    endLeftovers: async (processes) => ({ ended: processes.filter(end).map(({ pid }) => pid), left: [] }),
    killTree: async (process) => {
      if (process) end(process);
      return [];
    },
  };
}
