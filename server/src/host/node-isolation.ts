import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * A PID namespace per job is the one certain way of ending all that a job started: when the namespace's first process
 * goes, the kernel kills the others. `--kill-child` binds that first process to unshare's life, `setpriv --pdeathsig`
 * binds unshare to ours. The first process is a shell that waits, because a program with pid 1 ignores the signals that
 * it does not handle, and does not expect to inherit orphans.
 */
const shell = ["/bin/sh", "-c", '"$@"; exit $?', "sh"];

/** Finding out costs three process starts, so it is done once and kept. */
export function isolation(platform: string): () => Promise<readonly string[] | undefined> {
  let probed: Promise<readonly string[] | undefined> | undefined;
  return () => {
    probed ??= platform === "linux" ? probe() : Promise.resolve(undefined);
    return probed;
  };
}

/** What to put before a job's argv; undefined where the machine refuses namespaces. Asked by doing it, never by looking. */
async function probe(): Promise<readonly string[] | undefined> {
  const unshare = await firstOf(["/usr/bin/unshare", "/bin/unshare"]);
  if (unshare === undefined) return undefined;
  // In a user namespace root would lose rights that its steps may need (chown to others), so root gets none.
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
  const namespace = [unshare, ...user, "--pid", "--fork", "--kill-child", ...shell];
  const setpriv = await firstOf(["/usr/bin/setpriv", "/bin/setpriv"]);
  const candidates = setpriv ? [[setpriv, "--pdeathsig", "KILL", ...namespace], namespace] : [namespace];
  for (const prefix of candidates) {
    if (await works(prefix)) return prefix;
  }
  return undefined;
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await access(path).then(yes, no)) return path;
  }
  return undefined;
}

/** The payload must not be the namespace's first process, and its exit code must arrive. */
async function works(prefix: readonly string[]): Promise<boolean> {
  const [program = "", ...args] = prefix;
  const payload = ["/bin/sh", "-c", '[ "$$" -gt 1 ] && [ "$$" -lt 10 ] && echo isolated'];
  const result = await promisify(execFile)(program, [...args, ...payload], {
    env: {},
    timeout: 3000,
    killSignal: "SIGKILL",
  }).catch(no);
  return result !== false && result.stdout === "isolated\n";
}

const yes = (): true => true;
const no = (): false => false;
