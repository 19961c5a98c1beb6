import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Pids of all that works in a folder, zombies left out: whatever its parent, session and environment are. */
export function workingIn(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.[0];
        return state !== "Z" && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        // It has ended while we looked.
        return false;
      }
    });
}

/** Pids of a process's children whose command line has that word in it. */
export function childrenOf(parent: number | undefined, word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, of] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
        return Number(of) === parent && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
      } catch {
        // It has ended while we looked.
        return false;
      }
    });
}

/** Rejects when something still works in the folder after that time. */
export async function untilGone(folder: string, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  for (;;) {
    const left = workingIn(folder);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`still there: ${left.join(", ")}`);
    await sleep(20);
  }
}
