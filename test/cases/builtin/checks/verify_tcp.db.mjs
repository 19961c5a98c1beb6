#!/usr/bin/env node
// verify_tcp.db: connects to a port until that is accepted.
// clockwork:knobs timeout_s=5

import { lookup as resolveHost } from "node:dns";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_tcp.db";
const TRIES = 3;
const INTERVAL_MS = 250; // between tries
const TIMEOUT_MS = 1000 * knob("timeout_s", 5); // for one connection
const HOST = "localhost";
const PORT = json("WEB_PORT");

process.on("uncaughtException", (error) => fail(error.message));

await poll(
  () =>
    new Promise((resolve) => {
      const socket = connect({ host: HOST, port: PORT, lookup, autoSelectFamily: true });
      const end = (problem) => {
        socket.destroy();
        resolve(problem && `expected ${HOST}:${PORT} to accept connections, but ${problem}`);
      };
      socket.setTimeout(TIMEOUT_MS, () => end(`there was no answer within ${TIMEOUT_MS} ms`));
      socket.on("error", (error) => end(error.message || error.code));
      socket.on("connect", () => end());
    }),
);
console.log(`${HOST}:${PORT} accepts connections`);

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

// "localhost" is both addresses, whatever the hosts file of the machine says.
function lookup(host, options, found) {
  if (host !== "localhost") return resolveHost(host, options, found);
  const both = [{ address: "127.0.0.1", family: 4 }, { address: "::1", family: 6 }];
  return options.all ? found(null, both) : found(null, both[0].address, both[0].family);
}

// What the line "clockwork:knobs" declares may be set from outside, without a change of this text.
function knob(name, usual) {
  return Number(process.env[`CLOCKWORK_KNOB_${name.toUpperCase()}`] ?? usual);
}

function json(name) {
  return JSON.parse(env(name));
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
