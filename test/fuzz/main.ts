/**
 * Tries many inputs on several processes, watches over them, and keeps what was found. What an input is and what must
 * hold for it stand in generate.ts and checks.ts.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Finding } from "./checks.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { generate } from "./generate.ts";
import { shrink } from "./shrink.ts";
import { WorkerProcess } from "./worker-process.ts";

/** Inputs that a worker is asked for at a time; it is a new process for each, so that memory that leaks is seen. */
const batch = 20_000;
/** Findings of one kind that are shrunk and kept. */
const keptOfKind = 3;

interface Run {
  readonly folder: string;
  readonly corpus: Corpus;
  readonly inputs: number;
  readonly seed: number;
  readonly out: string;
  next: number;
  tried: number;
  megabytes: number;
  /** Work on findings, one after the other. */
  keeping: Promise<void>;
  readonly counts: Map<string, number>;
  readonly probe: WorkerProcess;
}

/** Returns the exit code. */
export async function main(args: readonly string[], folder: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inputs: { type: "string", default: "1000000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      jobs: { type: "string", default: String(availableParallelism()) },
      out: { type: "string" },
    },
  });
  const run: Run = {
    folder,
    corpus: readCorpus(),
    inputs: Number(values.inputs),
    seed: Number(values.seed),
    out: values.out ?? mkdtempSync(join(tmpdir(), "clockwork-found-")),
    next: 0,
    tried: 0,
    megabytes: 0,
    keeping: Promise.resolve(),
    counts: new Map(),
    probe: new WorkerProcess(folder, "probe"),
  };
  mkdirSync(run.out, { recursive: true });
  const from = Date.now();
  console.log(`${run.inputs} inputs of the seed ${run.seed}`);
  await Promise.all(Array.from({ length: Number(values.jobs) }, (_, job) => work(run, `job-${job}`)));
  await run.keeping;
  run.probe.close();
  const seconds = ((Date.now() - from) / 1000).toFixed(0);
  console.log(`${run.tried} inputs in ${seconds} s, at most ${run.megabytes.toFixed(0)} MB in a process`);
  for (const [kind, count] of run.counts) console.log(`${count} × ${kind}`);
  if (run.counts.size > 0) console.log(`What was found is in ${run.out}`);
  console.log(JSON.stringify(resultOf(run, Number(seconds))));
  return run.counts.size > 0 ? 1 : 0;
}

/** What scripts/robustness.mjs writes down. */
function resultOf({ tried, seed, megabytes, counts }: Run, seconds: number) {
  const found = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { count: tried, seed, found, figures: { seconds, "most MB in a process": Math.round(megabytes) } };
}

async function work(run: Run, name: string): Promise<void> {
  while (run.next < run.inputs) {
    const from = run.next;
    run.next = Math.min(run.inputs, from + batch);
    await tryRange(run, name, from, run.next);
  }
}

async function tryRange(run: Run, name: string, first: number, to: number): Promise<void> {
  const worker = new WorkerProcess(run.folder, name);
  for (let from = first; from < to; ) {
    const loss = await worker.ask({ type: "range", seed: run.seed, from, to }, (reply) => {
      if (reply.type === "found") keep(run, reply.index, reply.finding);
      if (reply.type === "done") run.megabytes = Math.max(run.megabytes, reply.megabytes);
      return reply.type === "done";
    });
    const end = loss ? worker.index + 1 : to;
    if (loss) keep(run, worker.index, { kind: loss, detail: "" });
    run.tried += end - from;
    from = end;
  }
  worker.close();
}

function keep(run: Run, index: number, finding: Finding): void {
  run.keeping = run.keeping.then(() => keepOne(run, index, finding));
}

/** Tries the input again, alone: a machine with other work makes anything slow now and then. */
async function keepOne(run: Run, index: number, found: Finding): Promise<void> {
  const count = (run.counts.get(found.kind) ?? 0) + 1;
  if (count > keptOfKind) {
    run.counts.set(found.kind, count);
    return;
  }
  const input = generate(run.corpus, run.seed, index);
  const finding = await run.probe.one(input);
  if (!finding) return;
  run.counts.set(finding.kind, (run.counts.get(finding.kind) ?? 0) + 1);
  console.log(`${index}: ${finding.kind}`);
  const small = await shrink(input, async (smaller) => (await run.probe.one(smaller))?.kind === finding.kind);
  const { detail } = (await run.probe.one(small)) ?? finding;
  const report = { index, seed: run.seed, kind: finding.kind, input: small, detail };
  const file = join(run.out, `${index}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(
    `${finding.kind}: ${file}\n  ${JSON.stringify(small).slice(0, 400)}\n  ${detail.slice(0, 600)}`,
  );
}
