/**
 * A sandbox of bubblewrap's: namespaces of mounts, processes, IPC and, unless granted, network, in which the disk is
 * read-only but for what is named, homes and sockets are out of sight, and no capability is left. It is what protects the
 * machine from a script; checking the script protects only us.
 */
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { codeOf } from "./node-error.ts";
import type { JobSpec, Sandbox, SandboxLevel } from "./ports.ts";

/** What may be put in a sandbox. */
type Confined = Pick<JobSpec, "argv" | "cwd"> & { readonly sandbox: Sandbox };

export interface Sandboxing {
  readonly level: SandboxLevel;
  /** What to put before a job's argv; undefined where the machine has no sandbox. */
  readonly prefix?: (spec: Confined) => readonly string[];
}

const programs = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];

/** Longest a probe may take, in milliseconds. */
const probeMs = 3000;

/** Where other programs wait for connections, keep what they hand each other, and where people keep what is theirs. */
const hiddenFolders = ["/tmp", "/var/tmp", "/run", "/home", "/root"];

/** Finding out costs some process starts, so it is done once and kept. */
export function sandboxing(platform: string, isWanted: boolean): () => Promise<Sandboxing> {
  let probed: Promise<Sandboxing> | undefined;
  return () => {
    probed ??= isWanted ? probe(platform) : Promise.resolve(none("CLOCKWORK_SANDBOX=none"));
    return probed;
  };
}

const none = (reason: string, remedy?: string): Sandboxing => ({
  level: { driver: "none", reason, ...(remedy !== undefined && { remedy }) },
});

/** Asked by running the whole profile, never by looking for the program. */
async function probe(platform: string): Promise<Sandboxing> {
  if (platform !== "linux") return none("there is none for this system yet");
  const program = await firstOf(programs);
  if (program === undefined) {
    return none(
      "bubblewrap is not installed",
      "Install it: apt-get install bubblewrap, or dnf install bubblewrap",
    );
  }
  let reason = "";
  for (const { options, weak } of candidates()) {
    const prefix = (spec: Confined) => [program, ...options, ...mounts(spec), "--"];
    const problem = await failure(prefix);
    if (problem === undefined) return { level: { driver: "bwrap", ...(weak && { weak }) }, prefix };
    reason ||= problem;
  }
  return none(`bubblewrap does not work here: ${reason}`, remedyOf(reason));
}

interface Candidate {
  readonly options: readonly string[];
  readonly weak?: string;
}

/** From the strictest on. */
function candidates(): readonly Candidate[] {
  const base = [
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ];
  // Root in a user namespace could not change files of others, not even where it may write. So root gets no namespace of
  // users and keeps its rights over files; what is mounted read-only stays so.
  const isRoot = process.getuid?.() === 0;
  const files = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER"].flatMap((name) => ["--cap-add", name]);
  const users = isRoot
    ? [[...base, ...files]]
    : [
        [...base, "--unshare-user", "--disable-userns"],
        [...base, "--unshare-user"],
      ];
  const own = users.map((options) => ({ options: [...options, "--ro-bind", "/", "/", "--proc", "/proc"] }));
  // Containers refuse a new /proc.
  const shared = users.map((options) => ({
    options: [...options, "--ro-bind", "/", "/", "--ro-bind", "/proc", "/proc"],
    weak: "steps can see that other processes exist",
  }));
  return [...own, ...shared];
}

function mounts({ argv, cwd, sandbox }: Confined): readonly string[] {
  const hidden = hiddenBy(sandbox);
  const seen = [...sandbox.readable, cwd, ...programsIn(argv), ...nameServers()].flatMap((path) =>
    shownAgain(path, hidden),
  );
  return [
    ...(sandbox.network ? [] : ["--unshare-net"]),
    ...["--dev", "/dev"],
    ...hidden.flatMap((path) => ["--tmpfs", path]),
    ...seen.flatMap((path) => ["--ro-bind-try", path, path]),
    // A folder comes before what lies in it.
    ...[
      ...sandbox.writable.map((path) => ({ path, option: "--bind-try" })),
      ...sandbox.protected.map((path) => ({ path, option: "--ro-bind-try" })),
    ]
      .map(({ path, option }) => ({ path: real(path), option }))
      .sort((a, b) => a.path.length - b.path.length)
      .flatMap(({ path, option }) => [option, path, path]),
    ...["--chdir", cwd],
  ];
}

function hiddenBy({ home }: Sandbox): readonly string[] {
  const own = home ? real(homedir()) : undefined;
  const folders = [...hiddenFolders, ...(home ? [] : [homedir()])].map(real);
  const isHidden = (path: string) => path !== "/" && existsSync(path) && !(own && isIn(own, path));
  return [...new Set(folders)].filter(isHidden);
}

/** What lies in a hidden folder is mounted again, with the links that lead to it. */
function shownAgain(path: string, hidden: readonly string[]): readonly string[] {
  const paths = [...new Set([path, real(path)])];
  return paths.filter((one) => hidden.some((folder) => isIn(one, folder)));
}

/** A program that a user installed in their home, with all that came with it: the folder around its `bin`. */
function programsIn(argv: readonly string[]): readonly string[] {
  return argv.slice(0, 1).flatMap((path) => [path, real(path)].map(installation));
}

function installation(program: string): string {
  const folder = dirname(program);
  return basename(folder) === "bin" ? dirname(folder) : folder;
}

/** Often a link to where a daemon keeps it, in /run. */
function nameServers(): readonly string[] {
  return ["/etc/resolv.conf"].map(real);
}

/** What it leads to; itself where it leads to nothing. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return resolve(path);
  }
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await access(path).then(yes, no)) return path;
  }
  return undefined;
}

/** Why a profile does not work here; undefined when it does. */
async function failure(prefix: (spec: Confined) => readonly string[]): Promise<string | undefined> {
  const sandbox: Sandbox = { network: false, home: false, readable: [], writable: [], protected: [] };
  const payload = ["/bin/sh", "-c", '[ "$$" -gt 1 ] && echo confined'];
  const [program = "", ...args] = [...prefix({ argv: payload, cwd: "/", sandbox }), ...payload];
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      env: {},
      timeout: probeMs,
      killSignal: "SIGKILL",
    });
    return stdout === "confined\n" ? undefined : "it ran nothing";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
    return (
      (said || error.message)
        .split("\n")
        .at(-1)
        ?.replace(/^bwrap: /, "") ?? ""
    );
  }
}

/** Sources: bubblewrap's messages; Ubuntu's note on unprivileged user namespaces; Docker's default seccomp profile. */
function remedyOf(reason: string): string | undefined {
  if (/uid map|RTM_NEWADDR|No permissions to create/.test(reason)) {
    return "The system keeps users from making namespaces. On Ubuntu: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  return /Operation not permitted|Permission denied/.test(reason)
    ? "In a container: start it with --security-opt seccomp=unconfined --cap-add SYS_ADMIN, or run steps on the machine itself"
    : undefined;
}

const yes = (): true => true;
const no = (): false => false;
