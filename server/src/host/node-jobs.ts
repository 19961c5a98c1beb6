import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./node-error.ts";
import { type GuardProgram, guardian } from "./node-guard.ts";
import { isolation } from "./node-isolation.ts";
import { limits } from "./node-limits.ts";
import { drainMs, exitCode } from "./node-processes.ts";
import { sandboxing } from "./node-sandbox.ts";
import { handOver, type Wrapped } from "./node-sandbox-driver.ts";
import { removeAbandoned, secretFiles } from "./node-secret-files.ts";
import { type ProcessTable, pidNamespace, processTable } from "./node-table.ts";
import { namespaceTree, type ProcessTree, send, trackedTree } from "./node-tree.ts";
import {
  HostError,
  type JobEnd,
  type JobSpec,
  type Jobs,
  type OwnIdentity,
  type ProcessIdentity,
} from "./ports.ts";

/** Longest delay setTimeout knows: 2^31-1 ms, 24 days. */
const longestMs = 2_147_483_647;

export interface JobOptions {
  /** False: never a PID namespace, as on machines that refuse them. */
  readonly namespaces?: boolean;
  /** Which sandbox the user wants (CLOCKWORK_SANDBOX); absent: the best there is. */
  readonly sandbox?: string;
  /** Absent: what we leave when we are killed waits for the next start, where there is no PID namespace. */
  readonly guard?: GuardProgram;
}

export function nodeJobs(platform: string, options: JobOptions = {}): Jobs {
  const table = processTable(platform);
  const isolate = isolation(options.namespaces === false ? "none" : platform);
  const confine = sandboxing(options.namespaces === false ? "none" : platform, options.sandbox);
  const guard = guardian(options.guard);
  const wrapped = async (spec: JobSpec): Promise<Wrapped> => {
    const { sandbox, argv, env } = spec;
    const confined = sandbox && (await (await confine()).wrap?.({ ...spec, sandbox }));
    if (confined) return confined;
    const prefix = spec.usesEngine ? undefined : await isolate();
    const files = await secretFiles(spec.secrets ?? {}, table);
    return {
      argv: [...(prefix ?? []), ...argv],
      env: { ...env, ...files.env },
      namespace: prefix !== undefined,
      stop: files.remove,
    };
  };
  return {
    run: async (spec) => {
      const job = await wrapped(spec);
      try {
        return await runJob(spec, table, job, { platform, guard });
      } finally {
        await job.stop?.();
      }
    },
    sandbox: async () => (await confine()).level,
    detach: (spec) => detach(spec, table),
    startTime: (pid) => table.startTime(pid),
    bootId: () => table.bootId(),
    self: () => self(table),
    signal: (process, signal) => send(table, process, signal),
    endLeftovers: (processes, marker) => endLeftovers(table, processes, marker),
    killTree: (process, marker) => trackedTree(table, process, { marker, usesEngine: false }).kill(),
  };
}

async function self(table: ProcessTable): Promise<OwnIdentity> {
  const { pid } = process;
  return {
    pid,
    startTime: (await table.startTime(pid)) ?? "",
    bootId: await table.bootId(),
    pidNamespace: pidNamespace(pid) ?? "",
    host: hostname(),
    user: userName(),
  };
}

/** Its number where the system has no name for it, as in containers that run as any user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return String(process.getuid?.() ?? "");
  }
}

async function endLeftovers(
  table: ProcessTable,
  processes: readonly ProcessIdentity[],
  marker: Readonly<Record<string, string>>,
): ReturnType<Jobs["endLeftovers"]> {
  await removeAbandoned(table);
  const ended = new Set<number>();
  const left = new Set<number>();
  const kill = async (root: ProcessIdentity | undefined): Promise<void> => {
    const tree = trackedTree(table, root, { marker, usesEngine: true });
    for (const { pid } of await tree.members()) ended.add(pid);
    for (const pid of await tree.kill()) left.add(pid);
  };
  for (const root of processes) {
    // A group whose leader is gone may be anybody's by now.
    if ((await table.startTime(root.pid)) === root.startTime) await kill(root);
  }
  await kill(undefined);
  return { ended: [...ended].filter((pid) => !left.has(pid)), left: [...left] };
}

async function runJob(
  spec: JobSpec,
  table: ProcessTable,
  wrapped: Wrapped,
  { platform, guard }: { readonly platform: string; readonly guard: ReturnType<typeof guardian> },
): Promise<JobEnd> {
  if (spec.signal.aborted || spec.kill.aborted) return { code: 143, cause: "cancelled", survivors: [] };
  const { env, namespace, inputs = [] } = wrapped;
  const argv = [...(await limits(spec.cwd, spec.usesEngine)), ...wrapped.argv];
  const started = await start(argv, { cwd: spec.cwd, env }, table, {
    stdin: "ignore",
    output: "pipe",
    inputs,
  });
  const { child, identity, exited, closed } = started;
  child.stdout?.on("data", (chunk: Uint8Array) => spec.onOutput(chunk, "stdout"));
  child.stderr?.on("data", (chunk: Uint8Array) => spec.onOutput(chunk, "stderr"));
  spec.onStarted(identity);
  const { marker, usesEngine } = spec;
  if (!namespace) guard({ started: identity, marker, usesEngine });
  // ps costs far more than reading /proc.
  const pollMs = platform === "linux" ? 200 : 1000;
  const tree = namespace
    ? namespaceTree(table, identity)
    : trackedTree(table, identity, { marker, usesEngine, pollMs });
  const stopped = stopWhenAsked(spec, tree, exited);
  const code = await exited;
  const { cause, survivors } = await stopped.settle();
  // What a command of the engine leaves behind may be a container's keeper; anything else ends with the step.
  const leftovers = cause === "exit" && !(usesEngine || namespace) ? await tree.kill() : survivors;
  tree.close();
  if (!namespace) guard({ ended: identity.pid });
  await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return { code, cause, survivors: leftovers };
}

interface Stop {
  /** To be called when the job's own process has ended. */
  settle(): Promise<{ readonly cause: JobEnd["cause"]; readonly survivors: readonly number[] }>;
}

/** Ends the tree on timeout or abort: asks, waits for the grace, kills. `kill` goes straight to the last. */
function stopWhenAsked(spec: JobSpec, tree: ProcessTree, exited: Promise<unknown>): Stop {
  let cause: JobEnd["cause"] = "exit";
  let ending: Promise<readonly number[]> | undefined;
  const stop = (why: JobEnd["cause"]): void => {
    if (ending) return;
    cause = why;
    ending = end(tree, spec.kill.aborted ? 0 : spec.graceMs, spec.kill);
    // Reported by settle; until then nobody waits for it.
    ending.catch(() => undefined);
  };
  const onAbort = (): void => stop("cancelled");
  const timer = setTimeout(() => stop("timeout"), Math.min(spec.timeoutMs, longestMs));
  spec.signal.addEventListener("abort", onAbort, { once: true });
  spec.kill.addEventListener("abort", onAbort, { once: true });
  if (spec.signal.aborted || spec.kill.aborted) onAbort();
  const settle = async (): ReturnType<Stop["settle"]> => {
    await exited;
    clearTimeout(timer);
    spec.signal.removeEventListener("abort", onAbort);
    spec.kill.removeEventListener("abort", onAbort);
    return { cause, survivors: (await ending) ?? [] };
  };
  return { settle };
}

async function end(tree: ProcessTree, graceMs: number, kill: AbortSignal): Promise<readonly number[]> {
  const deadline = Date.now() + graceMs;
  if (graceMs > 0) await tree.terminate();
  while (Date.now() < deadline && !kill.aborted) {
    if ((await tree.members()).length === 0) return [];
    await sleep(Math.min(50, Math.max(1, deadline - Date.now())));
  }
  return tree.kill();
}

interface Started {
  readonly child: ChildProcess;
  readonly identity: ProcessIdentity;
  /** Its exit code. */
  readonly exited: Promise<number>;
  /** It has ended and nobody holds its output any more. */
  readonly closed: Promise<void>;
}

interface Descriptors {
  readonly stdin: "ignore" | "pipe";
  readonly output: "ignore" | "pipe";
  /** What the descriptors from 3 on give. */
  readonly inputs: readonly Uint8Array[];
}

async function start(
  argv: readonly string[],
  spec: Pick<JobSpec, "cwd" | "env">,
  table: ProcessTable,
  { stdin, output, inputs }: Descriptors,
): Promise<Started> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error("start: empty argv");
  try {
    const child = spawn(program, args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      stdio: [stdin, output, output, ...inputs.map(() => "pipe" as const)],
      detached: true,
      windowsHide: true,
    });
    handOver(child, inputs);
    // Before anything is waited for: a short program may end meanwhile.
    const exited = new Promise<number>((resolve) =>
      child.once("exit", (code, signal) => resolve(exitCode(code, signal))),
    );
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const startTime = child.pid === undefined ? "" : table.startTimeOfChild(child.pid);
    await once(child, "spawn");
    return { child, identity: { pid: child.pid ?? 0, startTime: await startTime }, exited, closed };
  } catch (error) {
    const code = codeOf(error) ?? "EIO";
    throw new HostError(code, `${code}: cannot start ${program} in ${spec.cwd}`, error);
  }
}

async function detach(spec: Parameters<Jobs["detach"]>[0], table: ProcessTable): Promise<ProcessIdentity> {
  const { child, identity } = await start(spec.argv, spec, table, {
    stdin: "pipe",
    output: "ignore",
    inputs: [],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdin?.once("error", reject);
    child.stdin?.end(spec.input, resolve);
  });
  child.unref();
  return identity;
}
