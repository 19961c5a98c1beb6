/**
 * A sandbox of bubblewrap's: namespaces of mounts, processes, IPC and, unless granted, network, in which the disk is
 * read-only but for what is named, homes and sockets are out of sight, and no capability is left.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { codeOf } from "./node-error.ts";
import {
  type Confined,
  firstInput,
  handOver,
  none,
  type SandboxDriver,
  type Wrapped,
} from "./node-sandbox-driver.ts";
import { noSetId } from "./node-seccomp.ts";
import type { Sandbox } from "./ports.ts";

const programs = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];

/** Longest a probe may take, in milliseconds. */
const probeMs = 3000;

/** Where other programs wait for connections, keep what they hand each other, and where people keep what is theirs. */
const hiddenFolders = ["/tmp", "/var/tmp", "/run", "/home", "/root"];

/** Below `/run`, which is hidden. */
const secretsFolder = "/run/clockwork/secrets";

/** Found out by running the whole profile, never by looking for the program. */
export async function bubblewrap(arch: string): Promise<SandboxDriver> {
  const program = await firstOf(programs);
  if (program === undefined) {
    return none(
      "bubblewrap is not installed",
      "Install it: apt-get install bubblewrap, or dnf install bubblewrap",
    );
  }
  const filter = noSetId(arch);
  let reason = "";
  for (const { options, weak } of candidates()) {
    const wrap = (spec: Confined): Wrapped => {
      const inputs = filter && !spec.sandbox.rights ? [filter] : [];
      const calls = inputs.flatMap(() => ["--seccomp", String(firstInput)]);
      const secrets = secretsInside(spec, firstInput + inputs.length);
      return {
        argv: [program, ...options, ...calls, ...mounts(spec), ...secrets.options, "--", ...spec.argv],
        env: { ...spec.env, ...secrets.env },
        namespace: true,
        inputs: [...inputs, ...secrets.inputs],
      };
    };
    const problem = await failure(wrap);
    const weakness = [...(weak ? [weak] : []), ...(filter ? [] : ["steps may make setuid files"])].join("; ");
    if (problem === undefined) {
      return {
        level: { driver: "bwrap", ...(weakness !== "" && { weak: weakness }) },
        wrap: async (spec) => wrap(spec),
      };
    }
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

/** Secrets stand in a file system of the sandbox's own, which is in memory; bubblewrap gets their bytes by descriptors. */
function secretsInside({ secrets = {} }: Confined, first: number) {
  const files = Object.entries(secrets).map(([name, text], index) => ({
    name,
    path: `${secretsFolder}/${name}`,
    descriptor: String(first + index),
    bytes: Buffer.from(text),
  }));
  return {
    options: files.flatMap(({ path, descriptor }) => ["--perms", "0400", "--file", descriptor, path]),
    env: Object.fromEntries(files.map(({ name, path }) => [`${name}_FILE`, path])),
    inputs: files.map(({ bytes }) => bytes),
  };
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
async function failure(wrap: (spec: Confined) => Wrapped): Promise<string | undefined> {
  const sandbox: Sandbox = {
    network: false,
    home: false,
    readable: [],
    writable: [],
    protected: [],
    rights: false,
  };
  const payload = ["/bin/sh", "-c", '[ "$$" -gt 1 ] && echo confined'];
  const said = await answerOf(wrap({ argv: payload, cwd: "/", env: {}, sandbox }));
  return said === "confined\n" ? undefined : said || "it ran nothing";
}

/** What a probe printed, or its last complaint. */
function answerOf({ argv: [program = "", ...args], env, inputs = [] }: Wrapped): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe", ...inputs.map(() => "pipe" as const)],
      timeout: probeMs,
      killSignal: "SIGKILL",
    });
    let out = "";
    let complaint = "";
    child.stdout?.on("data", (chunk) => (out += chunk));
    child.stderr?.on("data", (chunk) => (complaint += chunk));
    handOver(child, inputs);
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(out || lastLine(complaint)));
  });
}

const lastLine = (text: string): string =>
  text
    .trim()
    .split("\n")
    .at(-1)
    ?.replace(/^bwrap: /, "") ?? "";

/** Sources: bubblewrap's messages; Ubuntu's note on unprivileged user namespaces; Docker's default seccomp profile. */
function remedyOf(reason: string): string | undefined {
  if (/uid map|RTM_NEWADDR|No permissions to create/.test(reason)) {
    return "The system keeps users from making namespaces. On Ubuntu: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (/No space left on device|Too many users/.test(reason))
    return "The system allows no more namespaces of users: sysctl user.max_user_namespaces=15000";
  if (/Function not implemented|Invalid argument/.test(reason))
    return "The kernel has no namespaces, as in WSL 1: change to WSL 2 with wsl --set-version NAME 2";
  return /Operation not permitted|Permission denied/.test(reason)
    ? "In a container: start it with --security-opt seccomp=unconfined --cap-add SYS_ADMIN, or run steps on the machine itself"
    : undefined;
}

const yes = (): true => true;
const no = (): false => false;
