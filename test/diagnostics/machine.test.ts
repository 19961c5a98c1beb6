import { expect, it } from "vitest";
import { readSavedPlan } from "../../server/src/assembly/saved-plan.ts";
import { problemOf } from "../../server/src/cli/problem.ts";
import { compileBuiltin } from "../../server/src/forge/builtin/compile.ts";
import { prepare } from "../../server/src/forge/prepare.ts";
import { MemoryFiles } from "../../server/src/host/memory-files.ts";
import { HostError } from "../../server/src/host/ports.ts";
import type { EnvFacts } from "../../server/src/intake/facts.ts";
import { actions, artifact, build, buildDir, bundleOf } from "../forge/build/samples.ts";

/*
 * Problems that no file of a stack is to blame for, and that only a machine with something missing would show.
 */
const bare: EnvFacts = { os: "linux", arch: "x64", runtimes: {} };

it("says that a step needs a container engine", () => {
  const { diagnostics } = compileBuiltin(
    [{ name: "ensure_network", id: "ensure_network.n", args: { name: "n" } }],
    bare,
  );
  expect(diagnostics).toMatchObject([{ code: "engine-missing", hint: expect.stringContaining("podman") }]);
});

it("says that the built-in compiler has no template", () => {
  const { diagnostics } = compileBuiltin([{ name: "ensure_moon", id: "ensure_moon.m", args: {} }], bare);
  expect(diagnostics).toMatchObject([
    { code: "no-template", message: expect.stringContaining("ensure_moon.m") },
  ]);
});

it("says that a runtime is not installed", async () => {
  const files = new MemoryFiles({});
  const bundle = bundleOf([artifact("scripts/a.sh", "run_task.a", "echo\n")]);
  await build(files, bundle);
  const { value, diagnostics } = await prepare(
    files,
    buildDir,
    actions("run_task.a"),
    async () => bare,
    undefined,
  );
  expect(value).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code: "runtime-missing", hint: expect.stringContaining("bash") }]);
});

it("says that a file is no plan", () => {
  expect(readSavedPlan("{}", "next.plan").diagnostics).toMatchObject([
    { code: "plan-unreadable", hint: "Make one with: clockwork plan --out next.plan" },
  ]);
});

it("says what the machine does not allow", () => {
  const error = new HostError("EACCES", "EACCES: permission denied, open '/stack/state.json'");
  expect(problemOf(error, "/stack")).toMatchObject({
    code: "file-access",
    message: "Cannot open state.json: permission denied",
  });
});
