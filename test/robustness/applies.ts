/**
 * Whole applies are killed, and others come after them: no step counts as done that was not, none that was reported as done
 * is forgotten, nothing is left, and the next apply ends with the stack as its files say.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recover } from "../../server/src/forge/recover.ts";
import { nodeEnvironment, nodeHost } from "../../server/src/host/node.ts";
import type { RunEvent } from "../../server/src/protocol.ts";
import { takeLock } from "../../server/src/state/lock.ts";
import type { State } from "../../server/src/state/state.ts";
import { localStateStore } from "../../server/src/state/store.ts";
import { Random } from "../fuzz/random.ts";
import { workingIn } from "../support/processes.ts";
import { litter } from "./protocols.ts";
import type { Result } from "./result.ts";
import { callsOfAll, killedBy } from "./tracer.ts";

const stack = `
variable "v" {
  default = 0
}
${["a", "b", "c", "d"]
  .map(
    (name, i) => `
resource "file" "${name}" {
  path    = "${name}.txt"
  content = "${name} \${var.v}"
${i === 0 ? "" : `  depends_on = [file.${String.fromCharCode(96 + i)}]`}
}`,
  )
  .join("\n")}
resource "task" "log" {
  command    = ["bash", "-c", "echo \${var.v} > log.new; sleep 0.05; mv log.new log.txt"]
  depends_on = [file.b]
}
verify "file" "d" {
  path     = "d.txt"
  contains = "d \${var.v}"
}
output "version" {
  value = var.v
}
`;

/** What stands in the file of each resource when it is as version `v` says. */
const contents = (v: number): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(["a", "b", "c", "d"].map((name) => [`file.${name}`, `${name} ${v}`])),
  "task.log": `${v}\n`,
});

const fileOf = (address: string): string => `${address.slice(address.indexOf(".") + 1)}.txt`;

const host = nodeHost(nodeEnvironment());

export interface Killed {
  readonly events: readonly RunEvent[];
  readonly isKilled: boolean;
}

export interface Bench {
  readonly folder: string;
  /** From before an apply's start until after its end, as the last one took. */
  longestMs: number;
  readonly found: string[];
  readonly figures: { killed: number; finished: number; acknowledged: number; unknown: number };
}

/** A stack that was applied once. */
export async function bench(home: string, name: string): Promise<Bench> {
  const folder = join(home, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "main.cw"), stack);
  const began = Date.now();
  const found = [...(await whole({ folder }, 0))];
  const longestMs = Math.ceil((Date.now() - began) * 1.1);
  return { folder, longestMs, found, figures: { killed: 0, finished: 0, acknowledged: 0, unknown: 0 } };
}

/** Kills `count` applies at random moments; one that ended before its moment had come is followed by another. */
export async function killApplies(home: string, count: number, seed: number): Promise<Result> {
  const kill = async (world: Bench, index: number, newVersion: () => number) => {
    const random = new Random(seed, index);
    for (let isKilled = false; !isKilled; ) {
      const ms = random.below(world.longestMs);
      const version = newVersion();
      const run = () => killedAfter(world.folder, version, ms);
      isKilled = await killed(world, version, run, `kill ${index} after ${ms} ms`);
    }
  };
  const worlds = await everywhere(
    home,
    Array.from({ length: count }, (_, i) => i + 1),
    kill,
  );
  return { count, seed, ...sumOf(worlds) };
}

/** Kills an apply at each `every`-th of its system calls that change something. */
export async function killAtCalls(home: string, every: number): Promise<Result> {
  const first = await bench(home, "seen");
  const all = await callsOfAll(argv(1), first.folder, join(home, "apply.strace"));
  const calls = all.filter((_, i) => i % every === 0);
  const worlds = await everywhere(home, calls, async (world, { name, n }, newVersion) => {
    const version = newVersion();
    const run = async () => readEvents(await killedBy(argv(version), world.folder, { name, n }));
    await killed(world, version, run, `${name} ${n}`);
  });
  return { count: calls.length, seed: null, ...sumOf(worlds) };
}

/** In several folders at once, each apply with a version of its own. */
async function everywhere<T>(
  home: string,
  work: readonly T[],
  one: (world: Bench, piece: T, newVersion: () => number) => Promise<void>,
): Promise<readonly Bench[]> {
  const waiting = [...work];
  let last = 1;
  const newVersion = () => ++last;
  const jobs = Array.from({ length: 4 }, async (_, i) => {
    const world = await bench(home, `applied-${i}`);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await one(world, next, newVersion);
    return world;
  });
  return Promise.all(jobs);
}

function sumOf(worlds: readonly Bench[]): Pick<Result, "found" | "figures"> {
  const sum = (name: keyof Bench["figures"]) => worlds.reduce((n, { figures }) => n + figures[name], 0);
  return {
    found: worlds.flatMap(({ found }) => found),
    figures: {
      "killed while they ran": sum("killed"),
      "ended before": sum("finished"),
      "steps acknowledged before": sum("acknowledged"),
      "steps of unknown outcome": sum("unknown"),
    },
  };
}

export const argv = (version: number): readonly string[] => [
  resolve("dist/cli.js"),
  ...["apply", "--yes", "--json", "--parallelism", "2", "--var", `v=${version}`],
];

async function killed(
  world: Bench,
  version: number,
  run: () => Promise<Killed>,
  name: string,
): Promise<boolean> {
  const { events, isKilled } = await run();
  if (isKilled) world.figures.killed++;
  else world.figures.finished++;
  const found = await afterwards(world, version, events);
  const began = Date.now();
  const problems = [...found, ...(await whole(world, version))];
  // What comes after a kill has about as much to do; how busy the machine is changes.
  world.longestMs = Math.ceil((world.longestMs + (Date.now() - began) * 1.1) / 2);
  world.found.push(...problems.map((problem) => `${name}: ${problem}`));
  return isKilled;
}

/** What the next one finds, once it has the lock. */
export async function afterwards(
  world: Bench,
  version: number,
  events: readonly RunEvent[],
): Promise<readonly string[]> {
  const { folder, figures } = world;
  const { value: lock, diagnostics } = await takeLock(host, folder, {
    id: `look-${version}`,
    operation: "apply",
  });
  if (!lock) return [diagnostics[0]?.message ?? "locked"];
  const store = localStateStore(host.files, folder);
  await recover(host, folder, store, async () => true);
  const { value: state, diagnostics: unread } = await store.read();
  await lock.release();
  const done = events.flatMap((e) => (e.type === "step-finished" && e.outcome === "succeeded" ? [e.id] : []));
  figures.acknowledged += done.length;
  figures.unknown += Object.values(state?.resources ?? {}).filter((r) => r.status === "unknown").length;
  return [
    ...unread.map((d) => d.message),
    ...forgotten(state, version, done),
    ...invented(folder, state, version),
    ...(await stillWorking(folder)).map((pid) => `process ${pid} is left`),
    ...litter(join(folder, ".clockwork")).map((left) => `${left} is left`),
  ];
}

/** Helpers that only look (git, the probe of the sandbox) end by themselves in a moment. */
async function stillWorking(folder: string): Promise<readonly number[]> {
  for (const deadline = Date.now() + 1000; workingIn(folder).length > 0 && Date.now() < deadline; )
    await sleep(20);
  return workingIn(folder);
}

/** Acknowledged, and not in the state. */
function forgotten(state: State | undefined, version: number, done: readonly string[]): readonly string[] {
  const addresses = Object.keys(contents(version)).filter((address) =>
    done.some((id) => /^(ensure|run)_/.test(id) && id.endsWith(`.${address.split(".")[1]}`)),
  );
  return addresses
    .filter((address) => versionIn(state, address) !== version || state?.resources[address]?.status !== "ok")
    .map((address) => `${address} is forgotten`);
}

/** In the state as done, and not there. */
function invented(folder: string, state: State | undefined, version: number): readonly string[] {
  return Object.entries(contents(version)).flatMap(([address, content]) => {
    if (state?.resources[address]?.status !== "ok" || versionIn(state, address) !== version) return [];
    const path = join(folder, fileOf(address));
    return existsSync(path) && readFileSync(path, "utf8") === content
      ? []
      : [`${address} counts as done and is not`];
  });
}

/** The version that a resource's record speaks of. */
function versionIn(state: State | undefined, address: string): number {
  return Number(
    /\d+/.exec(JSON.stringify(state?.resources[address]?.inputs ?? {}).replace(/0\.05/, ""))?.[0] ?? -1,
  );
}

/** An apply that nobody kills. */
export async function whole({ folder }: Pick<Bench, "folder">, version: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, argv(version), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
  }
  const [code] = await once(child, "close");
  const { value: state, diagnostics } = await localStateStore(host.files, folder).read();
  const wrong = Object.entries(contents(version)).filter(
    ([address, content]) =>
      readFileSync(join(folder, fileOf(address)), "utf8") !== content ||
      state?.resources[address]?.status !== "ok",
  );
  const open = readdirSync(join(folder, ".clockwork/runs")).filter((name) => name.endsWith(".open"));
  return [
    ...(code === 0 ? [] : [`the next apply ended with ${code}: ${said.slice(-600)}`]),
    ...diagnostics.map((d) => d.message),
    ...wrong.map(([address]) => `${address} is not as the files say`),
    ...(String(state?.outputs["version"]) === String(version) ? [] : ["the outputs are of before"]),
    ...(existsSync(join(folder, ".clockwork/lock")) ? ["the lock is left"] : []),
    ...[...open, ...litter(folder)].map((name) => `${name} is left`),
  ];
}

async function killedAfter(folder: string, version: number, ms: number): Promise<Killed> {
  const child = spawn(process.execPath, argv(version), { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const closed = once(child, "close");
  await Promise.race([sleep(ms), closed]);
  child.kill("SIGKILL");
  await closed;
  return readEvents({ text, isKilled: child.signalCode === "SIGKILL" });
}

/** The last line may be half of one. */
export function readEvents({ text, isKilled }: { text: string; isKilled: boolean }): Killed {
  const lines = text.split("\n").slice(0, -1);
  return { isKilled, events: lines.map((line): RunEvent => JSON.parse(line)) };
}
