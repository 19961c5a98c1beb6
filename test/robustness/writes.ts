/** A program that writes one state after the other is killed at random moments: what it acknowledged is there, whole. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeFiles } from "../../server/src/host/node-files.ts";
import { localStateStore } from "../../server/src/state/store.ts";
import { Random } from "../fuzz/random.ts";
import type { Result } from "./result.ts";

export async function killWriters(home: string, count: number, seed: number): Promise<Result> {
  const folder = join(home, "written");
  mkdirSync(folder);
  const store = localStateStore(nodeFiles(), folder);
  const found: string[] = [];
  let writes = 0;
  let last = 0;
  for (let index = 0; index < count; index++) {
    const acknowledged = await killedWriter(home, folder, new Random(seed, index).below(60));
    const { value, diagnostics } = await store.read();
    found.push(...diagnostics.map((d) => `kill ${index}: ${d.message}`));
    const serial = value?.serial ?? 0;
    // A word of its own may have been on its way.
    if (serial < Math.max(acknowledged, last))
      found.push(`kill ${index}: ${serial}, but ${acknowledged} was acknowledged`);
    if (JSON.stringify(value?.outputs) !== JSON.stringify({ serial }))
      found.push(`kill ${index}: another state`);
    writes += Math.max(0, serial - last);
    last = serial;
  }
  const lost = found.filter((problem) => problem.includes("acknowledged")).length;
  return { count, seed, found, figures: { writes, corrupt: found.length - lost, lost } };
}

/** Kills it that long after its first word; the last serial that it acknowledged. */
async function killedWriter(home: string, folder: string, ms: number): Promise<number> {
  const writer = spawn(process.execPath, [join(home, "worker.cjs"), "endless", folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  writer.stdin.end("xx");
  let text = "";
  writer.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const closed = once(writer, "close");
  while (!/^\d+$/m.test(text)) await once(writer.stdout, "data");
  await sleep(ms);
  writer.kill("SIGKILL");
  await closed;
  return Number(text.split("\n").slice(0, -1).at(-1));
}
