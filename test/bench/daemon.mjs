// What it costs to watch: node test/bench/daemon.mjs [--stacks 500] [--seconds 120] [--files 6] [--prof FOLDER]. One stack is applied, and the
// others are as if they had been: the same state in folders of their own, whose services are the same process. One daemon
// watches them all with its usual interval. The last line is the result as JSON.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: {
    stacks: { type: "string", default: "500" },
    seconds: { type: "string", default: "120" },
    files: { type: "string", default: "6" },
    prof: { type: "string" },
  },
});
const [stacks, seconds, files] = [values.stacks, values.seconds, values.files].map(Number);
const intervalMs = 30_000;
const most = { megabytes: 300, cores: 0.1 };

const home = mkdtempSync(join(tmpdir(), "clockwork-watch-"));
const cli = resolve("dist/cli.js");
const env = {
  PATH: process.env.PATH,
  HOME: home,
};
const at = (index) => join(home, "stacks", `s${index}`);

const text = `
${Array.from({ length: files }, (_, i) => `resource "file" "f${i}" {\n  path    = "f${i}.txt"\n  content = "${i}"\n}\n`).join("\n")}
resource "service" "web" {
  command = ["node", "-e", "setInterval(() => {}, 1000)"]
}
`;
mkdirSync(at(0), { recursive: true });
writeFileSync(join(at(0), "main.cw"), text);
clockwork(["apply", "--yes"], at(0));
await copies();

const { rows, memory, cpu, children, ms } = await watched();
clockwork(["destroy", "--yes"], at(0));
rmSync(home, { recursive: true, force: true });

const late = lateness(rows);
const looks = rows.length;
const p = (part) => late.sort((a, b) => a - b)[Math.floor((late.length - 1) * part)] ?? 0;
const figures = {
  stacks,
  looks,
  "MB at most": Math.round(memory / 2 ** 20),
  "of a core": round(cpu / ms),
  "of a core, programs it starts": round(children / ms),
  "ms of CPU a look": round(cpu / looks),
  "later than its interval with jitter, ms, p50": Math.round(p(0.5)),
  p99: Math.round(p(0.99)),
};
for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`);
const found = Number(figures["MB at most"] > most.megabytes) + Number(figures["of a core"] > most.cores);
console.log(JSON.stringify({ count: stacks, seed: null, found, figures }));
process.exitCode = found === 0 ? 0 : 1;

function clockwork(args, cwd) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stdout}${stderr}`);
}

/** The same stack at other places. */
async function copies() {
  const outfile = join(home, "store.cjs");
  await build({
    entryPoints: ["server/src/state/store.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  const { formatState } = createRequire(import.meta.url)(outfile);
  const state = readFileSync(join(at(0), ".clockwork/state.json"), "utf8");
  for (let i = 1; i < stacks; i++) {
    cpSync(at(0), at(i), { recursive: true });
    const { sha256, ...moved } = JSON.parse(state.replaceAll(`${at(0)}/`, `${at(i)}/`));
    writeFileSync(join(at(i), ".clockwork/state.json"), formatState(moved));
  }
}

/** Each look with its time, and what the daemon used from when all stacks had been looked at twice. */
async function watched() {
  const flags = values.prof ? ["--cpu-prof", `--cpu-prof-dir=${values.prof}`] : [];
  const folders = Array.from({ length: stacks }, (_, i) => at(i));
  const child = spawn(process.execPath, [...flags, cli, "daemon", "run", "--json", ...folders], {
    cwd: home,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const rows = [];
  let counts = false;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const row = JSON.parse(line);
      if (row.type === "decision") throw new Error(line);
      if (row.type === "look" && counts) rows.push({ stack: row.stack, at: performance.now() });
      if (row.type === "look") seen.add(row.stack);
    }
  });
  const seen = new Set();
  while (seen.size < stacks) await pause(200);
  await pause(intervalMs);
  counts = true;
  const [began, before] = [performance.now(), used(child.pid)];
  let memory = 0;
  for (let i = 0; i < seconds; i++) {
    await pause(1000);
    memory = Math.max(memory, resident(child.pid));
  }
  const [ms, after] = [performance.now() - began, used(child.pid)];
  const exited = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await exited;
  return { rows, memory, cpu: after.own - before.own, children: after.children - before.children, ms };
}

/** How much later than its interval with the longest jitter each look came. */
function lateness(rows) {
  const last = new Map();
  return rows.flatMap(({ stack, at: when }) => {
    const before = last.get(stack);
    last.set(stack, when);
    return before === undefined ? [] : [Math.max(0, when - before - intervalMs * 1.1)];
  });
}

/** CPU time in milliseconds. Source: proc_pid_stat(5), fields 14 to 17, in ticks of 10 ms. */
function used(pid) {
  const words = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const [own, system, children, childrenSystem] = words.slice(11, 15).map((word) => Number(word) * 10);
  return { own: own + system, children: children + childrenSystem };
}

function resident(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
