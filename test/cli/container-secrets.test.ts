import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { cli, stackFolder } from "../support/cli.ts";
import { findPodman, type Podman } from "../support/podman.ts";

let podman: Podman;
let missing: string | undefined;
beforeAll(() => {
  const found = findPodman();
  if ("reason" in found) missing = found.reason;
  else podman = found;
}, 120_000);
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

const name = `clockwork-secret-${process.pid}`;
const canary = `canary-${process.pid}-51fe`;
const stack = () => `
resource "service" "web" {
  name  = "${name}"
  image = "${podman.baseImage}"
  env = {
    OPEN     = "in the open ${process.pid}"
    PASSWORD = secret("env:MY_PASSWORD")
    PATH     = "/bin"
  }
}
`;

/** A file of every process that can be read; processes come and go. */
function everywhere(file: "cmdline" | "environ"): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/${file}`, "latin1").replaceAll("\0", " ")];
      } catch {
        return [];
      }
    });
}

it("no argument of an engine's command holds a secret, and what keeps the container running does not either", async () => {
  const cwd = await stackFolder({ "main.cw": stack() });
  const run = (...args: string[]) => cli(args, { cwd, env: { ...podman.env, MY_PASSWORD: canary } });
  const seen = new Set<string>();
  let isOver = false;
  const applied = run("apply", "--yes").finally(() => {
    isOver = true;
  });
  try {
    while (!isOver) {
      for (const line of everywhere("cmdline")) if (line.includes(String(process.pid))) seen.add(line);
      await turn();
    }
    expect(await applied).toMatchObject({ code: 0, stderr: "" });
    const lines = [...seen];
    // The command that has the secret was looked at while it ran.
    const making = lines.filter((line) => line.includes(" create ") && line.includes("in the open"));
    expect(making.join("\n")).toContain("--env PASSWORD ");
    expect(lines.filter((line) => line.includes(canary))).toEqual([]);
    // conmon, which lives as long as the container; the container's own program has what it was given.
    const keepers = everywhere("environ").filter((text) => text.includes(canary));
    expect(keepers.length).toBeGreaterThan(0);
    expect(keepers.filter((text) => !text.includes("PATH=/bin "))).toEqual([]);
    expect(podman.run("exec", name, "/bin/sh", "-c", "echo $PASSWORD").trim()).toBe(canary);
  } finally {
    await run("destroy", "--yes");
  }
}, 120_000);
