import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { capabilities } from "../../../server/src/forge/capabilities.ts";
import { runSteps } from "../../../server/src/forge/run.ts";
import { memoryHost } from "../../../server/src/host/memory.ts";
import type { JobSpec } from "../../../server/src/host/ports.ts";
import { outcomes } from "./fixture.ts";

it("runs on a host in memory, without a process or a second of waiting", async () => {
  const seen: string[] = [];
  const script = "echo";
  const host = memoryHost(
    { "/stack/.clockwork/build/scripts/a.sh": script },
    {
      job: (spec: JobSpec, files) => {
        const step = spec.env["CLOCKWORK_STEP"] ?? "";
        seen.push(step);
        if (step === "a") files.set(spec.env["CLOCKWORK_OUTPUT"] ?? "", "APP_ID=7\n");
        spec.onOutput(new TextEncoder().encode("hello\n"), "stdout");
        return { code: step === "b" && seen.length < 4 ? 1 : 0 };
      },
    },
  );
  const command = {
    command: { runtime: "bash" as const, flags: [], script: "scripts/a.sh", args: [] },
    argv: ["/bin/bash", "/stack/.clockwork/build/scripts/a.sh"],
    vars: {},
    env: {},
    sha256: createHash("sha256").update(script).digest("hex"),
  };
  const began = host.clock.now();
  const results = await runSteps(
    host,
    [
      { action: { name: "run_task", id: "a", args: {}, provides: { id: "APP_ID" } }, commands: [command] },
      { action: { name: "run_task", id: "b", args: {}, needs: ["a"], retries: 5 }, commands: [command] },
    ],
    {
      stackDir: "/stack",
      buildDir: "/stack/.clockwork/build",
      runId: "r",
      command: "apply",
      lineage: "l",
      supervisorPath: "/supervisor.js",
      parallelism: 1,
      timeoutMs: 1000,
      graceMs: 10,
      signal: new AbortController().signal,
      values: new Map(),
      secrets: new Set(),
      grants: () => ({}),
      capabilities: () => capabilities({ name: "run_task", args: {} }),
      onEvent: () => {},
      before: async () => ({ env: {} }),
      record: () => undefined,
      after: async () => {},
    },
  );
  expect(outcomes(results)).toEqual({ a: "succeeded", b: "succeeded" });
  expect(results.get("a")?.outputs).toEqual({ id: "7" });
  expect(seen).toEqual(["a", "b", "b", "b"]);
  expect(host.clock.now() - began).toBe(1000 + 2000);
  expect(host.files.texts()["/stack/.clockwork/logs/r/a.log"]).toBe("hello\n");
});
