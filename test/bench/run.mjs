// `clockwork apply` against `terraform apply` of resources that do nothing, and the plan after it, which finds nothing to
// do: what the machinery around the work costs. Both start with an empty folder in every round. Prints ratios, asserts
// nothing about time.
//
//   node test/bench/run.mjs [--smoke] [--rounds N] [--sizes 250,1000] [--without clockwork|terraform] [--cli PATH]
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measure, megabytes, ratio, seconds, summary, table } from "./measure.mjs";
import { commonFlags, presentTools, quiet, toolsWith } from "./tools.mjs";

const { values: flags } = parseArgs({ options: commonFlags });
const tools = toolsWith(flags.cli);
const rounds = Number(flags.rounds ?? 1);
const sizes = (flags.sizes ?? (flags.smoke ? "50,100" : "250,1000")).split(",").map(Number);

const work = await mkdtemp(join(tmpdir(), "clockwork-bench-"));
try {
  const present = await presentTools(flags);
  const results = await runAll(present);
  process.stdout.write(`${report(present, results)}\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}

/** N resources, each of which has a value to keep and nothing to do. */
async function writeIdleStack(tool, resources, folder) {
  await mkdir(folder, { recursive: true });
  const blocks = Array.from({ length: resources }, (_, n) =>
    tool === "clockwork"
      ? `resource "task" "t${n}" {\n  command = ["true"]\n  env     = { NUMBER = "${n}" }\n}\n`
      : `resource "terraform_data" "t${n}" {\n  input = {\n    command = ["true"]\n    env     = { NUMBER = "${n}" }\n  }\n}\n`,
  );
  await writeFile(join(folder, tool === "clockwork" ? "main.cw" : "main.tf"), blocks.join("\n"));
}

async function runAll(present) {
  const results = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const resources of sizes) {
      for (const tool of present) {
        for (const [what, run] of Object.entries(await runOnce(tool, resources))) {
          const name = key(tool, what, resources);
          results.set(name, [...(results.get(name) ?? []), run]);
        }
        process.stderr.write(`round ${round + 1} of ${rounds}: ${tool} ${resources}\n`);
      }
    }
  }
  return new Map([...results].map(([name, runs]) => [name, summary(runs)]));
}

async function runOnce(tool, resources) {
  const folder = join(work, `${tool}-${resources}`);
  await writeIdleStack(tool, resources, folder);
  const output = join(work, "output.txt");
  const { init, apply, plan, nothing } = tools[tool];
  const options = { cwd: folder, output, env: quiet };
  if (init) await measure(init(), options);
  const applied = await measure(apply(folder), options);
  const planned = await measure(plan(folder), options);
  if (!nothing(await readFile(output, "utf8")))
    throw new Error(`${tool} has something to do after its apply`);
  await rm(folder, { recursive: true });
  return { apply: applied, "no-op plan": planned };
}

function key(tool, what, resources) {
  return `${tool} ${what} ${resources}`;
}

function report(present, results) {
  const rows = [["", "least time", "median", "peak memory"]];
  for (const [name, r] of results)
    rows.push([name, seconds(r.min), seconds(r.median), megabytes(r.peakBytes)]);
  const lines = [`${rounds} round${rounds === 1 ? "" : "s"}, Node ${process.versions.node}`, "", table(rows)];
  if (present.length === 2) {
    const compared = [["Clockwork to Terraform", "time", "memory"]];
    for (const resources of sizes) {
      for (const what of ["apply", "no-op plan"]) {
        const [a, b] = present.map((tool) => results.get(key(tool, what, resources)));
        compared.push([`${what} of ${resources}`, ratio(a.min, b.min), ratio(a.peakBytes, b.peakBytes)]);
      }
    }
    lines.push("", table(compared));
  }
  return lines.join("\n");
}
