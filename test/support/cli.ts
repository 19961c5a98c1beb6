import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { RunEvent } from "../../server/src/protocol.ts";

/** What a user of all these stacks is known to have made, apart from what whoever runs the tests has. */
const userState = join(tmpdir(), `clockwork-test-state-${process.pid}`);
const cliPath = resolve("dist/cli.js");

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Whoever started it goes on writing to it. */
  readonly keepsStdin?: true;
}

/** Starts the built CLI, as a script would: no terminal, no colours. */
export function startCli(
  args: readonly string[],
  { cwd, env = {}, stdin, keepsStdin }: CliOptions,
): ChildProcess {
  const child = spawn(process.execPath, [cliPath, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      XDG_STATE_HOME: env["HOME"] === undefined ? userState : "",
      LANG: "C.UTF-8",
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  if (!keepsStdin) child.stdin?.end(stdin ?? "");
  return child;
}

export async function cli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = startCli(args, options);
  if (!child.stdout || !child.stderr) throw new Error("no pipes");
  const exited = new Promise<number>((done) =>
    child.once("exit", (code, signal) => done(code ?? (signal ? 128 : 0))),
  );
  const [code, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** The events of `--json`. */
export function eventsOf(result: CliResult): RunEvent[] {
  return result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunEvent);
}

/** Ids of the steps that were started, in order. */
export function startedSteps(result: CliResult): string[] {
  return eventsOf(result).flatMap((e) => (e.type === "step-started" ? [e.id] : []));
}

/** Calls something when a test has ended. Tests that run side by side hand in their own: the global one takes any of them. */
export type Finished = (clean: () => void | Promise<void>) => void;

/** A temporary folder, with files or a copy of an example, that is destroyed and removed when the test ends. */
export async function stackFolder(
  content: Readonly<Record<string, string>> | { readonly example: string },
  finished: Finished = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clockwork-test-"));
  finished(async () => {
    await cli(["destroy", "--yes"], { cwd: folder });
    await rm(folder, { recursive: true, force: true });
  });
  if ("example" in content && typeof content.example === "string" && Object.keys(content).length === 1) {
    const left = /[\\/]\.clockwork$|hello\.html$/;
    await cp(`examples/${content.example}`, folder, { recursive: true, filter: (path) => !left.test(path) });
  } else {
    for (const [path, body] of Object.entries(content)) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), body);
    }
  }
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}

export async function stateOf(folder: string): Promise<{
  readonly lineage: string;
  readonly serial: number;
  readonly resources: Readonly<
    Record<string, { readonly status: string; readonly outputs: Record<string, string> }>
  >;
}> {
  return JSON.parse(await readFile(join(folder, ".clockwork/state.json"), "utf8"));
}
