/**
 * A sandbox of bubblewrap's: namespaces of mounts, processes, IPC and, unless granted, network, in which the disk is
 * read-only but for what is named, homes and sockets are out of sight, and no capability is left.
 */
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { type Layer, layersOf } from "./node-layers.ts";
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

/** For everybody's files, each their own. */
const temporary: ReadonlySet<string> = new Set(["/tmp", "/var/tmp"]);

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

function mounts(spec: Confined): readonly string[] {
  const { network, serves } = spec.sandbox;
  return [
    ...(network ? [] : ["--unshare-net"]),
    ...["--dev", "/dev"],
    ...(serves ? serving() : []),
    ...layersOf(spec).flatMap(mount),
    ...["--chdir", spec.cwd],
  ];
}

function mount({ path, kind, way }: Layer): readonly string[] {
  // Bubblewrap would keep them to us, and a server may go on as another user.
  const folders = way.flatMap((folder) => ["--perms", "0755", "--dir", folder]);
  if (kind !== "hide") return [...folders, kind === "write" ? "--bind-try" : "--ro-bind-try", path, path];
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) return ["--perms", temporary.has(path) ? "1777" : "0755", "--tmpfs", path];
  return there ? ["--dev-bind", "/dev/null", path] : [];
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

/**
 * What servers start with. As root: ports below 1024, and what it takes to go on as another user, in a folder that is the root
 * of theirs. Graphics cards, on which models run.
 */
function serving(): readonly string[] {
  const rights = ["NET_BIND_SERVICE", "SETUID", "SETGID", "SETPCAP", "KILL", "SYS_CHROOT"];
  const cards = readdirSync("/dev").filter((name) => /^(?:dri|kfd|nvidia.*)$/.test(name));
  return [
    ...(process.getuid?.() === 0 ? rights.flatMap((name) => ["--cap-add", `CAP_${name}`]) : []),
    ...["--perms", "1777", "--tmpfs", "/dev/shm"],
    ...cards.flatMap((name) => ["--dev-bind-try", `/dev/${name}`, `/dev/${name}`]),
  ];
}

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
    hidden: [],
    rights: false,
    serves: false,
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
