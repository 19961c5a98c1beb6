import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import packageJson from "../../../package.json" with { type: "json" };
import { quietSettings } from "./settings.ts";

/** What install.mjs prints. */
const installationSchema = z.strictObject({ node: z.string(), vscode: z.string(), chromium: z.string() });
export type Installation = z.infer<typeof installationSchema>;

export function installation(): Installation {
  const printed = execFileSync(process.execPath, [resolve("test/e2e/install.mjs")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return installationSchema.parse(JSON.parse(printed));
}

/** The packaged extension, as `npm run package` made it. */
export function vsix(): string {
  const { name, version } = packageJson;
  return resolve(`${name}-${version}.vsix`);
}

export interface ServerOptions {
  /** A packaged extension to install. */
  readonly vsix: string;
  /** A stack to open, of which the server's home gets a copy that a test may change. */
  readonly stack: string;
  /** Whether the folder is trusted without a question. Without it VS Code opens it in Restricted Mode. */
  readonly trusted: boolean;
  /** What the user's shell has set beside what every shell has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** VS Code's server in a home of its own, on the loopback address. */
export interface Server {
  /** The copy of the stack. */
  readonly folder: string;
  /** Address of the workbench, open on the folder. */
  readonly page: string;
  /** All that the extension has logged, of all windows. */
  log(): string;
  /** The command line outside of the editor, of the same user; rejects where its exit code is not 0. */
  clockwork(...args: readonly string[]): Promise<{ readonly stdout: string }>;
  stop(): Promise<void>;
}

export async function startServer(vscode: Installation, options: ServerOptions): Promise<Server> {
  const home = mkdtempSync(join(tmpdir(), "clockwork-e2e-"));
  const folder = join(home, basename(options.stack));
  for (const name of ["user/User", "home", "tmp"]) mkdirSync(join(home, name), { recursive: true });
  cpSync(options.stack, folder, { recursive: true });
  writeFileSync(join(home, "user/User/settings.json"), JSON.stringify(quietSettings));
  writeFileSync(join(home, "home/.bashrc"), "PS1='\\W $ '\n");

  const folders = [
    "--user-data-dir",
    "user",
    "--extensions-dir",
    "extensions",
    "--server-data-dir",
    "server",
  ];
  const main = join(vscode.vscode, "out/server-main.js");
  const common = [main, ...folders.map((name) => (name.startsWith("--") ? name : join(home, name)))];
  const inHome = { cwd: home, env: { ...environment(vscode, home), ...options.env } };
  await promisify(execFile)(
    vscode.node,
    [...common, "--accept-server-license-terms", "--install-extension", options.vsix],
    inHome,
  );
  const child = spawn(
    vscode.node,
    [
      ...common,
      "--accept-server-license-terms",
      ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token"],
      // Gives the page `window.driver`, which tells when the workbench is there and what a terminal shows.
      "--enable-smoke-test-driver",
      ...["--disable-telemetry", "--disable-experiments", "--disable-update-check"],
      // A runner that was killed leaves a server that ends by itself some minutes later.
      ...["--reconnection-grace-time", "30", "--enable-remote-auto-shutdown"],
      ...(options.trusted ? ["--disable-workspace-trust"] : []),
    ],
    // A process group of its own: it ends with its extension hosts, language servers and terminals.
    { ...inHome, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  const port = await listening(child);
  return {
    folder,
    page: `http://127.0.0.1:${port}/?folder=${folder}`,
    clockwork: (...args) =>
      promisify(execFile)(process.execPath, ["dist/cli.js", ...args], { env: inHome.env }),
    log: () => logIn(join(home, "user/logs")),
    stop: async () => {
      await stop(child);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function logIn(folder: string): string {
  if (!existsSync(folder)) return "";
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const logs = paths.filter((path) => basename(path) === "Clockwork.log").sort();
  return logs.map((path) => readFileSync(join(folder, path), "utf8")).join("");
}

/** A bare environment: nothing of whoever runs the tests, and no dot files but ours, so that prompts are the same everywhere. */
function environment(vscode: Installation, home: string): Record<string, string> {
  return {
    PATH: `${dirname(vscode.node)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: join(home, "home"),
    TMPDIR: join(home, "tmp"),
    XDG_RUNTIME_DIR: home,
    LANG: "C.UTF-8",
    TZ: "UTC",
    SHELL: "/bin/bash",
    TERM: "xterm-256color",
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "" }),
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`the server said nothing in 30 s:\n${log}`)), 30_000);
    const take = (text: Buffer) => {
      log += text.toString();
      const port = /Extension host agent listening on (\d+)/.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  killGroup(child, "SIGTERM");
  const timer = setTimeout(() => killGroup(child, "SIGKILL"), 3_000);
  await ended;
  clearTimeout(timer);
  // What the server started and did not take along.
  killGroup(child, "SIGKILL");
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}

/** A port of the loopback address that nobody has at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(address)));
    });
  });
}
