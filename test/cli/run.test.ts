import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { cli, eventsOf, stackFolder, startCli, startedSteps, stateOf } from "../support/cli.ts";

const exec = promisify(execFile);

const chain = `
resource "task" "a" { command = ["true"] }
resource "task" "b" {
  script     = "test -e allowed"
  depends_on = [task.a]
}
resource "task" "c" {
  command    = ["true"]
  depends_on = [task.b]
}
resource "task" "d" { command = ["echo", "done"] }
`;

describe("a failing step", () => {
  it("stops its dependants, lets others finish, exits 3, and the next apply resumes there", async () => {
    const cwd = await stackFolder({ "main.cw": chain });
    const failed = await cli(["apply", "--yes", "--json"], { cwd });
    expect(failed.code).toBe(3);
    const outcomes = eventsOf(failed).flatMap((e) => (e.type === "step-finished" ? [[e.id, e.outcome]] : []));
    expect(Object.fromEntries(outcomes)).toEqual({
      "run_task.a": "succeeded",
      "run_task.b": "failed",
      "run_task.c": "skipped",
      "run_task.d": "succeeded",
    });
    expect((await stateOf(cwd)).resources["task.b"]?.status).toBe("tainted");
    await writeFile(join(cwd, "allowed"), "");
    const resumed = await cli(["apply", "--yes", "--json"], { cwd });
    expect(resumed.code).toBe(0);
    expect(startedSteps(resumed)).toEqual(["run_task.b", "run_task.c"]);
    expect(startedSteps(await cli(["apply", "--yes", "--json"], { cwd }))).toEqual([]);
  });

  it("past its timeout is gone with everything it started", async () => {
    const cwd = await stackFolder({
      "main.cw": `
resource "task" "t" {
  timeout = "1s"
  script  = <<-SH
    trap '' TERM
    (trap '' TERM; sleep 98761) &
    setsid sleep 98762 &
    (setsid sh -c 'trap "" TERM; env -i sleep 98763; sleep 98763' & ) &
    nohup sleep 98764 >/dev/null 2>&1 &
    sleep 98765
  SH
}`,
    });
    const began = Date.now();
    const result = await cli(["apply", "--yes", "--json"], { cwd });
    const took = Date.now() - began;
    expect(result.code).toBe(3);
    expect(eventsOf(result).some((e) => e.type === "step-finished" && e.outcome === "timed-out")).toBe(true);
    const { stdout } = await exec("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter((line) => /^sleep 9876\d/.test(line))).toEqual([]);
    // One second of timeout, five of grace, one to be gone in, and the rest of the program.
    expect(took).toBeLessThan(15_000);
  });

  it("is interrupted by Ctrl-C with exit code 130, and the state is kept", async () => {
    const cwd = await stackFolder({
      "main.cw": `
resource "task" "quick" { command = ["true"] }
resource "task" "slow" {
  command    = ["sleep", "98766"]
  depends_on = [task.quick]
}`,
    });
    const child = startCli(["apply", "--yes", "--json"], { cwd });
    const code = new Promise((done) => child.once("exit", done));
    await new Promise<void>((started) => {
      let seen = "";
      child.stdout?.on("data", (chunk) => {
        seen += chunk;
        if (seen.includes('"step-started","id":"run_task.slow"')) started();
      });
    });
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(Object.keys((await stateOf(cwd)).resources)).toContain("task.quick");
    const { stdout } = await exec("ps", ["-eo", "args"]);
    expect(stdout).not.toContain("sleep 98766");
  });
});

describe("a plan", () => {
  it("is the same bytes twice, in clones at different paths, with files renamed", async () => {
    const one = await stackFolder({ "main.cw": chain, "more.cw": 'resource "directory" "z" { path = "z" }' });
    const two = await mkdtemp(join(tmpdir(), "clockwork-other-place-"));
    try {
      await cp(one, two, { recursive: true });
      await rename(join(two, "main.cw"), join(two, "zzz.cw"));
      await rename(join(two, "more.cw"), join(two, "aaa.cw"));
      const plans = [];
      for (const cwd of [one, one, two]) plans.push(await cli(["plan", "--json"], { cwd }));
      expect(plans[0]?.stdout).not.toBe("");
      expect(plans.map((p) => p.stdout)).toEqual([plans[0]?.stdout, plans[0]?.stdout, plans[0]?.stdout]);
    } finally {
      await rm(two, { recursive: true });
    }
  });

  it("says with an exit code whether there are changes", async () => {
    const cwd = await stackFolder({ "main.cw": 'resource "directory" "z" { path = "z" }' });
    expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(2);
    expect((await cli(["apply", "--yes"], { cwd })).code).toBe(0);
    expect((await cli(["plan", "--detailed-exitcode"], { cwd })).code).toBe(0);
    expect((await cli(["plan", "--destroy", "--json"], { cwd })).stdout).toContain("remove_directory.z");
  });
});

describe("a reader that goes away", () => {
  it("does not stop a run", async () => {
    const cwd = await stackFolder({ "main.cw": chain, allowed: "" });
    const child = startCli(["apply", "--yes", "--json"], { cwd });
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await new Promise((done) => child.once("exit", done))).toBe(0);
    expect(Object.keys((await stateOf(cwd)).resources)).toHaveLength(4);
  });
});

describe("run-time values", () => {
  it("reach later steps: plainly, inside texts, and evaluated by the core", async () => {
    const cwd = await stackFolder({
      "main.cw": `
resource "task" "who" { command = ["echo", "world"] }
resource "file" "plain" {
  path    = "plain.txt"
  content = task.who.stdout
}
resource "file" "inside" {
  path    = "inside.txt"
  content = "hello $\{task.who.stdout}, $$\{not this}"
}
resource "file" "computed" {
  path    = "computed.txt"
  content = upper(task.who.stdout)
}
output "greeting" { value = "hi $\{task.who.stdout}" }
`,
    });
    const result = await cli(["apply", "--yes"], { cwd });
    expect(result.stdout + result.stderr).toContain('greeting = "hi world"');
    expect(result.code).toBe(0);
    expect(await readFile(join(cwd, "plain.txt"), "utf8")).toBe("world");
    expect(await readFile(join(cwd, "inside.txt"), "utf8")).toBe("hello world, ${not this}");
    expect(await readFile(join(cwd, "computed.txt"), "utf8")).toBe("WORLD");
    expect(startedSteps(await cli(["apply", "--yes", "--json"], { cwd }))).toEqual([]);
  });
});

it("--timeout ends a run as Ctrl-C does, with what was done recorded", async () => {
  const cwd = await stackFolder({
    "main.cw": `
      resource "task" "quick" {
        command = ["true"]
      }
      resource "task" "slow" {
        command    = ["sleep", "60"]
        depends_on = [task.quick]
      }`,
  });
  const result = await cli(["apply", "--yes", "--timeout", "3s"], { cwd });
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("The steps took longer than --timeout 3s");
  const { resources } = await stateOf(cwd);
  expect([resources["task.quick"]?.status, resources["task.slow"]?.status]).toEqual(["ok", "tainted"]);
  expect((await cli(["apply", "--yes", "--timeout", "soon"], { cwd })).stderr).toContain(
    "--timeout soon: not a duration",
  );
});
