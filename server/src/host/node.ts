/**
 * The real outside world: the disk, processes and the clock of the machine. Only the mains build it; every other room
 * sees the interfaces of ports.ts, so that tests can hand it memory instead.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { nodeFiles } from "./node-files.ts";
import type { GuardProgram } from "./node-guard.ts";
import { nodeJobs } from "./node-jobs.ts";
import { hideVariables } from "./node-own-environment.ts";
import { nodeProcesses } from "./node-processes.ts";
import type { Environment, Host } from "./ports.ts";

/** `guard`: the script of node-guard-main.ts. */
export function nodeHost(environment: Environment, guard?: string): Host {
  const wish = environment.variables["CLOCKWORK_SANDBOX"];
  return {
    files: nodeFiles(),
    processes: nodeProcesses(forHelpers(environment.variables)),
    jobs: nodeJobs(environment.platform, {
      ...(wish !== undefined && { sandbox: wish }),
      ...(guard !== undefined && { guard: guardProgram(environment, guard) }),
    }),
    clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }) },
    environment,
  };
}

function guardProgram({ nodePath, electron }: Environment, script: string): GuardProgram {
  return { argv: [nodePath, script], env: electron ? { ELECTRON_RUN_AS_NODE: "1" } : {} };
}

/** Keys of our own are for nobody else. */
const ownKeys: ReadonlySet<string> = new Set(["ANTHROPIC_API_KEY"]);

function forHelpers(variables: Environment["variables"]): Environment["variables"] {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !ownKeys.has(name)));
}

/** What the mains copy once of their own process. */
export function nodeEnvironment(): Environment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) variables[name] = value;
  }
  return {
    variables,
    platform: process.platform,
    arch: process.arch,
    nodePath: process.execPath,
    nodeVersion: process.versions.node,
    hide: hideVariables,
    ...(process.getuid && { uid: process.getuid() }),
    ...(process.versions["electron"] !== undefined && { electron: true }),
  };
}
