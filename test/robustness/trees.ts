/** Steps with seven kinds of runaway descendants, ended in every way there is, at every level of confinement. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { workingIn } from "../support/processes.ts";
import type { Result } from "./result.ts";

/** The step itself, which does not want to end either, and six that it starts. */
const evil = [
  "sleep 600 &",
  "( trap '' TERM; while :; do sleep 1; done ) &",
  "setsid sleep 600 &",
  "( setsid sleep 600 & ) &",
  "setsid env -i /bin/sleep 600 &",
  "nohup sleep 600 >/dev/null 2>&1 &",
  "trap '' TERM",
  "sleep 0.3; echo ready",
  "while :; do sleep 1; done",
];
const kinds = 7;

/** What the machine has, and what Clockwork may make of it. */
const levels = {
  sandbox: { engine: false, env: {} },
  "PID namespace": { engine: false, env: { CLOCKWORK_SANDBOX: "none" } },
  "container engine": { engine: true, env: {} },
} as const;

/** Steps have five seconds to end. */
const graceMs = 5000;
/** How a run is ended, and how long its steps have from then on, in milliseconds. */
const ways = {
  timeout: { ms: 1000 + graceMs, end: async () => undefined },
  "Ctrl-C": { ms: graceMs, end: async (child: ChildProcess) => void child.kill("SIGINT") },
  "Ctrl-C twice": {
    ms: 0,
    end: async (child: ChildProcess) => {
      child.kill("SIGINT");
      await sleep(300);
      child.kill("SIGINT");
    },
  },
  "request to end": { ms: graceMs, end: async (child: ChildProcess) => void child.kill("SIGTERM") },
  "terminal closed": { ms: graceMs, end: async (child: ChildProcess) => void child.kill("SIGKILL") },
  "kill -9": { ms: 0, end: async (child: ChildProcess) => void child.kill("SIGKILL") },
} as const;

type Level = keyof typeof levels;
type Way = keyof typeof ways;

const stack = (engine: boolean): string => `
kind "evil" {
  capabilities {
    engine = ${engine}
  }
  script "ensure" {
    lang    = "bash"
    content = <<-EOT
      ${evil.join("\n      ")}
    EOT
  }
}
resource "evil" "step" {}
`;

interface Ended {
  readonly level: Level;
  readonly way: Way;
  readonly started: number;
  /** After the grace time and another second. */
  readonly alive: number;
  /** How long after the grace time the last one ended, in milliseconds. */
  readonly lastMs: number;
  readonly afterNextStart: number;
}

/**
 * @param count rounds of all levels and ways
 * @param slackMs how long after the grace time something may live: a second, more where the machine is busy with other things
 */
export async function endTrees(home: string, count: number, slackMs: number): Promise<Result> {
  const cells = (Object.keys(levels) as Level[]).flatMap((level) =>
    (Object.keys(ways) as Way[]).map((way) => ({ level, way })),
  );
  const all: Ended[] = [];
  for (let round = 0; round < count; round++) {
    // More at once would keep each other from being punctual.
    for (let i = 0; i < cells.length; i += 3) {
      const some = cells.slice(i, i + 3);
      all.push(
        ...(await Promise.all(
          some.map((cell) => endOne(join(home, `${cell.level} ${cell.way}`), cell, slackMs)),
        )),
      );
    }
  }
  const found = all.flatMap(problemsOf);
  const figures = {
    "alive a second after the grace time": sum(all, "alive"),
    "longest life after the grace time, ms": Math.max(...all.map(({ lastMs }) => lastMs)),
  };
  return { count: sum(all, "started"), seed: null, found, figures };
}

const sum = (all: readonly Ended[], name: "alive" | "started"): number =>
  all.reduce((n, ended) => n + ended[name], 0);

function problemsOf(ended: Ended): readonly string[] {
  const name = `${ended.level}, ${ended.way}`;
  return [
    ...(ended.started < kinds ? [`${name}: only ${ended.started} processes were started`] : []),
    ...(ended.alive > 0 ? [`${name}: ${ended.alive} alive, ${ended.lastMs} ms`] : []),
    ...(ended.afterNextStart > 0 ? [`${name}: ${ended.afterNextStart} alive after the next start`] : []),
  ];
}

async function endOne(
  folder: string,
  { level, way }: Pick<Ended, "level" | "way">,
  slackMs: number,
): Promise<Ended> {
  const { engine, env } = levels[level];
  mkdirSync(folder);
  writeFileSync(join(folder, "main.cw"), stack(engine));
  const child = start(folder, way, env);
  // A terminal's program has the folder as well.
  const own = way === "terminal closed" ? 2 : 1;
  await untilReady(folder, child);
  const started = workingIn(folder).length - own;
  await ways[way].end(child);
  const left = () => workingIn(folder).filter((pid) => pid !== child.pid).length;
  const graceOver = Date.now() + ways[way].ms;
  while (Date.now() < graceOver + slackMs && left() > 0) await sleep(20);
  const alive = left();
  const lastMs = Math.max(0, Date.now() - graceOver);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const next = spawn(process.execPath, [cli, "build"], {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, ...env },
  });
  await once(next, "exit");
  const after = workingIn(folder);
  for (const pid of after) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
  return { level, way, started, alive, lastMs, afterNextStart: after.length };
}

const cli = resolve("dist/cli.js");

function start(folder: string, way: Way, more: Readonly<Record<string, string>>): ChildProcess {
  const args = [cli, "apply", "--yes", ...(way === "timeout" ? ["--timeout-per-step", "1s"] : [])];
  const env = { ...process.env, ...more };
  if (way !== "terminal closed") return spawn(process.execPath, args, { cwd: folder, env, stdio: "ignore" });
  // Its terminal goes when it is killed.
  const command = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
  return spawn("script", ["-qfec", command, "/dev/null"], { cwd: folder, env, stdio: "ignore" });
}

async function untilReady(folder: string, child: ChildProcess): Promise<void> {
  const logs = join(folder, ".clockwork/logs");
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    if (child.exitCode !== null)
      throw new Error(`${folder}: ended with ${child.exitCode} before its step was ready`);
    if (texts(logs).some((text) => text.includes("ready"))) return;
    await sleep(20);
  }
  throw new Error(`${folder}: its step is not ready`);
}

function texts(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".log"),
    );
    return names.map((name) => readFileSync(join(folder, name), "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
