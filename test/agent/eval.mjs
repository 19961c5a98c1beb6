// `npm run agent:eval`: compiles a set of stacks with a live model, runs what a sandbox holds, and says how good the scripts are.
// It costs money and needs a key, so it is no part of the tests; without a key it says so and ends well, with nothing run.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folders = [
  ...["hello", "web", "myapp", "fleet"].map((name) => resolve("examples", name)),
  ...readdirSync("test/agent/eval").map((name) => resolve("test/agent/eval", name)),
];
const wanted = process.argv.slice(2);

if (!process.env.ANTHROPIC_API_KEY) {
  console.log("There is no ANTHROPIC_API_KEY, so no live model can be asked: 0 run.");
} else {
  const results = folders
    .filter((f) => wanted.length === 0 || wanted.some((w) => f.endsWith(`/${w}`)))
    .map(evaluate);
  report(results);
  process.exitCode = results.every((r) => r.accepted) ? 0 : 1;
}

function clockwork(cwd, ...args) {
  return spawnSync(process.execPath, [resolve("dist/cli.js"), ...args], { cwd, encoding: "utf8" });
}

/** One stack: built once, checked, and run where a sandbox holds all of its scripts. */
function evaluate(source) {
  const cwd = mkdtempSync(join(tmpdir(), "clockwork-eval-"));
  const name = source.slice(source.lastIndexOf("/") + 1);
  try {
    cpSync(source, cwd, { recursive: true, filter: (path) => !/[\\/]\.clockwork$/.test(path) });
    console.log(`${name}: asking …`);
    const built = clockwork(cwd, "build", "--compiler", "anthropic", "--json");
    const { agent } = built.stdout === "" ? {} : JSON.parse(built.stdout);
    const accepted = built.status === 0;
    if (!accepted) console.log(built.stderr);
    const ran = accepted ? runs(cwd) : "not built";
    return { name, accepted, agent, ran };
  } finally {
    if (existsSync(join(cwd, ".clockwork"))) clockwork(cwd, "destroy", "--yes", "--compiler", "builtin");
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Applied twice, since scripts must do no harm when they run again; the flag that does without a sandbox is not given. */
function runs(cwd) {
  const first = clockwork(cwd, "apply", "--yes");
  if (first.stderr.includes("agent-unsandboxed")) return "no sandbox holds it";
  if (first.status !== 0) return `failed: ${first.stderr.split("\n")[0]}`;
  // An edited script makes its step run again; nothing is asked anew.
  const scripts = join(cwd, ".clockwork/build/scripts");
  for (const name of readdirSync(scripts)) if (name !== "lib") appendFileSync(join(scripts, name), "\n");
  const again = clockwork(cwd, "apply", "--yes");
  if (again.status !== 0) return `failed when it ran again: ${again.stderr.split("\n")[0]}`;
  return clockwork(cwd, "verify").status === 0 ? "passed" : "failed its checks";
}

function report(results) {
  const usd = (n) => (n === undefined ? "?" : `$${n.toFixed(2)}`);
  for (const { name, accepted, agent, ran } of results) {
    const verdict = accepted
      ? agent?.repairs === 0
        ? "accepted at once"
        : `accepted after ${agent?.repairs}`
      : "refused";
    console.log(`${name.padEnd(16)} ${verdict.padEnd(18)} ${usd(agent?.usd).padEnd(8)} ${ran}`);
  }
  const first = results.filter((r) => r.accepted && r.agent?.repairs === 0).length;
  const total = results.reduce((sum, r) => sum + (r.agent?.usd ?? 0), 0);
  const passed = results.filter((r) => r.ran === "passed").length;
  console.log(
    `${results.length} run: ${first} accepted at once, ${results.filter((r) => r.accepted).length} in all, ${passed} passed in a sandbox, ${usd(total)}.`,
  );
}
