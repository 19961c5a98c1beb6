/**
 * What one process of a step may take at most, so that a script that went wild leaves room to record what became of it: half
 * of the machine's memory, and files of half of what is free on the disk. No dumps of its memory, which could hold secrets.
 */
import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";

const program = "/usr/bin/prlimit";
const smallestFile = 1024 * 1024;

/** More than this no step opens, and programs that go through all possible descriptors are done in a moment. */
const mostFiles = 65_536;

/** What to put before a job's argv; nothing where the system has no such program. */
export async function limits(cwd: string, usesEngine: boolean): Promise<readonly string[]> {
  if (process.platform !== "linux" || !existsSync(program)) return [];
  // Layers of images are large, and what the engine's command takes is the engine's to say.
  if (usesEngine) return [program, "--core=0"];
  const { bavail, bsize } = await statfs(cwd);
  const file = Math.max(smallestFile, Math.floor((bavail * bsize) / 2));
  const wanted = [
    { flag: "data", title: "Max data size", bytes: Math.floor(totalmem() / 2) },
    { flag: "fsize", title: "Max file size", bytes: file },
    { flag: "nofile", title: "Max open files", bytes: mostFiles },
  ];
  const present = readFileSync("/proc/self/limits", "utf8");
  // Only root may have more than its own limit.
  const lower = wanted.map(
    ({ flag, title, bytes }) => `--${flag}=${Math.min(bytes, hardLimit(present, title))}`,
  );
  return [program, "--core=0", ...lower];
}

/** From a line of proc_pid_limits(5): title, soft limit, hard limit, unit. */
function hardLimit(present: string, title: string): number {
  const [, hard] =
    /^\s*(\S+)\s+(\S+)/.exec(present.slice(present.indexOf(title) + title.length))?.slice(1) ?? [];
  return hard === undefined || hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}
