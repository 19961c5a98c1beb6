#!/usr/bin/env node
// verify_file.there: looks at a file until it is as expected.
// clockwork:knobs retries=10

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_file.there";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const TRIES = Math.max(1, knob("retries", 10));
const INTERVAL_MS = 1000; // between tries
const PATH = env("FILE_MOTD_PATH"); // relative to the stack's folder, or absolute

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
await poll(() => {
  const present = statSync(target, { throwIfNoEntry: false });
  if (!present) return `expected a file at ${target}, but there is nothing`;
  if (!present.isFile()) return `expected a file at ${target}, but it is something else`;
});
console.log(`${target} is as expected`);

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

// A value that an earlier step made.
function env(name) {
  const value = process.env[name];
  if (value === undefined) fail(`the run-time value ${name} is missing`);
  return value;
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
