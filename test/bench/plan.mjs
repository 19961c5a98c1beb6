// `clockwork plan` against `terraform plan` on equal stacks, in turn in one run: single milliseconds depend on the machine,
// the ratios printed here much less. Nothing is asserted about time; it fails only when a program fails or plans something
// else than it was given.
//
//   node test/bench/plan.mjs [--smoke] [--rounds N] [--sizes 1000,10000] [--without clockwork|terraform] [--cli PATH]
//
// Clockwork is dist/cli.js (npm run build). Where terraform is not installed, the comparison is left out.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeStack } from "./generate.mjs";
import { measure, megabytes, ratio, seconds, summary, table } from "./measure.mjs";
import { commonFlags, presentTools, quiet, toolsWith } from "./tools.mjs";

const { values: flags } = parseArgs({ options: commonFlags });
const tools = toolsWith(flags.cli);
const rounds = Number(flags.rounds ?? (flags.smoke ? 1 : 3));
const sizes = (flags.sizes ?? (flags.smoke ? "100,1000" : "1000,10000")).split(",").map(Number);
const work = await mkdtemp(join(tmpdir(), "clockwork-bench-"));
try {
  const present = await presentTools(flags);
  const stacks = await makeStacks(present);
  const results = await runAll(stacks);
  process.stdout.write(`${report(present, stacks, results)}\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}

async function makeStacks(present) {
  const stacks = [];
  for (const resources of sizes) {
    for (const tool of present) {
      const folder = join(work, `${tool}-${resources}`);
      const { lines, bytes } = await writeStack(tool, resources, folder);
      if (tool === "terraform") {
        await measure(tools.terraform.init(), { cwd: folder, output: join(work, "init.txt"), env: quiet });
      }
      stacks.push({ tool, resources, folder, lines, bytes });
    }
  }
  return stacks;
}

/** Every program once per round, one after the other, so that a slow moment of the machine meets all of them. */
async function runAll(stacks) {
  const results = new Map(stacks.map((s) => [key(s), []]));
  results.set("node", []);
  for (let round = 0; round < rounds; round++) {
    const nothing = { cwd: work, output: join(work, "node.txt") };
    results.get("node").push(await measure([process.execPath, "-e", "0"], nothing));
    for (const stack of stacks) {
      const output = join(work, "plan.txt");
      const argv = tools[stack.tool].plan(stack.folder);
      results.get(key(stack)).push(await measure(argv, { cwd: stack.folder, output, env: quiet }));
      await checkPlan(stack, await readFile(output, "utf8"));
      process.stderr.write(`round ${round + 1} of ${rounds}: ${key(stack)}\n`);
    }
  }
  return new Map([...results].map(([name, runs]) => [name, summary(runs)]));
}

/** A program that plans less has an easy win. */
async function checkPlan({ tool, resources }, output) {
  const planned = tools[tool].planned(output);
  if (planned !== resources) throw new Error(`${tool} planned ${planned} of ${resources} resources`);
}

function key({ tool, resources }) {
  return `${tool} ${resources}`;
}

function report(present, stacks, results) {
  const node = results.get("node");
  const rows = [["plan", "lines", "size", "least time", "median", "× node -e 0", "peak memory"]];
  rows.push([
    "node -e 0",
    "",
    "",
    seconds(node.min),
    seconds(node.median),
    "1.00",
    megabytes(node.peakBytes),
  ]);
  for (const stack of stacks) {
    const r = results.get(key(stack));
    rows.push([
      key(stack),
      String(stack.lines),
      `${(stack.bytes / 1e6).toFixed(2)} MB`,
      seconds(r.min),
      seconds(r.median),
      ratio(r.min, node.min),
      megabytes(r.peakBytes),
    ]);
  }
  const head = `${rounds} round${rounds === 1 ? "" : "s"}, Node ${process.versions.node}`;
  return [head, "", table(rows), ...comparison(present, results), ...growth(present, results)].join("\n");
}

function comparison(present, results) {
  if (present.length < 2) return [];
  const rows = [["Clockwork to Terraform", "time", "median", "memory"]];
  for (const resources of sizes) {
    const [a, b] = ["clockwork", "terraform"].map((tool) => results.get(key({ tool, resources })));
    const cells = [ratio(a.min, b.min), ratio(a.median, b.median), ratio(a.peakBytes, b.peakBytes)];
    rows.push([`${resources} resources`, ...cells]);
  }
  return ["", table(rows)];
}

/** Ten times the work should cost ten times as much. */
function growth(present, results) {
  if (sizes.length < 2) return [];
  const [small, large] = [sizes[0], sizes[sizes.length - 1]];
  const rows = [[`Cost of ${large} to that of ${small}`, "time", "memory"]];
  for (const tool of present) {
    const [a, b] = [large, small].map((resources) => results.get(key({ tool, resources })));
    rows.push([
      `${tool} (${large / small} times the work)`,
      ratio(a.min, b.min),
      ratio(a.peakBytes, b.peakBytes),
    ]);
  }
  return ["", table(rows)];
}
