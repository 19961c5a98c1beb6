import { once } from "node:events";
import { appendFile, copyFile, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, eventsOf, stackFolder, startCli, startedSteps, stateOf } from "../support/cli.ts";
import { childrenOf, untilGone, workingIn } from "../support/processes.ts";

// Clockwork itself is killed, and what comes after it finds and mends what was left.

/** `a` is done, `b` is in the middle of it until somebody removes the file `hold`. */
const stack = {
  hold: "",
  "main.cw": `
    resource "file" "a" {
      path    = "a.txt"
      content = "a"
    }
    resource "task" "b" {
      command    = ["bash", "-c", "echo b >> b.log; while [ -e hold ]; do sleep 0.1; done; touch b.done"]
      depends_on = [file.a]
    }
    resource "file" "c" {
      path       = "c.txt"
      content    = "c"
      depends_on = [task.b]
    }`,
};

/** An apply that is killed when it says that a step has started. */
async function killedAt(step: string, cwd: string, withIt = { guard: false }): Promise<void> {
  const child = startCli(["apply", "--yes", "--json"], { cwd });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const exited = once(child, "exit");
  while (!text.includes(`"step-started","id":"${step}"`)) await once(child.stdout ?? child, "data");
  while (!(await stat(join(cwd, "b.log")).catch(() => undefined)))
    await new Promise((r) => setTimeout(r, 20));
  if (withIt.guard) for (const pid of childrenOf(child.pid, "guard.js")) process.kill(pid, "SIGKILL");
  child.kill("SIGKILL");
  await exited;
}

test("what was done stays done, what was cut off is looked at and run again", async () => {
  const cwd = await stackFolder(stack);
  await killedAt("run_task.b", cwd);
  // The kernel has ended the step with Clockwork where it could; else the next start does.
  await rm(join(cwd, "hold"));
  const next = await cli(["apply", "--yes", "--json"], { cwd });
  expect(next.code).toBe(0);
  expect(next.stderr).toMatch(
    /warning.*run-recovered|Run \S+ was cut off: .*whether run_task\.b was done is not known/,
  );
  expect(startedSteps(next)).toEqual(["run_task.b", "ensure_file.c"]);
  const planned = eventsOf(next).find((e) => e.type === "plan");
  expect(JSON.stringify(planned)).toContain("its last run was cut off");
  expect((await stateOf(cwd)).resources["task.b"]?.status).toBe("ok");
  const left = await readdir(join(cwd, ".clockwork/runs"));
  expect(left.filter((name) => name.endsWith(".open"))).toEqual([]);
  expect((await readdir(join(cwd, ".clockwork/work"))).filter((name) => name !== "home")).toEqual([]);
});

test("a result that only the journal has is recorded, also when the journal's last line is half of one", async () => {
  const cwd = await stackFolder(stack);
  await killedAt("run_task.b", cwd);
  const [journal = ""] = (await readdir(join(cwd, ".clockwork/runs"))).filter((n) => n.endsWith(".jsonl"));
  const path = join(cwd, ".clockwork/runs", journal);
  await appendFile(path, '{"type":"finished","st');
  // As if the crash had come before the state was written: what it was at the run's first step.
  const state = join(cwd, ".clockwork/state.json");
  await rm(state);
  await copyFile(`${state}.backup`, state);
  expect(Object.keys((await stateOf(cwd)).resources)).toEqual([]);
  const listed = await cli(["state", "rm", "--dry-run", "file.a"], { cwd });
  expect(listed.stderr).toContain("1 result of it is recorded now; whether run_task.b was done is not known");
  const { resources, serial } = await stateOf(cwd);
  expect(Object.entries(resources).map(([address, { status }]) => [address, status])).toEqual([
    ["file.a", "ok"],
    ["task.b", "unknown"],
  ]);
  // What comes next has nothing to mend.
  const again = await cli(["state", "rm", "--dry-run", "file.a"], { cwd });
  expect(again.stderr).not.toContain("cut off");
  expect((await stateOf(cwd)).serial).toBe(serial);
  expect((await readFile(path, "utf8")).trimEnd().split("\n").at(-1)).toMatch(/^\{"type":"recovered"/);
  expect((await cli(["state", "list"], { cwd })).stdout).toBe("file.a\ntask.b  (unknown)\n");
  await rm(join(cwd, "hold"));
});

/** A kind that may use the container engine gets no namespace of processes. */
const runaway = {
  "main.cw": `
      kind "thing" {
        capabilities {
          engine = true
        }
        script "ensure" {
          lang    = "bash"
          content = <<-EOT
            sleep 300 &
            nohup sleep 300 >/dev/null 2>&1 &
            setsid sleep 300 &
            setsid env -i /bin/sleep 300 &
            ( setsid sleep 300 & ) &
            ( trap '' TERM; while :; do sleep 1; done ) &
            touch b.log
            sleep 300
          EOT
        }
      }
      resource "thing" "b" {}`,
};

test("what no namespace ends with Clockwork, its guard ends, however it tries to get away", async () => {
  const cwd = await stackFolder(runaway);
  await killedAt("ensure_thing.b", cwd);
  await untilGone(cwd, 5000);
  const next = await cli(["build"], { cwd });
  expect(next.stderr).toContain("whether ensure_thing.b was done is not known");
  expect(next.stderr).not.toContain("that it left");
});

test("what the guard cannot end, because it was killed as well, the next start ends", async () => {
  const cwd = await stackFolder(runaway);
  await killedAt("ensure_thing.b", cwd, { guard: true });
  expect(workingIn(cwd).length).toBeGreaterThanOrEqual(7);
  const next = await cli(["build"], { cwd });
  expect(next.stderr).toMatch(/\d+ processes that it left were ended/);
  await untilGone(cwd, 1000);
});

test("another Clockwork that only looks is not taken for one that was cut off", async () => {
  const cwd = await stackFolder(stack);
  const child = startCli(["apply", "--yes", "--json"], { cwd });
  while (!(await stat(join(cwd, "b.log")).catch(() => undefined)))
    await new Promise((r) => setTimeout(r, 20));
  expect((await cli(["build"], { cwd })).code).toBe(4);
  expect((await cli(["plan"], { cwd })).stderr).not.toContain("cut off");
  await rm(join(cwd, "hold"));
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});
