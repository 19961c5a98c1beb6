#!/usr/bin/env node
// ensure_service.job: keeps a container running on podman, made from exactly the options below.
// The label clockwork.stack says whose it is, clockwork.config what it was made from: a container
// that runs with the same options and image stays, another one of ours is replaced.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "ensure_service.job";
const ENGINE = "podman";
const STOP_TIMEOUT = 10; // seconds the old container gets to end
const SETTLE_MS = 1000; // after which the new one must still run
const NAME = "job";
const IMAGE = "app:1";
const SECRET_ENV = JSON.parse(secret("ENSURE_SERVICE_JOB_ENV_FILE")); // handed over by name: arguments are seen by everybody
const RESTART = "no";

process.on("uncaughtException", (error) => fail(error.message));

process.env.PATH += ":/usr/local/sbin:/usr/sbin:/sbin"; // podman needs iptables
const LINEAGE = env("CLOCKWORK_LINEAGE");
const options = [
  ...Object.keys(SECRET_ENV).flatMap((name) => ["--env", secretly(name)]),
  "--restart", RESTART,
];

if (!inspect("image", IMAGE)) engine(["pull", IMAGE], "inherit");
const config = sha256(JSON.stringify([inspect("image", IMAGE).Id, options, SECRET_ENV]));

let container = inspect("container", NAME);
const labels = container?.Config.Labels ?? {};
// A container that somebody started from our image has the image's clockwork.stack, but no clockwork.config.
const ours = labels["clockwork.stack"] === LINEAGE && labels["clockwork.config"] !== undefined;
if (container && !ours && !process.env.CLOCKWORK_ADOPT) {
  fail(`a container "${NAME}" exists and was not made by this stack`);
}
if (container && ours && container.State.Running && labels["clockwork.config"] === config) {
  console.log(`container ${NAME} runs as it should`);
} else {
  if (container) remove();
  await start();
  console.log(`${container ? "replaced" : "started"} container ${NAME}`);
  container = inspect("container", NAME);
}

async function start() {
  const ownLabels = ["--label", `clockwork.stack=${LINEAGE}`, "--label", `clockwork.config=${config}`];
  engine(["create", "--name", NAME, ...ownLabels, ...options, IMAGE], "ignore", { ...SECRET_ENV, ...process.env });
  try {
    engine(["start", NAME]);
    await sleep(SETTLE_MS);
    const state = inspect("container", NAME)?.State;
    if (!state?.Running) throw new Error(`container ${NAME} ended with code ${state?.ExitCode} right after its start`);
  } catch (error) {
    spawnSync(ENGINE, ["logs", "--tail", "20", NAME], { stdio: "inherit" });
    spawnSync(ENGINE, ["rm", "--force", NAME], { stdio: "ignore" });
    throw error;
  }
}

function remove() {
  engine(["stop", "-t", String(STOP_TIMEOUT), NAME]);
  engine(["rm", "--force", NAME]);
}

// What the engine knows of a container or image; undefined where there is no such thing.
function inspect(kind, name) {
  const run = spawnSync(ENGINE, [kind, "inspect", name], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (run.error) throw run.error;
  if (run.status === 0) return JSON.parse(run.stdout)[0];
  if (/no such (container|image|object)|not known/i.test(run.stderr)) return undefined;
  throw new Error(`${ENGINE} does not answer: ${run.stderr.trim()}`);
}

function engine(words, stdout = "ignore", env) {
  const run = spawnSync(ENGINE, words, { stdio: ["ignore", stdout, "inherit"], env });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`${ENGINE} ${words[0]} failed with code ${run.status}`);
}

// By its name alone, unless the engine's client has a variable of that name for itself (PATH).
function secretly(name) {
  const taken = process.env[name] !== undefined && process.env[name] !== SECRET_ENV[name];
  return taken ? `${name}=${SECRET_ENV[name]}` : name;
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

// A secret is in no environment but in a file, whose path is.
function secret(name) {
  return readFileSync(env(name), "utf8");
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
