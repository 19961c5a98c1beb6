import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { Action } from "../../../server/src/assembly/actions.ts";
import { capabilities } from "../../../server/src/forge/capabilities.ts";
import type { RunContext, RunnableStep, StepResult } from "../../../server/src/forge/run.ts";
import { runSteps } from "../../../server/src/forge/run.ts";
import { nodeEnvironment, nodeHost } from "../../../server/src/host/node.ts";
import type { Host } from "../../../server/src/host/ports.ts";
import type { RunEvent } from "../../../server/src/protocol.ts";

/** A stack in a folder of the OS's, whose steps are the scripts a test gives. */
export interface Bench {
  readonly stackDir: string;
  readonly host: Host;
  readonly events: RunEvent[];
  readonly values: Map<string, string>;
  /** A step that runs a bash script. */
  step(action: Action, script: string): RunnableStep;
  run(
    steps: readonly RunnableStep[],
    context?: Partial<RunContext>,
  ): Promise<ReadonlyMap<string, StepResult>>;
  path(relative: string): string;
  remove(): void;
}

export function bench(supervisorPath = "/nowhere/supervisor.js"): Bench {
  const stackDir = mkdtempSync(join(tmpdir(), "clockwork-run-"));
  const host = nodeHost(nodeEnvironment());
  const events: RunEvent[] = [];
  const values = new Map<string, string>();
  let runs = 0;
  return {
    stackDir,
    host,
    events,
    values,
    path: (relative) => join(stackDir, relative),
    remove: () => rmSync(stackDir, { recursive: true, force: true }),
    step: (action, text) => {
      const script = `scripts/${(action.id ?? action.name).replace(/[^\w.-]/g, "_")}.sh`;
      const path = join(stackDir, ".clockwork/build", script);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return {
        action,
        commands: [
          {
            command: { runtime: "bash", flags: [], script, args: [] },
            argv: ["/bin/bash", "--norc", "--noprofile", "-p", path],
            vars: {},
            env: {},
            sha256: createHash("sha256").update(text).digest("hex"),
          },
        ],
      };
    },
    run: (steps, context = {}) =>
      runSteps(host, steps, {
        stackDir,
        buildDir: join(stackDir, ".clockwork/build"),
        runId: `run-${++runs}`,
        command: "apply",
        lineage: "b6a3f1f0-0000-4000-8000-000000000000",
        supervisorPath,
        parallelism: 1,
        timeoutMs: 30_000,
        graceMs: 300,
        signal: new AbortController().signal,
        values,
        secrets: new Set(),
        grants: () => ({}),
        capabilities: () => capabilities({ name: "run_task", args: {} }),
        onEvent: (event) => events.push(event),
        before: async () => ({ env: {} }),
        record: () => undefined,
        after: async () => {},
        ...context,
      }),
  };
}

/** The supervisor as it is shipped, made into a folder of the OS's. */
export async function buildSupervisor(folder: string): Promise<string> {
  const outfile = join(folder, "supervisor.js");
  await build({
    entryPoints: ["server/src/forge/supervisor/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    logLevel: "silent",
  });
  return outfile;
}

export function outcomes(results: ReadonlyMap<string, StepResult>): Record<string, string> {
  return Object.fromEntries([...results].map(([id, { outcome }]) => [id, outcome]));
}
