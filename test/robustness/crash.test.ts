import { execFile, execFileSync, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// A small part of what `npm run robustness` does: the same harness with small counts.

const strace = (() => {
  try {
    return execFileSync("strace", ["-V"], { encoding: "utf8" });
  } catch {
    return "";
  }
})();

test.skipIf(process.platform !== "linux" || strace === "").each([
  ["writes", "20"],
  ["syscalls", "25"],
  ["errors", "60"],
  ["applies", "6"],
  ["daemon-crashes", "8"],
])("nothing is lost or left: %s", { timeout: 180_000 }, async (what, count) => {
  const args = ["test/robustness/crash.mjs", what, "--count", count, "--seed", "1"];
  await holds(process.execPath, ...args);
});

const mounting = ["--mount", "--map-root-user"];
const canMount = spawnSync("unshare", [...mounting, "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status === 0;

test("nothing is lost or left: disk", { timeout: 180_000 }, async (ctx) => {
  if (!canMount) return ctx.skip("unshare gives no mount namespace here");
  await holds("unshare", ...mounting, process.execPath, "test/robustness/crash.mjs", "disk", "--count", "4");
});

async function holds(program: string, ...args: readonly string[]): Promise<void> {
  const { stdout } = await promisify(execFile)(program, args);
  const result: { count: number; found: number } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(result.count).toBeGreaterThan(0);
  expect(result.found).toBe(0);
}
