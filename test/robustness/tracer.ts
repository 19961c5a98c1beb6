/**
 * Runs the worker with strace at one of the two threads that make its system calls: to see them, or to have the n-th of a kind
 * go wrong.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Traced {
  /** Null: it was killed. */
  readonly code: number | null;
  readonly acknowledged: readonly string[];
  readonly isDone: boolean;
  readonly said: string;
}

/** Calls by which files are made, changed, moved, removed and made durable. */
export const tracedCalls = [
  ...["openat", "read", "pread64", "write", "pwrite64", "writev", "close", "fsync", "fdatasync", "ftruncate"],
  ...["rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"],
  ...["chmod", "fchmod", "fchmodat", "statx", "newfstatat", "lstat", "fstat", "getdents64"],
];

/** `event loop` makes the calls that are waited for on the spot, `pool` all others. */
export type Thread = "event loop" | "pool";
export const threadsOf: readonly Thread[] = ["event loop", "pool"];

/** @param inject for strace, after `-e` */
export async function traced(
  program: string,
  protocol: string,
  folder: string,
  options: {
    readonly thread: Thread;
    readonly inject?: string;
    readonly calls: readonly string[];
    readonly log?: string;
  },
): Promise<Traced> {
  const worker = spawn(process.execPath, [program, protocol, folder], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", CLOCKWORK_SANDBOX: "none" },
  });
  let out = "";
  let said = "";
  worker.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  worker.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const closed = once(worker, "close");
  const saying = async (word: string) => {
    while (!out.includes(`${word}\n`)) {
      await Promise.race([once(worker.stdout, "data"), closed]);
      if (worker.exitCode !== null || worker.signalCode !== null) throw new Error(`${word}: ${said}`);
    }
  };
  await saying("up");
  const before = new Set(threads(worker));
  worker.stdin.write("x");
  await saying("ready");
  const [thread, ...others] = threads(worker).filter((id) => !before.has(id));
  if (thread === undefined || others.length > 0) throw new Error(`not one thread more: ${thread} ${others}`);
  const strace = await attach(options.thread === "pool" ? thread : String(worker.pid), options);
  worker.stdin.end("x");
  const [code] = (await closed) as [number | null];
  if (strace.exitCode === null) await once(strace, "exit");
  const words = out.split("\n").filter((line) => !["", "up", "ready"].includes(line));
  const isDone = words.at(-1) === "done";
  return { code, said, isDone, acknowledged: isDone ? words.slice(0, -1) : words };
}

async function attach(
  thread: string,
  {
    inject,
    calls,
    log,
  }: { readonly inject?: string; readonly calls: readonly string[]; readonly log?: string },
): Promise<ChildProcess> {
  const args = [
    "-p",
    thread,
    "-e",
    `trace=${calls.join(",")}`,
    "-e",
    "signal=none",
    "-y",
    "-o",
    log ?? "/dev/null",
  ];
  const strace = spawn("strace", [...args, ...(inject === undefined ? [] : ["-e", `inject=${inject}`])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  strace.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  while (!said.includes("attached")) {
    await Promise.race([once(strace.stderr, "data"), once(strace, "exit")]);
    if (strace.exitCode !== null) throw new Error(`strace: ${said}`);
  }
  return strace;
}

const threads = ({ pid }: ChildProcess): string[] => readdirSync(join("/proc", String(pid), "task"));

export interface Call {
  readonly name: string;
  /** It is the n-th of its name. */
  readonly n: number;
  readonly text: string;
}

/** A call names the folder, or one that was opened before and is named by its descriptor. */
export const concerns = (call: string, folder: string): boolean =>
  call.includes(folder) || call.includes('"/proc/self/fd/');

/** The calls that concern a folder, in their order. */
export function callsIn(log: string, folder: string): readonly Call[] {
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  for (const text of readFileSync(log, "utf8").split("\n")) {
    const name = /^(\w+)\(/.exec(text)?.[1];
    if (name === undefined) continue;
    const n = (counts.get(name) ?? 0) + 1;
    counts.set(name, n);
    if (concerns(text, folder)) calls.push({ name, n, text });
  }
  return calls;
}

/** Calls by which a whole program changes something, of which Node itself makes few. */
const changing = [
  ...["write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat"],
  ...[
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "chmod",
    "fchmod",
    "execve",
    "clone",
    "clone3",
    "vfork",
  ],
];

const ofProgram = [
  "-f",
  "-b",
  "execve",
  "-e",
  `trace=${changing.join(",")}`,
  "-e",
  "signal=none",
  "-y",
  "-qq",
];
const oneThread = { ...process.env, UV_THREADPOOL_SIZE: "1" };

/** The changing calls of a program and its threads, not of what it starts: how often each comes in the thread that makes most. */
export async function callsOfAll(
  argv: readonly string[],
  cwd: string,
  log: string,
): Promise<readonly Pick<Call, "name" | "n">[]> {
  const args = [...ofProgram, "-o", log, process.execPath, ...argv];
  const child = spawn("strace", args, { cwd, stdio: "ignore", env: oneThread });
  await once(child, "exit");
  const counts = new Map<string, number>();
  const calls: Pick<Call, "name" | "n">[] = [];
  for (const line of readFileSync(log, "utf8").split("\n")) {
    // strace counts by thread.
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || name === undefined) continue;
    const n = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, n);
    // How the event loop wakes itself up changes nothing.
    if (line.includes("<anon_inode:")) continue;
    if (!calls.some((call) => call.name === name && call.n === n)) calls.push({ name, n });
  }
  return calls;
}

/** Runs it and kills it as its first thread makes that call for the n-th time. */
export async function killedBy(argv: readonly string[], cwd: string, { name, n }: Pick<Call, "name" | "n">) {
  const args = [...ofProgram, "-o", "/dev/null", "-e", `inject=${name}:signal=KILL:when=${n}`];
  const child = spawn("strace", [...args, process.execPath, ...argv], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
    env: oneThread,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await once(child, "close");
  return { text, isKilled: child.signalCode === "SIGKILL" };
}
