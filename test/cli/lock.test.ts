import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, eventsOf, stackFolder, startCli } from "../support/cli.ts";

const slow = {
  "main.cw": `
    resource "task" "slow" {
      command = ["sleep", "\${var.seconds}"]
    }
    variable "seconds" {
      default = 20
    }`,
};

/** An apply that is at its step, which holds the lock. */
async function applying(cwd: string, ...args: string[]) {
  const child = startCli(["apply", "--yes", "--json", ...args], { cwd });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  while (!text.includes('"step-started"')) await once(child.stdout ?? child, "data");
  return child;
}

test("who comes second is told who is at work, and how to wait or to get on", async () => {
  const cwd = await stackFolder(slow);
  const first = await applying(cwd);
  for (const command of [["apply", "--yes"], ["destroy", "--yes"], ["build"], ["verify"]]) {
    const second = await cli(command, { cwd });
    expect(second.code).toBe(4);
    expect(second.stderr).toMatch(
      /The stack is locked by clockwork apply \(\S+ on \S+, process \d+, since .*UTC\)/,
    );
    expect(second.stderr).toContain("--lock-timeout 5m");
  }
  const events = eventsOf(await cli(["apply", "--yes", "--json"], { cwd }));
  expect(events.map((e) => e.type)).toEqual(["run", "diagnostic", "done"]);
  // Who only looks needs no lock.
  expect((await cli(["plan"], { cwd })).code).toBe(0);
  const [, id = ""] = /clockwork unlock (\S+)/.exec((await cli(["build"], { cwd })).stderr) ?? [];
  const alive = await cli(["unlock", id], { cwd });
  expect(alive.code).toBe(1);
  expect(alive.stderr).toContain(`End it first: process ${first.pid}`);
  // It ends gracefully, and the lock with it.
  first.kill("SIGINT");
  await once(first, "exit");
  await expect(stat(join(cwd, ".clockwork", "lock"))).rejects.toThrow("ENOENT");
});

test("--lock-timeout waits until the other one is done", async () => {
  const cwd = await stackFolder(slow);
  const first = await applying(cwd, "--var", "seconds=2");
  const second = await cli(["build", "--lock-timeout", "1m"], { cwd });
  expect(second.code).toBe(0);
  expect(second.stderr).toMatch(/locked by clockwork apply .*: waiting for it/);
  expect(first.exitCode).toBe(0);
});

test("a lock ends with its holder, however that ended", async () => {
  const cwd = await stackFolder(slow);
  const first = await applying(cwd);
  first.kill("SIGKILL");
  await once(first, "exit");
  expect(JSON.parse(await readFile(join(cwd, ".clockwork", "lock"), "utf8")).pid).toBe(first.pid);
  expect((await cli(["build"], { cwd })).code).toBe(0);
});
