#!/usr/bin/env node
// verify_file.motd: looks at a file until it is as expected.
// clockwork:knobs retries=10

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_file.motd";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const TRIES = Math.max(1, knob("retries", 10));
const INTERVAL_MS = 1000; // between tries
const PATH = "out/motd"; // relative to the stack's folder, or absolute
const CONTAINS = "Hello";
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

process.on("uncaughtException", (error) => fail(error.message));

const target = resolve(STACK, PATH);
await poll(() => {
  const present = statSync(target, { throwIfNoEntry: false });
  if (!present) return `expected a file at ${target}, but there is nothing`;
  if (!present.isFile()) return `expected a file at ${target}, but it is something else`;
  if (!readFileSync(target).includes(CONTAINS)) return `expected ${target} to contain ${JSON.stringify(CONTAINS)}`;
  const found = sha256(readFileSync(target));
  if (found !== SHA256.toLowerCase()) return `expected ${target} to have the sha256 ${SHA256}, got ${found}`;
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

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

// What the line "clockwork:knobs" declares may be set from outside, without a change of this text.
function knob(name, usual) {
  return Number(process.env[`CLOCKWORK_KNOB_${name.toUpperCase()}`] ?? usual);
}

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
