import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { runs } from "../../support/runs.ts";
import { makeStack, run } from "./run.ts";

const task = (args: Action["args"]): Action => ({
  name: "run_task",
  id: "run_task.t",
  args,
  provides: { stdout: "T_STDOUT" },
});

test("a command's last line is its output, and all lines are shown", async () => {
  const ran = await run(makeStack(), task({ command: ["printf", "one\\n\\ntwo\\r\\n\\n  \\n"] }));
  expect(ran).toMatchObject({ code: 0, stderr: "", outputs: { T_STDOUT: "two" } });
  expect(ran.stdout).toBe("one\n\ntwo\r\n\n  \n");
});

test("words and environment arrive as they are", async () => {
  const words = ["a b", "'", "$HOME", "*", "", "x\ny", "`id`"];
  const program = "console.log(JSON.stringify([process.argv.slice(1), process.env.A, process.env.E]))";
  const ran = await run(
    makeStack(),
    task({ command: ["node", "-e", program, "--", ...words], env: { A: "it's ${LATER}", E: "" } }),
    { LATER: "now; rm -rf $HOME" },
  );
  expect(JSON.parse(ran.outputs["T_STDOUT"] ?? "")).toEqual([words, "it's now; rm -rf $HOME", ""]);
});

test("a command and an environment that are known only now come as JSON", async () => {
  const args = { commandVar: "RUN_TASK_T_COMMAND", envVar: "RUN_TASK_T_ENV" };
  const env = {
    RUN_TASK_T_COMMAND: JSON.stringify(["node", "-p", "process.env.X + process.argv[1]", "--", "a\nb 'c'"]),
    RUN_TASK_T_ENV: JSON.stringify({ X: '${not} "it\'s" = ', PATH: "/usr/bin:/bin" }),
  };
  const ran = await run(makeStack(), task(args), env);
  expect(ran).toMatchObject({ code: 0, stdout: "${not} \"it's\" = a\nb 'c'\n" });
  expect((await run(makeStack(), task(args), { ...env, RUN_TASK_T_ENV: "{" })).code).not.toBe(0);
  expect((await run(makeStack(), task(args), { ...env, RUN_TASK_T_ENV: "{}" })).stdout).toContain(
    "undefined",
  );
});

test("a script runs as a script of its own and stops at the first error", async () => {
  const stack = makeStack();
  const script =
    "for i in 1 2; do echo \"$i ${WHO}\"; done\nread -r line || echo 'no input'\nfalse\necho never\n";
  const ran = await run(stack, task({ script: script.replaceAll("${", () => "$${") }), { WHO: "x" });
  expect(ran).toMatchObject({ code: 1, stdout: "1 x\n2 x\nno input\n", outputs: {} });
  expect(ran.stderr).toBe("run_task.t: the script ended with code 1\n");
});

test("run-time values reach a script wherever they stand", async () => {
  const env = { VALUE: "a  b" };
  for (const [script, said] of [
    ["echo ${VALUE}\n:\n", "a b"],
    ['echo "${VALUE}"\n:\n', "a  b"],
    ["echo '${VALUE}'\n", "a  b"],
    ["cat <<'EOF'\n<${VALUE}>\nEOF\n", "<a  b>"],
    ["echo $${VALUE:-x}\n", "a b"],
    ["echo '$${VALUE}' '${VALUE}'\n", "${VALUE} a  b"],
  ] as const) {
    expect((await run(makeStack(), task({ script }), env)).outputs, script).toEqual({ T_STDOUT: said });
  }
});

test("no text of a script is lost on the way", async () => {
  const stack = makeStack();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 30 }), async (text) => {
      fc.pre(!text.includes("\0"));
      // Lines that bash never gets to.
      const script = `cat "$0" >seen 2>&1\nexit 0\n${text}`;
      expect((await run(stack, task({ script: script.replaceAll("${", () => "$${") }))).code).toBe(0);
      expect(existsSync(join(stack, "seen"))).toBe(true);
    }),
    { numRuns: runs(15) },
  );
});

test("nothing runs where the path it makes exists", async () => {
  const stack = makeStack();
  const action = task({ command: ["sh", "-c", "date +%N >made; echo ran"], creates: "made" });
  expect(await run(stack, action)).toMatchObject({ code: 0, outputs: { T_STDOUT: "ran" } });
  const made = readFileSync(join(stack, "made"), "utf8");
  expect(await run(stack, action)).toMatchObject({
    code: 0,
    stdout: "made exists: nothing to do\n",
    outputs: { T_STDOUT: "" },
  });
  expect(readFileSync(join(stack, "made"), "utf8")).toBe(made);
});

test("a command that does not make what it should has failed", async () => {
  const ran = await run(makeStack(), task({ command: ["true"], creates: "made" }));
  expect(ran).toMatchObject({ code: 1, stderr: "run_task.t: it ended well but did not make made\n" });
});

test("failures carry the command's code", async () => {
  const failed = await run(makeStack(), {
    name: "run_task",
    id: "run_task.t",
    args: { command: ["sh", "-c", "exit 7"] },
  });
  expect(failed).toMatchObject({ code: 1, stderr: "run_task.t: the command ended with code 7\n" });
  const absent = await run(makeStack(), task({ command: ["no-such-program"] }));
  expect(absent.stderr).toContain("run_task.t: the command ended with code 127");
});

test("a clean-up command runs, or there is none", async () => {
  const stack = makeStack();
  writeFileSync(join(stack, "cache"), "");
  const destroy = (args: Action["args"]): Action => ({
    name: "run_task_destroy",
    id: "run_task_destroy.t",
    args,
  });
  const args = { on_destroy: ["sh", "-c", 'rm -f "$WHAT"'], env: { WHAT: "cache" } };
  expect((await run(stack, destroy(args))).code).toBe(0);
  expect(existsSync(join(stack, "cache"))).toBe(false);
  expect((await run(stack, destroy(args))).code).toBe(0);
  expect(await run(stack, destroy({}))).toMatchObject({ code: 0, stdout: "nothing to clean up\n" });
});
