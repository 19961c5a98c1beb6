import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs } from "../support/runs.ts";

// Six processes want one lock and are killed and stopped at random moments.

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-lock-"));
  await build({
    entryPoints: ["test/state/lock-worker.ts"],
    outfile: join(folder, "worker.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  readonly child: ChildProcess;
  readonly acknowledged: string[];
}

function start(stack: string, name: string): Writer {
  const child = spawn(process.execPath, [join(folder, "worker.cjs"), stack, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    acknowledged.push(...lines);
  });
  return { child, acknowledged };
}

async function kill({ child }: Writer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

test("no line is lost, whoever is killed or stopped while it holds the lock", {
  timeout: 600_000,
}, async () => {
  const stack = mkdtempSync(join(folder, "stack-"));
  writeFileSync(join(stack, "lines"), "");
  const all: Writer[] = [];
  const writers = Array.from({ length: 6 }, (_, i) => start(stack, `w${i}`));
  all.push(...writers);
  const rounds = runs(24);
  for (let round = 0; round < rounds; round++) {
    await sleep(30 + ((round * 37) % 90));
    const at = (round * 5) % writers.length;
    const victim = writers[at] as Writer;
    if (round % 4 === 3) {
      // It may hold the lock: the others wait, and do not take it.
      victim.child.kill("SIGSTOP");
      await sleep(80);
      victim.child.kill("SIGCONT");
    } else {
      await kill(victim);
      writers[at] = start(stack, `w${at}r${round}`);
      all.push(writers[at] as Writer);
    }
  }
  // Those that are left go on after all this.
  const before = readFileSync(join(stack, "lines"), "utf8").length;
  const end = Date.now() + 20_000;
  while (readFileSync(join(stack, "lines"), "utf8").length <= before && Date.now() < end) await sleep(20);
  expect(readFileSync(join(stack, "lines"), "utf8").length).toBeGreaterThan(before);
  await Promise.all(writers.map(kill));
  const lines = readFileSync(join(stack, "lines"), "utf8").trimEnd().split("\n");
  const written = new Set(lines);
  expect(written.size).toBe(lines.length);
  const acknowledged = all.flatMap((writer) => writer.acknowledged);
  expect(acknowledged.length).toBeGreaterThan(rounds);
  expect(acknowledged.filter((line) => !written.has(line))).toEqual([]);
});
