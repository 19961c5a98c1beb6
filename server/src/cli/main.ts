import { isUtf8 } from "node:buffer";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { on } from "node:events";
import { readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, uptime } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { version } from "../../../package.json";
import { lazily } from "../forge/check/scripts.ts";
import { maskText } from "../forge/mask.ts";
import { nodeEnvironment, nodeHost } from "../host/node.ts";
import { exchangeLines } from "../host/node-exchange.ts";
import { stdinLines, terminalLines } from "../host/node-lines.ts";
import { expectLargeInput } from "../host/node-v8-flags.ts";
import { watchFolder } from "../host/node-watch.ts";
import { isSecretName } from "../intake/schema/vars.ts";
import type { FlatPart, ParsePeer } from "../syntax/parallel.ts";
import { loadGrammar } from "../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, type OutputFlags, refuse } from "./context.ts";
import { UsageError } from "./options.ts";
import { CallError, problemOf } from "./problem.ts";
import { program } from "./program.ts";

/** What a message about a fault of our own may not quote either. */
const secrets = new Set<string>();

function cliContext(): CliContext {
  const distDir = __dirname;
  const environment = nodeEnvironment();
  const { ANTHROPIC_API_KEY: apiKey } = environment.variables;
  if (apiKey) secrets.add(apiKey);
  environment.hide?.(Object.keys(environment.variables).filter(mayBeSecret));
  const { NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = environment.variables;
  const colorful = (stream: NodeJS.WriteStream) => stream.isTTY && !NO_COLOR && TERM !== "dumb";
  const interrupt = interrupts();
  let grammar: ReturnType<CliContext["grammar"]> | undefined;
  return {
    host: nodeHost(environment, `${distDir}/guard.js`),
    version,
    distDir,
    cwd: process.cwd(),
    out: (chunk) => void process.stdout.write(chunk),
    err: (chunk) => void process.stderr.write(chunk),
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    color: { out: colorful(process.stdout), err: colorful(process.stderr) },
    unicode: /UTF-?8/i.test(LC_ALL || LC_CTYPE || LANG || "") || process.platform === "darwin",
    width: () => process.stdout.columns ?? 120,
    ask: (question) => ask(question, interrupt.signal),
    readStdin,
    readLines: stdinLines,
    editLines: terminalLines,
    interrupt,
    grammar: (folder) => {
      grammar ??= readGrammar(distDir, folder);
      return grammar;
    },
    serve: () => serve(distDir),
    randomId: randomUUID,
    loadAnthropic: () => createRequire(join(distDir, "main.js"))("./anthropic.js"),
    lookAtScript: lazily(() => {
      const { scriptRules }: typeof import("../forge/scripts/rules.ts") = createRequire(
        join(distDir, "main.js"),
      )("./scripts.js");
      return scriptRules((name) => readFile(join(distDir, name)));
    }),
    exchange: exchangeLines,
    secrets,
    pid: process.pid,
    uptimeMs: () => uptime() * 1000,
    watchFolder,
  };
}

/** Variables that steps have no business with, unless the stack hands them over. */
const mayBeSecret = (name: string): boolean =>
  name.startsWith("CLOCKWORK_VAR_") || isSecretName(name.toUpperCase());

/** How much text a stack has; 0 where it cannot be read, which whoever reads it will say. */
async function sourceBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names
    .filter((name) => name.endsWith(".cw"))
    .map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

let stackRead = false;

/** Whether this run has come as far as most of them do. */
export const hasReadStack = (): boolean => stackRead;

async function readGrammar(distDir: string, folder: string | undefined) {
  stackRead = folder !== undefined;
  const isLarge = folder !== undefined && (await sourceBytes(folder)) > 1_000_000;
  if (isLarge) expectLargeInput();
  const peer = isLarge && availableParallelism() > 1 ? parsePeer(distDir) : undefined;
  const [runtime, grammar] = await Promise.all([
    readFile(join(distDir, "web-tree-sitter.wasm")),
    readFile(join(distDir, "tree-sitter-clockwork.wasm")),
  ]);
  return { ...(await loadGrammar({ runtime, grammar })), ...(peer && { peer }) };
}

/** A second thread that parses, started at once so that it is ready when there is something to parse. */
function parsePeer(distDir: string): ParsePeer {
  const worker = new Worker(join(distDir, "parser.js"));
  worker.unref();
  return (work) => {
    const messages: AsyncIterator<readonly FlatPart[]> = on(worker, "message", { close: ["exit"] });
    worker.ref();
    worker.postMessage(work);
    return {
      next: async () => {
        const { value: [part] = [] } = await messages.next();
        return part ? { value: part, done: false } : { value: undefined, done: true };
      },
      return: async () => {
        // It waits for more, and ends with this process.
        worker.unref();
        await messages.return?.();
        return { value: undefined, done: true };
      },
    };
  };
}

/**
 * A reader that has seen enough (`| head`), or a terminal that was closed, is no reason to stop a run halfway; what cannot be
 * written is dropped.
 */
let isTerminalGone = false;

function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EIO") isTerminalGone = true;
      else if (error.code !== "EPIPE") throw error;
    });
  }
}

/** The first Ctrl-C (or a request to end) interrupts, the second kills. */
function interrupts(): CliContext["interrupt"] {
  const first = new AbortController();
  const second = new AbortController();
  const interrupt = () => (first.signal.aborted ? second.abort() : first.abort());
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
  return { signal: first.signal, kill: second.signal };
}

/** Ctrl-C and Ctrl-D are answers: no. */
function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.on("SIGINT", () => process.emit("SIGINT"));
  const leave = () => lines.close();
  signal.addEventListener("abort", leave, { once: true });
  return new Promise((answered) => {
    lines.once("close", () => {
      signal.removeEventListener("abort", leave);
      answered("");
    });
    lines.question(question, (answer) => {
      answered(answer);
      lines.close();
    });
  });
}

/** The language server is a program of its own; it ends with its stdin, which it inherits. */
function serve(distDir: string): Promise<ExitCode> {
  const server = spawn(process.execPath, [join(distDir, "server.js"), "--stdio"], { stdio: "inherit" });
  const end = () => server.kill();
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  return new Promise((ended, broken) => {
    server.once("error", broken);
    server.once("exit", (code) => ended(code === 0 ? exitCodes.done : exitCodes.error));
  });
}

/** Bytes that are no text are refused: what is printed for them would be other bytes. */
async function readStdin(): Promise<string> {
  const bytes = await buffer(process.stdin);
  if (!isUtf8(bytes)) throw new UsageError("stdin is not UTF-8 text");
  return new TextDecoder().decode(bytes);
}

async function main(): Promise<ExitCode> {
  outliveReaders();
  const context = cliContext();
  let code: ExitCode = exitCodes.done;
  try {
    await program(context, (c) => {
      code = c;
    }).parseAsync(process.argv);
    return context.interrupt.signal.aborted ? exitCodes.interrupted : code;
  } catch (error) {
    if (error instanceof CallError && (error.exitCode === 0 || error.helped))
      return error.exitCode === 0 ? exitCodes.done : exitCodes.error;
    const problem = problemOf(error, context.cwd);
    if (!problem) throw error;
    return refuse(context, calledFor(process.argv.slice(2)), [problem], () => undefined);
  }
}

/** Node wants to set the terminal back at its end, and aborts where that is gone: so it ends by the signal that said so. */
function hangUp(): void {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

/** What a call that could not be read asks of its output. */
function calledFor(args: readonly string[]): OutputFlags {
  const end = args.indexOf("--");
  const json = args.slice(0, end < 0 ? undefined : end).includes("--json");
  return { json, asEvents: /^(apply|verify|destroy)$/.test(args.find((a) => !a.startsWith("-")) ?? "") };
}

main().then(
  (code) => {
    process.exitCode = code;
    if (isTerminalGone) hangUp();
  },
  (error: unknown) => {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`clockwork: this is a fault of Clockwork's own\n${maskText(said, secrets)}\n`);
    process.exitCode = exitCodes.error;
  },
);
