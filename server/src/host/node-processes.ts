import { spawn } from "node:child_process";
import { constants } from "node:os";
import { codeOf } from "./node-error.ts";
import { HostError, type Processes, type RunResult } from "./ports.ts";

/** Helper commands of the core never print more than this; one that does is out of order. */
const maxOutputBytes = 16 * 1024 * 1024;

/** How long output is waited for after the end: a descendant may hold the pipe open for ever. */
export const drainMs = 250;

/** 128 + the signal's number, as shells say it. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

export function nodeProcesses(variables: Readonly<Record<string, string>>): Processes {
  return { run: (argv, options) => run(argv, { env: variables, ...options }) };
}

function run(argv: readonly string[], options: Parameters<Processes["run"]>[1]): Promise<RunResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error("run: empty argv");
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let failure: unknown;
    const stop = (reason: unknown): void => {
      failure ??= reason;
      killGroup(child.pid);
    };
    const onAbort = (): void => stop(options.signal?.reason);
    const timer = setTimeout(
      () => stop(new HostError("ETIMEDOUT", `ETIMEDOUT: ${program} ran longer than ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    options.signal?.addEventListener("abort", onAbort, { once: true });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxOutputBytes) stop(new HostError("ENOBUFS", `ENOBUFS: ${program} printed too much`));
        else output[name].push(chunk);
      });
    }
    const done = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      done();
      const code = codeOf(error) ?? "EIO";
      reject(new HostError(code, `${code}: cannot run ${program}`, error));
    });
    let drain: NodeJS.Timeout | undefined;
    child.once("exit", () => {
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
    });
    child.once("close", (code, signal) => {
      clearTimeout(drain);
      done();
      if (failure !== undefined) return reject(failure);
      const text = (name: "stdout" | "stderr"): string => Buffer.concat(output[name]).toString("utf8");
      resolve({ code: exitCode(code, signal), stdout: text("stdout"), stderr: text("stderr") });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
