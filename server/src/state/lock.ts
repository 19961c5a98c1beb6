/**
 * Keeps two Clockworks from changing one stack at a time: command line, editor and daemon take the same lock, a file that
 * says who holds it. It is taken from a process that is gone at once, and never from one that lives, however long it
 * stands still: a lease that ends by time would be taken from a laptop that slept.
 */
import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type Host, HostError, type OwnIdentity, type ReadFiles } from "../host/ports.ts";
import { makeClockworkFolder, makePlainFolder, sweepTemporaries } from "./folder.ts";

const holderSchema = z.object({
  version: z.literal("1"),
  id: z.string(),
  /** What it does, such as `apply`. */
  operation: z.string(),
  pid: z.number(),
  startTime: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
  host: z.string(),
  user: z.string(),
  /** ISO 8601. */
  created: z.string(),
});

/** Who holds a lock: the content of `.clockwork/lock`. */
export type LockHolder = z.infer<typeof holderSchema>;

export interface Lock {
  readonly id: string;
  release(): Promise<void>;
}

export interface Taken {
  /** Absent where somebody else holds it: the diagnostics say who. */
  readonly value?: Lock;
  readonly diagnostics: readonly Diagnostic[];
}

/** Longer than any holder's record. */
const maxBytes = 16 * 1024;

/**
 * Takes a stack's lock, or says who holds it. Rejects with a HostError where `.clockwork/` cannot be written.
 *
 * @param id unique, and a part of file names
 * @param of `change`: the stack, which one at a time may change; `daemon`: the right to watch it
 */
export async function takeLock(
  host: Host,
  stackDir: string,
  { id, operation }: Pick<LockHolder, "id" | "operation">,
  of: LockOf = "change",
): Promise<Taken> {
  await makePlainFolder(host.files, stackDir);
  const created = new Date(host.clock.now()).toISOString();
  const us: LockHolder = { version: "1", id, operation, created, ...(await host.jobs.self()) };
  const path = lockPath(stackDir, of);
  const isLeft = await host.files.stat(path);
  const other = await take(host, path, us);
  if (other === undefined) {
    await sweep(host, stackDir, us);
    // Who dies at work leaves the lock, and files that were to become others.
    if (isLeft && of === "change") await sweepTemporaries(host.files, stackDir);
    await makeClockworkFolder(host.files, stackDir);
    return { value: { id, release: () => release(host, path, us) }, diagnostics: [] };
  }
  return { diagnostics: [other === "unreadable" ? unreadable() : held(other)] };
}

/** Removes the lock with an id, of a holder that nobody on this machine can look at. */
export async function unlock(host: Host, stackDir: string, id: string): Promise<readonly Diagnostic[]> {
  const path = lockPath(stackDir, "change");
  const holder = await holderAt(host, path);
  if (holder === undefined) return [notLocked("The stack is not locked")];
  if (holder === "unreadable") {
    // Its id can be no other's.
    await host.files.remove(path);
    return [];
  }
  if (holder.id !== id) return [notLocked(`The lock has the id ${holder.id}, not ${id}`)];
  const us = await host.jobs.self();
  if (isOfThisMachine(holder, us) && (await isAlive(host, holder))) {
    const hint = `End it first: process ${holder.pid}. What ends takes its lock along.`;
    return [
      diagnostic("state-locked", `clockwork ${holder.operation} is still running and holds the lock`, {
        hint,
      }),
    ];
  }
  const claimed = await withClaim(host, path, holder, { ...holder, ...us, id: `${id}.unlock` }, () =>
    host.files.remove(path),
  );
  return claimed ? [] : [notLocked("Somebody else is taking the lock right now")];
}

export type LockOf = "change" | "daemon";

function lockPath(stackDir: string, of: LockOf): string {
  return `${stackDir}/.clockwork/lock${of === "daemon" ? ".daemon" : ""}`;
}

/** Who holds it now, alive for all that is known; undefined where nobody does. */
export async function lockHolder(host: Host, stackDir: string, of: LockOf): Promise<LockHolder | undefined> {
  const holder = await holderAt(host, lockPath(stackDir, of));
  if (typeof holder !== "object") return undefined;
  return (await isGone(host, holder, await host.jobs.self())) ? undefined : holder;
}

/** Who has written that they hold it, whether they live or not; undefined where nobody has, or nobody can read it. */
export async function readLock(
  files: ReadFiles,
  stackDir: string,
  of: LockOf,
): Promise<LockHolder | undefined> {
  const holder = await holderAt({ files }, lockPath(stackDir, of));
  return typeof holder === "object" ? holder : undefined;
}

/** Undefined when it is ours now, else who holds it. A holder that is gone loses it. */
async function take(
  host: Host,
  path: string,
  us: LockHolder,
): Promise<LockHolder | "unreadable" | undefined> {
  for (;;) {
    if (await created(host, path, us)) return undefined;
    const holder = await holderAt(host, path);
    // Released since.
    if (holder === undefined) continue;
    if (holder === "unreadable" || !(await isGone(host, holder, us))) return holder;
    const claimed = await withClaim(host, path, holder, us, () => host.files.remove(path));
    // Whoever takes it from the same holder is done in a moment.
    if (!claimed) await host.clock.sleep(5);
  }
}

/**
 * Does something about a holder that is gone, alone: of those who found it gone, only the one with the claim may remove
 * its lock, and only if it is still there, or a second one would remove the lock that the first took since. A claim is a
 * lock itself, named after the victim, and taken from a process that died with it in the same way.
 *
 * @returns false when somebody else has the claim
 */
async function withClaim(
  host: Host,
  path: string,
  victim: LockHolder,
  us: LockHolder,
  work: () => Promise<void>,
): Promise<boolean> {
  const claim = `${path}.${victim.id}`;
  if ((await take(host, claim, us)) !== undefined) return false;
  try {
    const now = await holderAt(host, path);
    if (typeof now === "object" && now.id === victim.id) await work();
  } finally {
    await release(host, claim, us);
  }
  return true;
}

async function created(host: Host, path: string, us: LockHolder): Promise<boolean> {
  try {
    await host.files.writeNew(path, `${JSON.stringify(us, null, 2)}\n`, 0o644);
    return true;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code === "EEXIST") return false;
    // Somebody took its temporary file for what a crash had left.
    if (error.code === "ENOENT" && (await host.files.stat(dirname(path)))) return false;
    throw error;
  }
}

async function release(host: Host, path: string, us: LockHolder): Promise<void> {
  const now = await holderAt(host, path);
  // A person may have removed it, and somebody else have taken it since.
  if (typeof now === "object" && now.id === us.id) await host.files.remove(path);
}

async function holderAt(
  { files }: { readonly files: ReadFiles },
  path: string,
): Promise<LockHolder | "unreadable" | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await files.readPlain(path, maxBytes);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code === "ENOENT") return undefined;
    if (["ELOOP", "EINVAL", "EFBIG"].includes(error.code)) return "unreadable";
    throw error;
  }
  try {
    const read = holderSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return read.success ? read.data : "unreadable";
  } catch (error) {
    if (error instanceof SyntaxError) return "unreadable";
    throw error;
  }
}

/** Whether it is certain that a process has ended. Of another machine, or another container on this one, nothing is. */
export async function isGone(
  host: Pick<Host, "jobs">,
  holder: OwnIdentity,
  us: OwnIdentity,
): Promise<boolean> {
  if (holder.host !== us.host) return false;
  if (holder.bootId !== us.bootId) return true;
  return isOfThisMachine(holder, us) && !(await isAlive(host, holder));
}

function isOfThisMachine(holder: OwnIdentity, us: OwnIdentity): boolean {
  return holder.host === us.host && holder.bootId === us.bootId && holder.pidNamespace === us.pidNamespace;
}

async function isAlive({ jobs }: Pick<Host, "jobs">, { pid, startTime }: OwnIdentity): Promise<boolean> {
  return (await jobs.startTime(pid)) === startTime;
}

const dirname = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** Claims, and temporary files, of processes that died with them. Nobody can want a claim on a lock that is not there. */
async function sweep(host: Host, stackDir: string, us: LockHolder): Promise<void> {
  const folder = `${stackDir}/.clockwork`;
  for (const { name } of await host.files.list(folder)) {
    if (/^\.lock\..*\.tmp$/.test(name)) await sweepTemporary(host, `${folder}/${name}`, us);
    if (!name.startsWith("lock.")) continue;
    const holder = await holderAt(host, `${folder}/${name}`);
    if (typeof holder === "object" && (await isGone(host, holder, us)))
      await host.files.remove(`${folder}/${name}`);
  }
}

/**
 * One that says nothing yet is taken for what somebody left who was killed before they had the lock; whose it is after all
 * finds it gone, and looks again whether they can have the lock.
 */
async function sweepTemporary(host: Host, path: string, us: LockHolder): Promise<void> {
  const holder = await holderAt(host, path);
  if (holder === "unreadable" || (holder && (await isGone(host, holder, us)))) await host.files.remove(path);
}

function held({ operation, user, host, pid, created, id }: LockHolder): Diagnostic {
  const since = created.replace("T", " ").replace(/\.\d+Z$/, " UTC");
  return diagnostic(
    "state-locked",
    `The stack is locked by clockwork ${operation} (${user} on ${host}, process ${pid}, since ${since})`,
    {
      hint: `Try again when it is done, or wait for it with --lock-timeout 5m. If it runs no more, for instance on a machine that is gone: clockwork unlock ${id}`,
    },
  );
}

function unreadable(): Diagnostic {
  return diagnostic("state-locked", ".clockwork/lock stands there, but does not say who holds it", {
    hint: "When no other Clockwork works on this stack: clockwork unlock UNKNOWN",
  });
}

function notLocked(message: string): Diagnostic {
  return diagnostic("not-locked", message, { hint: "There is nothing to do." });
}
