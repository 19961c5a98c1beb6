/** Reads what expressions ask for: inside of the stack's folder alone, whatever links there are, and within limits. */
import { type FileEntry, HostError, type ReadFiles } from "../host/ports.ts";
import {
  FileContent,
  type NoFile,
  ownFolder,
  type StackFiles,
  type Tree,
  type Wanted,
} from "./stack-files.ts";

/** Of one file. Digests of whole archives are asked for; what becomes a string has a lower limit. */
const mostBytes = 32 * 1024 * 1024;
/** Of all files together. */
const mostBytesInAll = 256 * 1024 * 1024;
/** In one folder with all that is in it. */
const mostEntries = 20_000;
/** A path may be read from a file, whose path is read from a file: so often everything is evaluated again. */
const mostRounds = 32;
/** Folders inside each other. */
const deepest = 64;

/** Evaluates as often as it takes until nothing is asked for that has not been read. Rejects when the disk fails. */
export async function withFiles<T>(
  files: ReadFiles,
  stackDir: string,
  snapshot: StackFiles,
  evaluate: () => T,
): Promise<T> {
  let reader: Reader | undefined;
  for (let round = 0; ; round++) {
    const { value, wanted } = snapshot.collect(evaluate);
    if (wanted.length === 0) return value;
    reader ??= new Reader(files, stackDir, await files.realPath(stackDir));
    for (const one of wanted) {
      const answer = round < mostRounds ? await reader.read(one) : refused("takes too many files to find");
      snapshot.answer(one, answer);
    }
  }
}

/** A link to itself is a link to nothing. */
const leadsNowhere: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
const refused = (reason: string): NoFile => ({ kind: "refused", reason });
const missing: NoFile = { kind: "missing", reason: "does not exist" };
const linkOut = refused("leads out of the stack's folder through a link");

/** Where a path leads to, inside of the stack. */
interface Place {
  /** As the host reads it. */
  readonly path: string;
  readonly kind: FileEntry["kind"];
  readonly size: number;
}

class Reader {
  readonly #files: ReadFiles;
  readonly #stackDir: string;
  /** The stack's folder with all links followed. */
  readonly #root: string;
  #left = mostBytesInAll;

  constructor(files: ReadFiles, stackDir: string, root: string) {
    this.#files = files;
    this.#stackDir = stackDir;
    this.#root = root;
  }

  async read(wanted: Wanted): Promise<FileContent | Tree | NoFile> {
    try {
      return wanted.kind === "file"
        ? await this.#file(wanted.path)
        : await this.#tree(wanted.path, wanted.depth);
    } catch (error) {
      if (error instanceof HostError) return refused(`cannot be read (${error.code})`);
      throw error;
    }
  }

  async #file(path: string): Promise<FileContent | NoFile> {
    const place = await this.#locate(`${this.#stackDir}/${path}`);
    if (!("path" in place)) return place;
    if (place.kind === "directory") return { kind: "folder", reason: "is a folder, not a file" };
    if (place.kind !== "file") return refused("is no plain file");
    if (place.size > mostBytes) return refused("is larger than 32 MiB");
    if (place.size > this.#left) return refused("makes more than 256 MiB with the other files");
    this.#left -= place.size;
    return new FileContent(await this.#files.readPlain(place.path, mostBytes));
  }

  /** Follows links. A path without one keeps its spelling, which open documents are known by. */
  async #locate(path: string): Promise<Place | NoFile> {
    const real = await this.#realPath(path);
    if (real === undefined) return missing;
    if (real !== this.#root && !real.startsWith(`${this.#root}/`)) return linkOut;
    const inside = real.slice(this.#root.length);
    if (inside === `/${ownFolder}` || inside.startsWith(`/${ownFolder}/`)) {
      return refused("leads into Clockwork's own folder, which changes with every run");
    }
    const stat = await this.#files.stat(`${this.#stackDir}${inside}`);
    return stat ? { path: `${this.#stackDir}${inside}`, kind: stat.kind, size: stat.size } : missing;
  }

  async #realPath(path: string): Promise<string | undefined> {
    try {
      return await this.#files.realPath(path);
    } catch (error) {
      if (error instanceof HostError && leadsNowhere.has(error.code)) return undefined;
      throw error;
    }
  }

  async #tree(path: string, depth: number): Promise<Tree | NoFile> {
    const place = await this.#locate(`${this.#stackDir}/${path}`);
    if (!("path" in place)) return place;
    const tree: Growing = { files: [], outside: new Set(), left: mostEntries };
    if (place.kind === "directory") await this.#walk(place.path, "", depth, [], tree);
    return tree.left < 0
      ? refused(`has more than ${mostEntries} files and folders in it`)
      : { kind: "tree", files: tree.files, outside: tree.outside };
  }

  /** `above` are the folders that lead here, so that a link to one of them does not go round for ever. */
  async #walk(
    folder: string,
    prefix: string,
    depth: number,
    above: readonly string[],
    tree: Growing,
  ): Promise<void> {
    if (above.includes(folder) || above.length > deepest) return;
    for (const entry of await this.#files.list(folder)) {
      if (--tree.left < 0) return;
      const name = `${prefix}${entry.name}`;
      const place = await this.#entry(folder, entry);
      if (place === "outside") tree.outside.add(name);
      else if (place?.kind === "file") tree.files.push(name);
      else if (place?.kind === "directory" && depth > 1 && !hidden.has(entry.name)) {
        await this.#walk(place.path, `${name}/`, depth - 1, [...above, folder], tree);
      }
    }
  }

  async #entry(
    folder: string,
    entry: FileEntry,
  ): Promise<Pick<Place, "path" | "kind"> | "outside" | undefined> {
    const path = `${folder}/${entry.name}`;
    if (entry.kind !== "symlink") return { path, kind: entry.kind };
    const place = await this.#locate(path);
    if (place === linkOut) return "outside";
    return "path" in place ? place : undefined;
  }
}

/** Folders that change with every run or commit. */
const hidden: ReadonlySet<string> = new Set([ownFolder, ".git"]);

interface Growing {
  readonly files: string[];
  readonly outside: Set<string>;
  left: number;
}
