import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { type FileStat, HostError, type ReadFiles } from "../host/ports.ts";
import { decodeUtf8 } from "./manifest.ts";

/** What stands at an artifact's path. */
export type Standing =
  | { readonly kind: "absent" }
  | {
      readonly kind: "file";
      readonly bytes: Uint8Array;
      readonly text: string | undefined;
      readonly mode: number;
    }
  /** Something that is never read, written or removed. */
  | { readonly kind: "unsafe"; readonly problem: Diagnostic };

/** Larger than any artifact may be; a person's edit is read up to here. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Looks at what stands below `.clockwork/`, folder by folder from the stack's down. A link, pipe, hard link or something of
 * another user there can lead a write out of the tree or a read into it. Source: SAFETY rows 20 and 21.
 */
export class PlainTree {
  readonly #files: ReadFiles;
  readonly #stackDir: string;
  readonly #uid: number | undefined;
  readonly #folders = new Map<string, Promise<Diagnostic | undefined>>();
  #owners: Promise<ReadonlySet<number> | undefined> | undefined;

  /** `stackDir` is trusted as it is; `uid` is the user we run as, without which owners are not looked at. */
  constructor(files: ReadFiles, stackDir: string, uid: number | undefined) {
    this.#files = files;
    this.#stackDir = stackDir;
    this.#uid = uid;
  }

  /**
   * What is wrong with a folder or one above it; undefined when all are plain or not there yet. Answers are remembered until
   * `forget`.
   */
  folderProblem(path: string): Promise<Diagnostic | undefined> {
    const known = this.#folders.get(path);
    if (known) return known;
    const found = this.#folderProblem(path);
    this.#folders.set(path, found);
    return found;
  }

  /** Before a write, which must not trust what was seen a while ago. */
  forget(): void {
    this.#folders.clear();
  }

  async #folderProblem(path: string): Promise<Diagnostic | undefined> {
    if (path === this.#stackDir) return undefined;
    if (!path.startsWith(`${this.#stackDir}/`)) throw new Error(`${path} is not below ${this.#stackDir}`);
    const above = await this.folderProblem(path.slice(0, path.lastIndexOf("/")));
    if (above) return above;
    const stat = await this.#files.stat(path);
    if (stat === undefined) return undefined;
    if (stat.kind !== "directory") return unsafe(path, `is a ${named(stat)} where a folder belongs`);
    return (await this.#isOurs(stat)) ? undefined : unsafe(path, "belongs to another user");
  }

  /** A file with the folders it lies in. */
  async look(path: string): Promise<Standing> {
    const problem = await this.folderProblem(path.slice(0, path.lastIndexOf("/")));
    if (problem) return { kind: "unsafe", problem };
    const stat = await this.#files.stat(path);
    if (stat === undefined) return { kind: "absent" };
    const wrong = (await this.#isOurs(stat)) ? fileProblem(stat) : "belongs to another user";
    if (wrong !== undefined) return { kind: "unsafe", problem: unsafe(path, wrong) };
    const bytes = await this.bytes(path);
    if (bytes === undefined) return { kind: "absent" };
    if (!(bytes instanceof Uint8Array)) return { kind: "unsafe", problem: bytes };
    return { kind: "file", bytes, text: decodeUtf8(bytes), mode: stat.mode & 0o777 };
  }

  /** The bytes of a plain file whose folders were looked at; undefined where there is nothing. */
  async bytes(path: string): Promise<Uint8Array | Diagnostic | undefined> {
    try {
      return await this.#files.readPlain(path, maxBytes);
    } catch (e) {
      if (!(e instanceof HostError)) throw e;
      if (e.code === "ENOENT" || e.code === "ENOTDIR") return undefined;
      if (["ELOOP", "EINVAL", "EFBIG", "EISDIR"].includes(e.code)) {
        return unsafe(path, "is no plain file of reasonable size");
      }
      throw e;
    }
  }

  /** Ours, the administrator's, or of whoever owns the stack: what they give us to run is theirs to decide. */
  async #isOurs(stat: FileStat): Promise<boolean> {
    this.#owners ??= this.#findOwners();
    const owners = await this.#owners;
    return owners === undefined || owners.has(stat.uid);
  }

  async #findOwners(): Promise<ReadonlySet<number> | undefined> {
    if (this.#uid === undefined) return undefined;
    const stack = await this.#files.stat(this.#stackDir);
    return new Set([0, this.#uid, stack?.uid ?? this.#uid]);
  }
}

function fileProblem(stat: FileStat): string | undefined {
  if (stat.kind !== "file") return `is a ${named(stat)} where a file belongs`;
  if (stat.links > 1) return "has another name elsewhere (a hard link)";
  return (stat.mode & 0o7000) === 0
    ? undefined
    : "runs with another user's rights (setuid, setgid or sticky)";
}

function named(stat: FileStat): string {
  switch (stat.kind) {
    case "symlink":
      return "link";
    case "directory":
      return "folder";
    case "file":
      return "file";
    case "other":
      return "pipe, socket or device";
  }
}

function unsafe(path: string, says: string): Diagnostic {
  return diagnostic("build-unsafe", `${path} ${says}`, {
    hint: "Remove it, or put a plain one in its place",
  });
}

/** The stack's folder of its `.clockwork/build`. */
export function stackDirOf(buildDir: string): string {
  return buildDir.split("/").slice(0, -2).join("/");
}

const lanes = 16;

/** Runs the work for every item, some at a time, and returns the results in the items' order. */
export async function forEach<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i];
      if (item !== undefined) results[i] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
