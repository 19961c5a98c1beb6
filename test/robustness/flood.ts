/** A step prints without end: Clockwork's own memory stays as it is, and the log ends at its limit. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Result } from "./result.ts";

const megabyte = 1_000_000;

/** @param megabytes that the step prints */
export async function flood(home: string, megabytes: number): Promise<Result> {
  const quiet = await applied(join(home, "quiet"), 0);
  const loud = await applied(join(home, "loud"), megabytes);
  const grownMb = Math.round((loud.peakKb - quiet.peakKb) / 1000);
  const logMb = Math.round(loud.logBytes / megabyte);
  const found = [
    ...(loud.code === 0 ? [] : [`it ended with ${loud.code}`]),
    ...(grownMb < 50 ? [] : [`its memory grew by ${grownMb} MB`]),
    ...(logMb <= 11 ? [] : [`the log has ${logMb} MB`]),
  ];
  const figures = { "printed, MB": megabytes, "memory grew by, MB": grownMb, "log, MB": logMb };
  return { count: megabytes, seed: null, found, figures };
}

/** Its peak of resident memory; the log of its one step. */
async function applied(folder: string, megabytes: number) {
  mkdirSync(folder);
  const print = `yes 'a line of a flood, which is as long as lines often are' | head -c ${megabytes * megabyte}; true`;
  writeFileSync(
    join(folder, "main.cw"),
    `resource "task" "flood" {\n  command = ["bash", "-c", ${JSON.stringify(print)}]\n}\n`,
  );
  const child = spawn(process.execPath, [resolve("dist/cli.js"), "apply", "--yes"], {
    cwd: folder,
    stdio: "ignore",
  });
  let peakKb = 0;
  const timer = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid));
  }, 20);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(timer);
  const logs = join(folder, ".clockwork/logs");
  const sizes = readdirSync(logs, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".log"))
    .map((name) => statSync(join(logs, name)).size);
  return { code, peakKb, logBytes: Math.max(...sizes) };
}

/** 0 when it has ended. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code)))
      return 0;
    throw error;
  }
}
