// What the sandbox costs a step: node test/bench/sandbox.mjs [--count 200]. A program is started plainly, and as a job in the sandbox of a step
// that writes a file, one of each in turn. The last line is a result for scripts/robustness.mjs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { count: { type: "string", default: "200" } } });
const count = Number(values.count);
const most = 25;

const folder = mkdtempSync(join(tmpdir(), "clockwork-cost-"));
const outfile = join(folder, "jobs.cjs");
await build({
  entryPoints: ["server/src/host/node-jobs.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "error",
});
const { nodeJobs } = createRequire(import.meta.url)(outfile);
const confined = nodeJobs(process.platform);
const level = await confined.sandbox();
if (level.driver === "none") throw new Error(`there is no sandbox here: ${level.reason}`);

const work = join(folder, "stack", ".clockwork", "work");
mkdirSync(work, { recursive: true });
const never = new AbortController().signal;
const sandbox = {
  network: false,
  home: false,
  readable: [join(folder, "stack")],
  writable: [join(folder, "stack"), work],
  protected: [join(folder, "stack", ".clockwork")],
  hidden: [],
  rights: false,
  serves: false,
};
/** As anybody starts a program. */
async function plainly() {
  const from = performance.now();
  const child = spawn("/bin/true", { stdio: ["ignore", "pipe", "pipe"] });
  await new Promise((resolve) => child.once("close", resolve));
  return performance.now() - from;
}

async function inSandbox() {
  const from = performance.now();
  const { code } = await confined.run({
    argv: ["/bin/true"],
    cwd: join(folder, "stack"),
    env: { PATH: "/usr/bin:/bin" },
    marker: {},
    usesEngine: false,
    sandbox,
    timeoutMs: 20_000,
    graceMs: 100,
    signal: never,
    kill: never,
    onStarted: () => {},
    onOutput: () => {},
  });
  if (code !== 0) throw new Error(`a job ended with ${code}`);
  return performance.now() - from;
}

const times = { plain: [], confined: [] };
for (let i = -5; i < count; i++) {
  const [a, b] = [await plainly(), await inSandbox()];
  if (i < 0) continue;
  times.plain.push(a);
  times.confined.push(b);
}
rmSync(folder, { recursive: true });
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const round = (ms) => Math.round(ms * 10) / 10;
const cost = median(times.confined) - median(times.plain);
const figures = {
  "plain (median ms)": round(median(times.plain)),
  "in the sandbox (median ms)": round(median(times.confined)),
  "cost (median ms)": round(cost),
};
const found = cost < most ? 0 : 1;
console.log(JSON.stringify({ count, seed: null, found, figures }));
process.exitCode = found;
