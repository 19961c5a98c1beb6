/**
 * A daemon is killed at every system call by which it writes its journal, so right before and right after each record is on the
 * disk; then the next look has to know where it stands, without a fix more than the budget allows.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { litter } from "./protocols.ts";
import type { Result } from "./result.ts";

/** What answers the stack's check, so many milliseconds later: the n-th time it is asked in one look. */
interface Server {
  readonly port: number;
  delays: (n: number) => number;
  asked: number;
}

interface Scenario {
  readonly name: string;
  readonly breaks: (folder: string, server: Server) => void;
  /** How the first fix turns out. */
  readonly result: "mended" | "failed";
  /** The knob's value at the end; where it is turned, at least that, because a busy machine needs longer. */
  readonly seconds: number;
}

const slow = 2700;
const never = 6000;
const page = (folder: string): string => join(folder, "page.html");
const scenarios: readonly Scenario[] = [
  { name: "a file that is gone", breaks: (folder) => rmSync(page(folder)), result: "mended", seconds: 2 },
  {
    name: "a check that needs longer",
    breaks: (_, server) => {
      server.delays = () => slow;
    },
    result: "mended",
    seconds: 4,
  },
  {
    name: "a knob that helps when it is tried, and then no more",
    breaks: (_, server) => {
      server.delays = (n) => (n === 2 ? slow : never);
    },
    result: "failed",
    seconds: 2,
  },
];

const stack = (port: number): string => `
resource "file" "page" {
  path    = "page.html"
  content = "hello"
}

verify "http" "up" {
  url     = "http://127.0.0.1:${port}/"
  retries = 1
}
`;

/** @param every only each so many of the calls */
export async function killDaemons(home: string, every: number): Promise<Result> {
  const found: string[] = [];
  const figures = { killed: 0, "ended before": 0, mended: 0, "taken back": 0 };
  let count = 0;
  const { server, close } = await listen();
  try {
    for (const [index, scenario] of scenarios.entries()) {
      const world = new World(join(home, `daemon-${index}`), server, scenario);
      await world.prepare();
      const calls = (await world.callsOfOne()).filter((_, i) => (i + index) % every === 0);
      for (const call of calls) {
        count++;
        found.push(
          ...(await world.killedAt(call, figures)).map((what) => `${scenario.name}, ${call}: ${what}`),
        );
      }
    }
  } finally {
    close();
  }
  return { count, seed: null, found, figures };
}

async function listen(): Promise<{ readonly server: Server; readonly close: () => void }> {
  const http = createServer((_, answer) => {
    const ms = server.delays(++server.asked);
    setTimeout(() => answer.end("ok"), ms);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: Server = { port: (http.address() as AddressInfo).port, delays: () => 0, asked: 0 };
  const close = () => {
    http.close();
    http.closeAllConnections();
  };
  return { server, close };
}

interface Line {
  readonly type: string;
  readonly decision?: string;
  readonly result?: string;
  readonly undone?: boolean;
  readonly time: { uptime: number };
}

class World {
  readonly #home: string;
  readonly #server: Server;
  readonly #scenario: Scenario;

  constructor(home: string, server: Server, scenario: Scenario) {
    this.#home = home;
    this.#server = server;
    this.#scenario = scenario;
  }

  /** As it was, to begin from again: paths in the state are absolute. */
  get #healthy(): string {
    return join(this.#home, "healthy");
  }
  get #folder(): string {
    return join(this.#home, "stack");
  }

  /** A healthy stack whose check waits two seconds for its answer. */
  async prepare(): Promise<void> {
    this.#server.delays = () => 0;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "main.cw"), stack(this.#server.port));
    await this.#cli(["build"]);
    const path = join(this.#folder, manifest);
    const knobs = { "verify_http.up": { timeout_s: 2 } };
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), knobs }));
    await this.#cli(["apply", "--yes"]);
    cpSync(this.#folder, this.#healthy, { recursive: true });
  }

  /** The calls by which a whole fix writes its journal: `write 3` is the third of its name. */
  async callsOfOne(): Promise<readonly string[]> {
    this.#begin();
    const log = join(this.#home, "calls");
    await this.#traced(["-o", log]);
    const counts = new Map<string, number>();
    return readFileSync(log, "utf8")
      .split("\n")
      .flatMap((line) => {
        const name = /^\d+ +(\w+)\(/.exec(line)?.[1];
        if (name === undefined) return [];
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return [`${name} ${counts.get(name)}`];
      });
  }

  /** What was wrong after it. */
  async killedAt(call: string, figures: { [name: string]: number }): Promise<readonly string[]> {
    this.#begin();
    const [name, n] = call.split(" ");
    const isKilled = await this.#traced(["-o", "/dev/null", "-e", `inject=${name}:signal=KILL:when=${n}`]);
    const kind = isKilled ? "killed" : "ended before";
    figures[kind] = (figures[kind] ?? 0) + 1;
    const wrong: string[] = [];
    this.#server.asked = 0;
    wrong.push(...(await this.#look()), ...this.#judge(1));
    const ended = this.#lines().filter(({ type }) => type === "ended");
    if (ended.some(({ undone }) => undone)) figures["taken back"] = (figures["taken back"] ?? 0) + 1;
    // What could not be mended is no more, and an hour later everything may be tried again.
    if (this.#scenario.result === "failed") this.#server.delays = () => 0;
    this.#passHour();
    wrong.push(...(await this.#look()), ...this.#judge(2), ...(await this.#isWell()));
    if (wrong.length === 0) figures["mended"] = (figures["mended"] ?? 0) + 1;
    return wrong;
  }

  #begin(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    cpSync(this.#healthy, this.#folder, { recursive: true });
    this.#server.delays = () => 0;
    this.#server.asked = 0;
    this.#scenario.breaks(this.#folder, this.#server);
  }

  /** @param most fixes that may have been begun until now */
  #judge(most: number): readonly string[] {
    const lines = this.#lines();
    const begun = lines.filter(({ type }) => type === "begun");
    const ended = new Set(lines.filter(({ type }) => type === "ended").map(({ decision }) => decision));
    const { knobs = {} } = JSON.parse(readFileSync(join(this.#folder, manifest), "utf8"));
    const seconds = knobs["verify_http.up"]?.timeout_s;
    const isTurned = lines.some(({ type, result }) => type === "ended" && result === "mended");
    return [
      ...(begun.length > most ? [`${begun.length} fixes were begun`] : []),
      ...begun.filter(({ decision }) => !ended.has(decision)).map(() => "a fix has no end"),
      ...(seconds === 2 || (isTurned && this.#isEnough(seconds)) ? [] : [`the knob is at ${seconds}`]),
      ...litter(this.#folder).map((name) => `left: ${name}`),
    ];
  }

  async #isWell(): Promise<readonly string[]> {
    this.#server.asked = 0;
    const { knobs = {} } = JSON.parse(readFileSync(join(this.#folder, manifest), "utf8"));
    const seconds = knobs["verify_http.up"]?.timeout_s;
    const args = ["plan", "--refresh", "--detailed-exitcode"];
    const { code, said } = await this.#run(args);
    // A check of what was made again is to be run again.
    const isFine =
      code === 0 || (code === 2 && said.includes("0 to create, 0 to update, 0 to replace, 0 to delete"));
    return [
      ...(existsSync(page(this.#folder)) && readFileSync(page(this.#folder), "utf8") === "hello"
        ? []
        : [`the page is not there: ${JSON.stringify(this.#lines())}`]),
      ...(this.#isEnough(seconds) ? [] : [`the knob ends at ${seconds}`]),
      ...(isFine ? [] : [`a plan ends with ${code}: ${said}`]),
    ];
  }

  #isEnough(seconds: number): boolean {
    const { seconds: wanted } = this.#scenario;
    return wanted === 2 ? seconds === 2 : seconds >= wanted;
  }

  /** Every line of the journal is a record. */
  #lines(): readonly Line[] {
    const text = readFileSync(join(this.#folder, journal), "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** The machine's count goes on from an hour before. */
  #passHour(): void {
    const lines = this.#lines().map((line) => ({
      ...line,
      time: { ...line.time, uptime: line.time.uptime - 3_600_000 },
    }));
    writeFileSync(join(this.#folder, journal), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  /** What was wrong with one more look. */
  async #look(): Promise<readonly string[]> {
    const { code, said } = await this.#run(look);
    return code === 0 && said === "" ? [] : [`a look ends with ${code}: ${said}`];
  }

  async #cli(args: readonly string[]): Promise<void> {
    const { code, said } = await this.#run(args);
    if (code !== 0) throw new Error(`${args.join(" ")}: ${said}`);
  }

  async #run(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const options = { cwd: this.#folder, env: this.#env() };
    try {
      const { stderr } = await promisify(execFile)(process.execPath, [cli, ...args], options);
      return { code: 0, said: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: `${stdout}${stderr}` };
    }
  }

  /** One look, with strace at what concerns the journal. @returns whether it was killed */
  async #traced(args: readonly string[]): Promise<boolean> {
    const calls = ["write", "pwrite64", "writev", "fsync", "fdatasync"].join(",");
    const path = join(this.#folder, journal);
    const own = ["-f", "-b", "execve", "-qq", "-e", "signal=none", "-e", `trace=${calls}`, "-P", path];
    const child = spawn("strace", [...own, ...args, process.execPath, cli, ...look], {
      cwd: this.#folder,
      stdio: "ignore",
      env: { ...this.#env(), UV_THREADPOOL_SIZE: "1" },
    });
    await once(child, "close");
    return child.signalCode === "SIGKILL";
  }

  #env(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      XDG_STATE_HOME: join(this.#home, "state"),
      XDG_CONFIG_HOME: join(this.#home, "config"),
    };
  }
}

const manifest = ".clockwork/build/manifest.json";
const journal = ".clockwork/daemon/decisions.jsonl";
const cli = resolve("dist/cli.js");
const look = ["daemon", "run", "--once", "--json"];
