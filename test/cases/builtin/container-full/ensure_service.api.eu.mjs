#!/usr/bin/env node
// ensure_service.api["eu"]: keeps a container running on podman, made from exactly the options below.
// The label clockwork.stack says whose it is, clockwork.config what it was made from: a container
// that runs with the same options and image stays, another one of ours is replaced.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STEP = "ensure_service.api[\"eu\"]";
const STACK = process.env.CLOCKWORK_STACK_DIR ?? process.cwd();
const ENGINE = "podman";
const STOP_TIMEOUT = 10; // seconds the old container gets to end
const SETTLE_MS = 1000; // after which the new one must still run
const NAME = "api-eu";
const IMAGE = "app:1";
const PORTS = [
  { external: 8443, internal: 443, protocol: "tcp", host_ip: "127.0.0.1" },
  { external: 53, internal: 53, protocol: "udp" },
];
const ENV = { DB: `postgres://${env("VOLUME_DATA_ID")}/x` };
const SECRET_ENV = { PASSWORD: secret("SECRET_DB_PASSWORD_FILE") }; // handed over by name: arguments are seen by everybody
const MOUNTS = [{ source: "./conf", target: "/etc/app", read_only: true }, { source: "data", target: "/data" }];
const LABELS = { team: "a" };
const USER = "1000:1000";
const WORKDIR = "/srv";
const RESTART = "always";
const PRIVILEGED = true; // true: every right on the host
const LOGGING = { driver: "json-file" };
const RESOURCES = { cpus: 0.5, memory: "256m" };
const NETWORKS = ["back", "front"];

process.on("uncaughtException", (error) => fail(error.message));

process.env.PATH += ":/usr/local/sbin:/usr/sbin:/sbin"; // podman needs iptables
const LINEAGE = env("CLOCKWORK_LINEAGE");
const options = [
  ...PORTS.flatMap((port) => ["--publish", published(port)]),
  ...Object.entries(ENV).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ...Object.keys(SECRET_ENV).flatMap((name) => ["--env", secretly(name)]),
  ...MOUNTS.flatMap((mount) => ["--mount", mounted(mount)]),
  ...NETWORKS.slice(0, 1).flatMap((network) => ["--network", network]),
  ...Object.entries(LABELS).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
  "--user", USER,
  "--workdir", WORKDIR,
  "--restart", RESTART,
  ...(PRIVILEGED ? ["--privileged"] : []),
  ...logged(LOGGING),
  ...limited(RESOURCES),
];

if (!inspect("image", IMAGE)) engine(["pull", IMAGE], "inherit");
const config = sha256(JSON.stringify([inspect("image", IMAGE).Id, options, NETWORKS, SECRET_ENV]));

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
output({
  SERVICE_API_EU_ID: container.Id,
  API_EU_URL: `http://localhost:${PORTS[0].external}`,
});

async function start() {
  const ownLabels = ["--label", `clockwork.stack=${LINEAGE}`, "--label", `clockwork.config=${config}`];
  engine(["create", "--name", NAME, ...ownLabels, ...options, IMAGE], "ignore", { ...SECRET_ENV, ...process.env });
  try {
    for (const network of NETWORKS.slice(1)) engine(["network", "connect", network, NAME]);
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

function published({ external, internal, protocol = "tcp", host_ip: address }) {
  const host = address ? `${address.includes(":") ? `[${address}]` : address}:` : "";
  return `${host}${external}:${internal}/${protocol}`;
}

// A source with a slash, or "." and "..", is a folder; another one is a volume.
function mounted({ source, target, read_only: readOnly = false }) {
  const bind = source.includes("/") || /^[.]{1,2}$/.test(source);
  const fields = [
    `type=${bind ? "bind" : "volume"}`,
    `source=${bind ? resolve(STACK, source) : source}`,
    `target=${target}`,
    ...(readOnly ? ["readonly"] : []),
  ];
  // The engines read the fields as CSV.
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

function logged({ driver, opts = {} }) {
  const words = Object.entries(opts).flatMap(([name, value]) => ["--log-opt", `${name}=${value}`]);
  return driver ? ["--log-driver", driver, ...words] : words;
}

function limited({ cpus, memory }) {
  return [...(cpus ? ["--cpus", String(cpus)] : []), ...(memory ? ["--memory", memory] : [])];
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

// Hands values to the steps that come after.
function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env.CLOCKWORK_OUTPUT ?? "/dev/stdout", lines.join(""));
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
