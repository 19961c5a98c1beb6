/**
 * The way into `.clockwork/`. A step, or whoever else may write there, can put a link in the place of a folder between our
 * look at it and our write, so on Linux each folder is opened from the one around it and a link is never followed: whatever
 * happens meanwhile, what is written lies in the folder that was opened. Elsewhere Node has no such call: links are looked for
 * before a write (forge/plain.ts), and the moment in between stays open.
 */
import { closeSync, constants, existsSync, fchmodSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { codeOf } from "./node-error.ts";
import { HostError } from "./ports.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

const isWalked = process.platform === "linux" && existsSync("/proc/self/fd");

/** A folder that stays the same one while it is open. */
interface OpenFolder {
  readonly fd: number;
  /** Leads to it and nowhere else. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
}

/** What stands, or will stand, in an open folder. */
export interface Place {
  readonly folder: OpenFolder;
  readonly name: string;
  /** Leads there through no link. */
  readonly path: string;
}

/**
 * Does something at a place in a `.clockwork/`; undefined where the path lies in none, or the system has no such way.
 *
 * @param make missing folders on the way are made, and survive a crash of the machine
 */
export function inOwnFolder<T>(
  path: string,
  make: boolean,
  work: (place: Place) => Promise<T>,
): Promise<T> | undefined {
  const parts = /^(.*)\/(\.clockwork(?:\/.*)?)$/s.exec(path);
  if (!isWalked || !parts) return undefined;
  return at(parts[1] || "/", (parts[2] ?? "").split("/"), make, work);
}

async function at<T>(
  root: string,
  segments: readonly string[],
  make: boolean,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (segments.some((s) => s === "" || s === "." || s === ".."))
    throw new HostError("EINVAL", `EINVAL: no plain path, '${root}/${segments.join("/")}'`);
  let folder = opened(openSync(root, O_RDONLY | O_DIRECTORY), root);
  try {
    for (const segment of segments.slice(0, -1)) {
      const next = make ? openOrMake(folder, segment) : open(folder, segment);
      closeSync(folder.fd);
      folder = next;
    }
    const name = segments.at(-1) ?? "";
    return await work({ folder, name, path: `${folder.path}/${name}` });
  } catch (error) {
    throw named(error, folder);
  } finally {
    closeSync(folder.fd);
  }
}

const opened = (fd: number, name: string): OpenFolder => ({ fd, path: `/proc/self/fd/${fd}`, name });

function open(folder: OpenFolder, name: string): OpenFolder {
  const fd = openSync(`${folder.path}/${name}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  return opened(fd, `${folder.name}/${name}`);
}

function openOrMake(folder: OpenFolder, name: string): OpenFolder {
  try {
    return open(folder, name);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  makeFolder({ folder, name, path: `${folder.path}/${name}` }, 0o755);
  return open(folder, name);
}

/** Quiet where there is one; it survives a crash of the machine. */
export function makeFolder({ folder, name, path }: Place, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    closeSync(open(folder, name).fd);
    return;
  }
  const made = open(folder, name);
  try {
    // The process's umask takes bits from the mode.
    fchmodSync(made.fd, mode);
    fsyncSync(folder.fd);
  } finally {
    closeSync(made.fd);
  }
}

/** A file, link or whole folder; quiet where there is nothing. What lies in it is reached like everything else here. */
export async function removeAll({ folder, name, path }: Place): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return await unlink(path);
    const inside = open(folder, name);
    try {
      for (const entry of await readdir(inside.path))
        await removeAll({ folder: inside, name: entry, path: `${inside.path}/${entry}` });
    } catch (error) {
      throw named(error, inside);
    } finally {
      closeSync(inside.fd);
    }
    await rmdir(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Messages say the path that was asked for. */
function named(error: unknown, { path, name }: OpenFolder): unknown {
  const code = codeOf(error);
  if (!(error instanceof Error) || code === undefined) return error;
  return new HostError(code, error.message.replaceAll(path, name), error);
}
