/** Six processes want one lock, each for a read and a write of one file; its holders are killed and stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../fuzz/random.ts";
import type { Result } from "./result.ts";

interface Writer {
  readonly child: ChildProcess;
  readonly acknowledged: string[];
}

/** How long a holder stands still, in milliseconds. */
const stoppedMs = 300;

/** @param count how often the holder is killed or, one time in four, stopped */
export async function takeLocks(home: string, count: number, seed: number, slackMs: number): Promise<Result> {
  const stack = join(home, "locked");
  mkdirSync(stack);
  writeFileSync(join(stack, "lines"), "");
  const all: Writer[] = [];
  const start = (name: string): Writer => {
    const writer = startWriter(home, stack, name);
    all.push(writer);
    return writer;
  };
  const writers = Array.from({ length: 6 }, (_, i) => start(`w${i}`));
  const takeovers: number[] = [];
  const found: string[] = [];
  let stops = 0;
  for (let round = 0; round < count; round++) {
    await sleep(20 + new Random(seed, round).below(80));
    const { holder, id } = await untilHeld(stack, writers);
    const victim = writers[holder];
    if (!victim) continue;
    if (round % 4 === 3) {
      stops++;
      if (await isTakenFrom(stack, victim.child, id))
        found.push(`round ${round}: taken from one that was stopped`);
      continue;
    }
    victim.child.kill("SIGKILL");
    const killed = Date.now();
    while (holderOf(stack)?.id === id) await sleep(1);
    takeovers.push(Date.now() - killed);
    writers[holder] = start(`w${holder}r${round}`);
  }
  await Promise.all(writers.map(({ child }) => end(child)));
  const lines = readFileSync(join(stack, "lines"), "utf8").trimEnd().split("\n");
  const written = new Set(lines);
  const lost = all.flatMap(({ acknowledged }) => acknowledged).filter((line) => !written.has(line));
  const sorted = takeovers.sort((a, b) => a - b);
  const longest = sorted.at(-1) ?? 0;
  found.push(...lost.map((line) => `lost: ${line}`));
  if (written.size !== lines.length) found.push("a line stands there twice");
  if (longest >= slackMs) found.push(`a takeover took ${longest} ms`);
  const figures = {
    operations: lines.length,
    "holders killed": takeovers.length,
    "holders stopped": stops,
    "lost updates": lost.length,
    thefts: found.filter((problem) => problem.includes("taken from")).length,
    "takeover, median ms": sorted[Math.floor(sorted.length / 2)] ?? 0,
    "takeover, longest ms": longest,
  };
  return { count, seed, found, figures };
}

function startWriter(home: string, stack: string, name: string): Writer {
  const child = spawn(process.execPath, [join(home, "lock-worker.cjs"), stack, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    acknowledged.push(...lines);
  });
  return { child, acknowledged };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** Undefined while nobody has it. */
function holderOf(stack: string): { readonly id: string; readonly pid: number } | undefined {
  const path = join(stack, ".clockwork/lock");
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // It was given back between the two.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function untilHeld(stack: string, writers: readonly Writer[]): Promise<{ holder: number; id: string }> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const held = holderOf(stack);
    const holder = writers.findIndex(({ child }) => child.pid === held?.pid);
    if (held && holder >= 0) return { holder, id: held.id };
    await sleep(1);
  }
  throw new Error("nobody takes the lock any more");
}

/** Whether somebody else gets the lock of one that stands still with it. */
async function isTakenFrom(stack: string, holder: ChildProcess, id: string): Promise<boolean> {
  holder.kill("SIGSTOP");
  await sleep(20);
  // It may have given it back before it stood still.
  const before = holderOf(stack)?.id;
  const isHeld = before === id;
  await sleep(stoppedMs);
  const isTaken = isHeld && holderOf(stack)?.id !== id;
  holder.kill("SIGCONT");
  return isTaken;
}
