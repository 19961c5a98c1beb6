/** Every protocol is killed at each of its system calls, or has each of them fail. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { protocols } from "./protocols.ts";
import type { Result } from "./result.ts";
import { type Call, callsIn, concerns, type Thread, threadsOf, traced, tracedCalls } from "./tracer.ts";

/** How each call can fail where nothing else is wrong. */
const failures: Readonly<Record<string, readonly string[]>> = {
  openat: ["ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE"],
  read: ["EIO"],
  write: ["ENOSPC", "EIO"],
  pwrite64: ["ENOSPC", "EIO"],
  fsync: ["EIO", "ENOSPC"],
  fdatasync: ["EIO", "ENOSPC"],
  rename: ["EXDEV", "EACCES", "EROFS", "ENOSPC", "EIO"],
  link: ["EXDEV", "EACCES", "EROFS", "ENOSPC"],
  unlink: ["EACCES", "EROFS", "EIO"],
  mkdir: ["EACCES", "EROFS", "ENOSPC"],
  fchmod: ["EPERM", "EROFS"],
  close: ["EIO"],
};

interface Point {
  readonly protocol: string;
  readonly thread: Thread;
  readonly call: Call;
  readonly error?: string;
}

/** @param every only each n-th of all points */
export async function killAtEveryCall(home: string, every: number): Promise<Result> {
  const points = (await allCalls(home, tracedCalls)).filter((_, i) => i % every === 0);
  const found: string[] = [];
  const figures: Record<string, number> = {};
  let killed = 0;
  for (const { point, problems, ended } of await tryAll(home, points, () => "signal=KILL")) {
    if (ended.code === null) killed++;
    found.push(...problems);
    const key = `${point.protocol}: calls`;
    figures[key] = (figures[key] ?? 0) + 1;
  }
  return { count: points.length, seed: null, found, figures: { ...figures, killed, corrupt: found.length } };
}

export async function failEveryCall(home: string, every: number): Promise<Result> {
  const calls = await allCalls(home, Object.keys(failures));
  const points = calls
    .flatMap((point) => (failures[point.call.name] ?? []).map((error) => ({ ...point, error })))
    .filter((_, i) => i % every === 0);
  const found: string[] = [];
  let refused = 0;
  let elsewhere = 0;
  for (const tried of await tryAll(home, points, ({ error }) => `error=${error}`)) {
    const { point, problems, ended, folder, call } = tried;
    // Calls that go on at once may change places, and the error then be the event loop's own.
    if (call === undefined || !concerns(call, folder)) {
      elsewhere++;
      continue;
    }
    found.push(...problems);
    if (ended.code === 0) continue;
    refused++;
    const where = `${nameOf(point)}: exit code ${ended.code}`;
    if (ended.code === null) found.push(`${where}: it died`);
    if (!ended.said.includes(folder) && !ended.said.includes(".clockwork"))
      found.push(`${where}: names no file: ${ended.said.split("\n")[0]}`);
    if (ended.isDone) found.push(`${where}: it said that it was done`);
  }
  const count = points.length - elsewhere;
  const figures = { "reported as an error": refused, "done all the same": count - refused };
  return { count, seed: null, found, figures };
}

const nameOf = ({ protocol, call, error = "KILL" }: Point): string =>
  `${protocol} ${error} at ${call.name} ${call.n} (${call.text.slice(0, 160)})`;

async function allCalls(home: string, names: readonly string[]): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const protocol of Object.keys(protocols).filter((name) => name !== "endless")) {
    for (const thread of threadsOf) {
      const folder = await prepared(home, protocol);
      const log = join(home, `${protocol}.strace`);
      const ended = await traced(join(home, "worker.cjs"), protocol, folder, { thread, calls: names, log });
      if (!ended.isDone) throw new Error(`${protocol} does not work at all: ${ended.said}`);
      points.push(...callsIn(log, folder).map((call) => ({ protocol, thread, call })));
      rmSync(folder, { recursive: true });
    }
  }
  return points;
}

/** A folder as the protocol begins with it; made once, then copied. */
async function prepared(home: string, protocol: string): Promise<string> {
  const template = join(home, `template-${protocol}`);
  if (!existsSync(template)) {
    mkdirSync(template);
    await protocols[protocol]?.prepare(template);
  }
  const folder = mkdtempSync(join(home, `${protocol}-`));
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** Some at once: most of the time of each is waiting. */
async function tryAll(home: string, points: readonly Point[], what: (point: Point) => string) {
  const waiting = [...points];
  const tried: Awaited<ReturnType<typeof tryPoint>>[] = [];
  const jobs = Array.from({ length: 4 }, async () => {
    for (let point = waiting.shift(); point; point = waiting.shift())
      tried.push(await tryPoint(home, point, what(point)));
  });
  await Promise.all(jobs);
  return tried;
}

async function tryPoint(home: string, point: Point, what: string) {
  const { protocol, thread, call } = point;
  const folder = await prepared(home, protocol);
  const log = `${folder}.strace`;
  const ended = await traced(join(home, "worker.cjs"), protocol, folder, {
    thread,
    inject: `${call.name}:${what}:when=${call.n}`,
    calls: [call.name],
    log,
  });
  const injected = readFileSync(log, "utf8");
  const problems = await verdict(protocol, folder, ended.acknowledged, ended.code === 0 && ended.isDone);
  rmSync(folder, { recursive: true });
  rmSync(log);
  return {
    point,
    ended,
    folder,
    problems: problems.map((problem) => `${nameOf(point)}: ${problem}`),
    call: injected.split("\n").find((line) => line.includes("(INJECTED)")),
  };
}

async function verdict(protocol: string, folder: string, acknowledged: readonly string[], isDone: boolean) {
  try {
    return (await protocols[protocol]?.check(folder, acknowledged, isDone)) ?? [];
  } catch (error) {
    return [`what comes next fails: ${error instanceof Error ? error.message : String(error)}`];
  }
}
