#!/usr/bin/env node
// verify_service.web: looks at a service until it is in the expected state.
// It is a process that Clockwork supervises, or else a container of docker or podman.
// clockwork:knobs retries=10

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_service.web";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const TRIES = Math.max(1, knob("retries", 10));
const INTERVAL_MS = 1000; // between tries
const SERVICE = "web";
const STATE = "running"; // "running" or "stopped"
const ENGINES = ["docker", "podman"]; // asked in this order
const TIMEOUT_MS = 10_000; // for one answer of an engine

process.on("uncaughtException", (error) => fail(error.message));

await poll(() => {
  const state = processState() ?? containerState() ?? "stopped: nobody knows a service of that name";
  const right = state === STATE || (STATE === "stopped" && state.startsWith("stopped"));
  return right ? undefined : `expected service ${SERVICE} to be ${STATE}, but it is ${state}`;
});
console.log(`service ${SERVICE} is ${STATE}`);

function processState() {
  const folder = encodeURIComponent(SERVICE).replace(/^[.]/, "%2E");
  const file = join(STACK, ".clockwork", "services", folder, "status.json");
  if (!existsSync(file)) return undefined;
  const status = JSON.parse(readFileSync(file, "utf8"));
  if (status.state !== "running") return `stopped (${status.state})`;
  return startTime(status.pid) === status.startTime ? "running" : "stopped";
}

// When the process of that pid started: a later process may have the same pid.
function startTime(pid) {
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim();
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22; the second one, the program's name, may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function containerState() {
  for (const engine of ENGINES) {
    const words = ["container", "inspect", "--format", "{{.State.Running}}", SERVICE];
    const run = spawnSync(engine, words, { encoding: "utf8", timeout: TIMEOUT_MS });
    if (run.status === 0) return run.stdout.trim() === "true" ? "running" : "stopped";
  }
  return undefined;
}

// Asks until `check` has nothing to complain about.
async function poll(check) {
  let problem;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt > 1) await sleep(INTERVAL_MS);
    problem = await check();
    if (problem === undefined) return;
    console.log(`try ${attempt} of ${TRIES}: ${problem}`);
  }
  fail(problem);
}

// What the line "clockwork:knobs" declares may be set from outside, without a change of this text.
function knob(name, usual) {
  return Number(process.env[`CLOCKWORK_KNOB_${name.toUpperCase()}`] ?? usual);
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
