/**
 * Where no namespace of processes ends a job with us, a process of ours that outlives us does: it is told of each such job,
 * and when we are gone without a word of its end it ends what is left of it. It is started with the first such job.
 */
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { codeOf } from "./node-error.ts";
import type { ProcessIdentity } from "./ports.ts";

/** One line of what it is told: a job that has started, or the pid of one that has ended. */
export type GuardLine =
  | {
      readonly started: ProcessIdentity;
      readonly marker: Readonly<Record<string, string>>;
      readonly usesEngine: boolean;
    }
  | { readonly ended: number };

export interface GuardProgram {
  /** Program and arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Tells the guard; without a program there is none. */
export function guardian(program: GuardProgram | undefined): (line: GuardLine) => void {
  let to: Writable | undefined;
  return (line) => {
    if (!program) return;
    to ??= startGuard(program);
    to.write(`${JSON.stringify(line)}\n`);
  };
}

function startGuard({ argv: [file = "", ...args], env }: GuardProgram): Writable {
  const child = spawn(file, args, {
    // It stands in nobody's way: no folder of the stack, no terminal, nothing that keeps us from ending.
    cwd: "/",
    env,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    windowsHide: true,
  });
  child.unref();
  // Without a guard what is left waits for the next start.
  child.on("error", () => undefined);
  child.stdin.on("error", (error) => {
    if (codeOf(error) !== "EPIPE") throw error;
  });
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child.stdin;
}
