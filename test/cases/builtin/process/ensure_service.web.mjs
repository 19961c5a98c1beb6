#!/usr/bin/env node
// ensure_service.web: describes a program that keeps running.
// Clockwork reads the description when this script has ended, and starts or replaces the process.
// clockwork:knobs log_max_mb=10 log_files=1

import { appendFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const STEP = "ensure_service.web";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const NAME = "web";
const COMMAND = ["node", "server.js", "--port", env("WEB_PORT")];
const WORKDIR = "app"; // relative to the stack's folder, or absolute
const ENV = { GREETING: "hello" };
const STOP_SIGNAL = "SIGTERM"; // asks it to end
const STOP_TIMEOUT = 10; // seconds until it is killed
const LOG_MAX_MB = knob("log_max_mb", 10); // then the log begins anew
const LOG_FILES = knob("log_files", 1); // full logs that are kept
const PORTS = [{ external: 8080, internal: 8080 }];

process.on("uncaughtException", (error) => fail(error.message));

const description = {
  command: COMMAND,
  cwd: resolve(STACK, WORKDIR),
  env: ENV,
  stop_signal: STOP_SIGNAL,
  stop_timeout: STOP_TIMEOUT,
  log_max_mb: LOG_MAX_MB,
  log_files: LOG_FILES,
};
writeFileSync(process.env.CLOCKWORK_SERVICE ?? "/dev/stdout", JSON.stringify(description));
console.log(`service ${NAME}: ${COMMAND.join(" ")}`);
output({
  SERVICE_WEB_ID: NAME,
  WEB_HOST: "localhost",
  WEB_PORT_OUT: PORTS[0].external,
  WEB_URL: `http://localhost:${PORTS[0].external}`,
});

// What the line "clockwork:knobs" declares may be set from outside, without a change of this text.
function knob(name, usual) {
  return Number(process.env[`CLOCKWORK_KNOB_${name.toUpperCase()}`] ?? usual);
}

// Hands values to the steps that come after.
function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env.CLOCKWORK_OUTPUT ?? "/dev/stdout", lines.join(""));
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
