import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What V8 compiled of the program in an earlier run, and a place for what it compiles in this one. */
export interface CodeCache {
  /** Undefined where there is none yet. */
  readonly read: () => Buffer | undefined;
  readonly write: (data: Buffer) => void;
}

/**
 * The cache of a program that `identity` tells from its other versions (V8 itself refuses what another version of V8 made, but
 * of the program it compares the length alone). Undefined where the user has no folder for caches. It is code: what
 * belongs to, or can be written by, anybody else is not used.
 */
export function openCodeCache(identity: string): CodeCache | undefined {
  const folder = cacheFolder(process.env);
  if (folder === undefined) return undefined;
  const path = join(folder, `program-${process.versions.v8}-${process.arch}-${identity}`);
  return {
    read: () => readOwn(path, process.getuid?.()),
    write: (data) => writeWhole(folder, path, data),
  };
}

function cacheFolder({ XDG_CACHE_HOME, HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === "win32")
    return LOCALAPPDATA ? join(LOCALAPPDATA, "clockwork", "cache") : undefined;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, ".cache"));
  return caches ? join(caches, "clockwork") : undefined;
}

function readOwn(path: string, uid: number | undefined): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    // There is none, or none that may be read: the program is compiled as if this were the first run.
    return undefined;
  }
  try {
    const { uid: owner, mode } = fstatSync(file);
    const isOurs = uid === undefined || (owner === uid && (mode & 0o022) === 0);
    return isOurs ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}

/** Whole or not at all, because another command may read it meanwhile. A command does not fail because nothing can be kept. */
function writeWhole(folder: string, path: string, data: Buffer): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, data, { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch {
    return;
  }
}
