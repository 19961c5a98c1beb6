#!/usr/bin/env node
// verify_http.up: asks a URL until it answers as expected.
// It connects directly, over IPv4 or IPv6, through no proxy, and follows no redirect.
// clockwork:knobs retries=10 timeout_s=5

import { lookup as resolveHost } from "node:dns";
import { request as http } from "node:http";
import { request as https } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "verify_http.up";
const TRIES = Math.max(1, knob("retries", 10));
const INTERVAL_MS = 1000; // between tries
const TIMEOUT_MS = 1000 * knob("timeout_s", 5); // for one answer
const ADDRESS = "http://localhost:8080";
const METHOD = "GET";
const EXPECT_STATUS = 200;
const MAX_BODY = 1_048_576; // bytes of an answer that are looked at

process.on("uncaughtException", (error) => fail(error.message));

await poll(async () => {
  let answer;
  try {
    answer = await ask();
  } catch (error) {
    return `expected status ${EXPECT_STATUS} from ${ADDRESS}, but ${reason(error)}`;
  }
  if (answer.status !== EXPECT_STATUS) return `expected status ${EXPECT_STATUS} from ${ADDRESS}, got ${answer.status}`;
});
console.log(`${ADDRESS} answers with status ${EXPECT_STATUS}`);

function ask() {
  return new Promise((resolve, reject) => {
    const send = ADDRESS.startsWith("https:") ? https : http;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method: METHOD, agent: false, lookup, autoSelectFamily: true, signal };
    const request = send(ADDRESS, options, (answer) => {
      const chunks = [];
      let size = 0;
      const done = () => {
        resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
        request.destroy();
      };
      answer.on("data", (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_BODY) done();
      });
      answer.on("end", done);
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end();
  });
}

function reason(error) {
  if (error.name === "AbortError" || error.name === "TimeoutError") return `there was no answer within ${TIMEOUT_MS} ms`;
  if (error.code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED)";
  return error.message || error.code;
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

function fail(message) {
  console.error(`${STEP}: ${message}`);
  process.exit(1);
}
