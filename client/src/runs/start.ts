import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { RunCommand } from "../../../server/src/protocol.ts";
import { cliLine } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";
import type { Execution } from "../terminals.ts";
import { eventsFile } from "./events-file.ts";
import { follow } from "./follow.ts";
import type { Run } from "./run.ts";

export interface Call {
  readonly command: RunCommand;
  /** What stands in its place in the command line, where that is several words. */
  readonly words?: readonly string[];
  readonly folder: vscode.Uri;
  /** What stands behind the command, its operand among it. */
  readonly args: readonly string[];
  /** It may ask in its terminal, which therefore takes the keyboard. */
  readonly asks: boolean;
}

/**
 * Runs the bundled command line in an integrated terminal, where a person sees it, answers it and can interrupt it, and
 * follows its events. Resolves when it has ended.
 */
export async function startRun(
  ctx: MachineCtx,
  { command, words = [command], folder, args, asks }: Call,
): Promise<Run> {
  const events = await eventsUri(ctx.storage);
  const terminal = await ctx.terminals.for(folder);
  terminal.show(!asks);
  const { key } = ctx.runs.begin(command, folder, terminal);
  const line = cliLine(ctx, terminal, [...words, ...args, "--events", events.fsPath]);
  ctx.log.info(line);
  const execution = await ctx.terminals.start(terminal, line);
  const run = await ctx.status.during(command, followRun(ctx, key, execution, events.fsPath));
  await vscode.workspace.fs.delete(events).then(undefined, (error: unknown) => {
    // A call that was refused has written none.
    if (!(error instanceof vscode.FileSystemError && error.code === "FileNotFound")) throw error;
  });
  const { exitCode } = run;
  ctx.log.info(
    `clockwork ${command}: ${exitCode === undefined ? "exit code unknown" : `exit code ${exitCode}`}`,
  );
  return run;
}

/** In a folder of the extension, never in the stack's. */
async function eventsUri(storage: vscode.Uri): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(storage, "events");
  await vscode.workspace.fs.createDirectory(folder);
  return vscode.Uri.joinPath(folder, `${randomUUID()}.ndjson`);
}

async function followRun(
  ctx: MachineCtx,
  key: number,
  { ended: exit, tells }: Execution,
  path: string,
): Promise<Run> {
  const ended = new AbortController();
  let exitCode: number | undefined;
  let pid: number | undefined;
  void exit.then(async (code) => {
    exitCode = code;
    // A closed terminal asks its process to end, which takes the time that its steps take to end.
    if (code === undefined) await gone(() => pid, AbortSignal.timeout(closingMs));
    ended.abort();
  });
  const finished = new AbortController();
  if (!tells) void gone(() => pid, finished.signal).then(() => ended.abort());
  try {
    await follow(eventsFile(path), {
      onEvent: (event) => {
        if (event.type === "run") pid = event.pid;
        ctx.runs.advance(key, event);
      },
      onStrange: (line) => ctx.log.warn(`no event: ${line.slice(0, 200)}`),
      ended: ended.signal,
    });
  } finally {
    finished.abort();
  }
  // The shell is free for the next command once it has told of the end of this one.
  if (tells) await exit;
  return ctx.runs.end(key, exitCode);
}

/** Longest wait for a process whose terminal was closed, in milliseconds. */
const closingMs = 30_000;
/** How often a process is looked for, in milliseconds. */
const lookMs = 500;

/**
 * Resolves when a process that was there is there no longer, or when the signal aborts. One that was never seen may live
 * where this program cannot see it, as on the other side of a sandbox.
 */
async function gone(pid: () => number | undefined, signal: AbortSignal): Promise<void> {
  let seen = false;
  while (!signal.aborted) {
    const id = pid();
    const alive = id !== undefined && isAlive(id);
    if (seen && !alive) return;
    seen ||= alive;
    await sleep(lookMs);
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Of another user: it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
