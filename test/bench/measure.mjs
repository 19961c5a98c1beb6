// Runs programs and measures them: wall time, and the peak of resident memory where the system tells it.
import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** How often memory is looked at, in milliseconds. The kernel keeps the peak, so little is missed. */
const lookMs = 5;

/**
 * Runs a program to its end with its output in a file, as a shell's `>` does.
 * Answers {ms, peakBytes}; peakBytes is undefined where there is no /proc. Rejects when it fails.
 */
export async function measure(argv, { cwd, output, env = {} }) {
  const out = createWriteStream(output);
  await new Promise((resolve, reject) => out.once("open", resolve).once("error", reject));
  const errors = [];
  let peakBytes;
  const start = performance.now();
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", out, "pipe"],
  });
  child.stderr.on("data", (chunk) => errors.push(chunk));
  const look = () => {
    const now = peakOf(child.pid);
    if (now !== undefined) peakBytes = Math.max(peakBytes ?? 0, now);
  };
  const timer = setInterval(look, lookMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (exit, signal) => resolve(exit ?? signal));
    });
    const ms = performance.now() - start;
    if (code !== 0)
      throw new Error(
        `${argv.join(" ")} ended with ${code}:\n${Buffer.concat(errors).toString().slice(-2000)}`,
      );
    return { ms, peakBytes };
  } finally {
    clearInterval(timer);
    out.close();
  }
}

/** Peak resident memory of a process in bytes. Source: VmHWM of proc_pid_status(5), in KiB. */
function peakOf(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? Number(match[1]) * 1024 : undefined;
  } catch (error) {
    // The process has ended, or the system has no /proc: both mean that there is nothing to see.
    if (error.code === "ENOENT" || error.code === "ESRCH") return undefined;
    throw error;
  }
}

/** Whether a program is there and answers. */
export async function isThere(argv) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), { stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** Of several runs: the least and the middle time in milliseconds, the greatest peak in bytes. */
export function summary(runs) {
  const times = runs.map((r) => r.ms).sort((a, b) => a - b);
  const peaks = runs.flatMap((r) => (r.peakBytes === undefined ? [] : [r.peakBytes]));
  const half = times.length / 2;
  const median = times.length % 2 === 1 ? times[Math.floor(half)] : (times[half - 1] + times[half]) / 2;
  return { min: times[0], median, peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined };
}

/** Rows as a table, the first column to the left, numbers to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("   ")
      .trimEnd();
  return rows.map(line).join("\n");
}

export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
export const megabytes = (bytes) => (bytes === undefined ? "-" : `${Math.round(bytes / 1e6)} MB`);
export const ratio = (a, b) =>
  a === undefined || b === undefined ? "-" : (a / b).toFixed(a / b < 0.1 ? 3 : 2);
