import { randomBytes } from "node:crypto";
import { constants, type Dirent, type Stats } from "node:fs";
import { chmod, link, lstat, mkdir, open, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { codeOf } from "./node-error.ts";
import { inOwnFolder, makeFolder, type Place, removeAll } from "./node-own-folder.ts";
import {
  type AppendFile,
  type FileEntry,
  type FileStat,
  HostError,
  type ReadFiles,
  type WriteFiles,
} from "./ports.ts";

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Files on the disk, to read only. */
export function nodeReadFiles(): ReadFiles {
  return {
    readText: (path) => guarded(path, () => readFile(path, "utf8")),
    readBytes: (path) => guarded(path, () => readFile(path)),
    readPlain: (path, maxBytes) =>
      guarded(
        path,
        () =>
          inOwnFolder(path, false, (place) => readPlain(place.path, maxBytes)) ?? readPlain(path, maxBytes),
      ),
    list: (path) => guarded(path, () => list(path)),
    stat: (path) => guarded(path, () => stat(path)),
    realPath: (path) => guarded(path, async () => (await realpath(path)).replaceAll(sep, "/")),
  };
}

/** Files on the disk. */
export function nodeFiles(): WriteFiles {
  return {
    ...nodeReadFiles(),
    writeAtomic: (path, content, mode = 0o644) => guarded(path, () => writeAtomic(path, content, mode)),
    writeNew: (path, content, mode) => guarded(path, () => writeNew(path, content, mode)),
    makeDirectory: (path, mode = 0o755) => guarded(path, () => makeDirectory(path, mode)),
    remove: (path) => guarded(path, () => remove(path)),
    rename: (from, to) => guarded(from, () => renameTo(from, to)),
    append: (path) => guarded(path, () => append(path)),
  };
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (!(error instanceof Error) || code === undefined) throw error;
    // Node names the file of calls by path alone, not of those by descriptor.
    const isNamed = error.message.includes("'");
    if (error instanceof HostError && isNamed) throw error;
    throw new HostError(code, isNamed ? error.message : `${error.message} '${path}'`, error);
  }
}

function kindOf(entry: Dirent | Stats): FileEntry["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "other";
}

async function list(path: string): Promise<readonly FileEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function stat(path: string): Promise<FileStat | undefined> {
  try {
    const stats = await lstat(path);
    return {
      name: basename(path),
      kind: kindOf(stats),
      size: stats.size,
      mode: stats.mode & 0o7777,
      links: stats.nlink,
      uid: stats.uid,
      modifiedMs: stats.mtimeMs,
    };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

async function readPlain(path: string, maxBytes: number): Promise<Uint8Array> {
  // Without O_NONBLOCK the opening of a pipe would wait for its writer for ever.
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new HostError("EINVAL", `EINVAL: not a plain file, read '${path}'`);
    if (stats.size > maxBytes)
      throw new HostError("EFBIG", `EFBIG: more than ${maxBytes} bytes, read '${path}'`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function remove(path: string): Promise<void> {
  await (inOwnFolder(path, false, removeAll)?.catch(quietlyGone) ??
    rm(path, { recursive: true, force: true }));
}

function quietlyGone(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}

async function renameTo(from: string, to: string): Promise<void> {
  const moved = inOwnFolder(from, false, (source) => {
    const target = inOwnFolder(to, false, ({ path }) => rename(source.path, path));
    return target ?? rename(source.path, to);
  });
  await (moved ?? rename(from, to));
  await syncDirectory(dirname(to));
}

/** The folder, and each above it that it had to make, survive a crash of the machine. */
async function makeDirectory(path: string, mode: number): Promise<void> {
  await (inOwnFolder(path, true, async (place) => makeFolder(place, mode)) ?? makeWithParents(path, mode));
}

async function makeWithParents(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  // The process's umask takes bits from the mode.
  await chmod(path, mode);
  for (let made = path; ; made = dirname(made)) {
    await syncDirectory(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

async function writeAtomic(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const written = inOwnFolder(path, true, (place) => replaceFile(place.path, content, mode));
  if (written) return written;
  await makeDirectory(dirname(path), 0o755);
  await replaceFile(path, content, mode);
}

/** In a folder that is there. */
async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryBeside(path);
  try {
    const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(folder).catch((error: unknown) => {
    const code = codeOf(error) ?? "EIO";
    throw new HostError(code, `${code}: written, but not confirmed to survive a crash, '${path}'`, error);
  });
}

/** A hard link is made only where nothing is, and what it leads to is whole already. */
async function writeNew(path: string, content: string, mode: number): Promise<void> {
  await (inOwnFolder(path, false, (place) => linkNew(place.path, content, mode)) ??
    linkNew(path, content, mode));
}

async function linkNew(path: string, content: string, mode: number): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A name that nobody can guess. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 80)}.${randomBytes(8).toString("hex")}.tmp`);
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function append(path: string): Promise<AppendFile> {
  const flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
  const inside = inOwnFolder(path, true, (place: Place) => open(place.path, flags, 0o600));
  if (!inside) await makeDirectory(dirname(path), 0o755);
  const handle = await (inside ?? open(path, flags, 0o600));
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw new HostError("EINVAL", `EINVAL: not a plain file, append '${path}'`);
  }
  let last: Promise<void> = Promise.resolve();
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const next = last.then(() => guarded(path, work));
    // The caller sees the failure of its own call; the ones behind it are tried all the same.
    last = next.catch(() => undefined);
    return next;
  };
  return {
    write: (content) => inOrder(() => handle.appendFile(content)),
    sync: () => inOrder(() => handle.datasync()),
    close: () => inOrder(() => handle.close()),
  };
}
