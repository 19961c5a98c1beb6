#!/usr/bin/env node
// verify_command.no: runs a command until it ends with the expected code.
// clockwork:knobs retries=10 timeout_s=60

import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_command.no";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const TRIES = Math.max(1, knob("retries", 10));
const INTERVAL_MS = 1000; // between tries
const TIMEOUT_MS = 1000 * knob("timeout_s", 60); // for one run
const COMMAND = ["test", "-f", "a b"];
const EXPECT_EXIT = 1;

process.on("uncaughtException", (error) => fail(error.message));

const [program, ...words] = COMMAND;
const shown = COMMAND.join(" ");
await poll(() => {
  const run = spawnSync(program, words, {
    cwd: STACK,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  if (run.error?.code === "ETIMEDOUT") return `expected exit code ${EXPECT_EXIT} of "${shown}", but it ran longer than ${TIMEOUT_MS} ms`;
  if (run.error) return `cannot run "${program}": ${run.error.message}`;
  const end = run.signal ? `it was ended by ${run.signal}` : `got ${run.status}`;
  return run.status === EXPECT_EXIT ? undefined : `expected exit code ${EXPECT_EXIT} of "${shown}", ${end}`;
});
console.log(`"${shown}" ends with code ${EXPECT_EXIT}`);

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
