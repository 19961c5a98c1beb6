import { type FileEntry, type FileStat, HostError, type ReadFiles } from "../host/ports.ts";
import { type FileAnswer, type FileParams, fileRequests, type RemoteEntry } from "../protocol.ts";
import { uriOf } from "./uri.ts";

/**
 * The files of a workspace that is on no disk, as a host: read through the client, which knows the file system behind each
 * address. What the client promises to watch is asked for once, until `forget`.
 */
export class ClientFiles implements ReadFiles {
  readonly #ask: (method: string, params: FileParams) => Promise<FileAnswer<unknown>>;
  /** By request and address. */
  #kept = new Map<string, Promise<FileAnswer<unknown>>>();

  constructor(ask: (method: string, params: FileParams) => Promise<FileAnswer<unknown>>) {
    this.#ask = ask;
  }

  /** Something in the workspace changed. */
  forget(): void {
    this.#kept = new Map();
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.readBytes(path));
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return value(await this.#answer<Uint8Array>(fileRequests.read, path), path);
  }

  async readPlain(path: string, maxBytes: number): Promise<Uint8Array> {
    const { kind, size } = value(await this.#answer<RemoteEntry>(fileRequests.stat, path), path);
    if (kind === "symlink") throw failure("ELOOP", path);
    if (kind !== "file") throw failure("EINVAL", path);
    if (size > maxBytes) throw failure("EFBIG", path);
    return this.readBytes(path);
  }

  async list(path: string): Promise<readonly FileEntry[]> {
    const entries = value(await this.#answer<readonly FileEntry[]>(fileRequests.list, path), path);
    return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const answer = await this.#answer<RemoteEntry>(fileRequests.stat, path);
    if ("code" in answer && (answer.code === "ENOENT" || answer.code === "ENOTDIR")) return undefined;
    const { kind, size } = value(answer, path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    // Such file systems know neither owners nor permissions; these are a checkout's.
    return { name, kind, size, mode: kind === "directory" ? 0o755 : 0o644, links: 1, uid: 0 };
  }

  async realPath(path: string): Promise<string> {
    value(await this.#answer<RemoteEntry>(fileRequests.stat, path), path);
    return path;
  }

  async #answer<T>(method: string, path: string): Promise<FileAnswer<T>> {
    const uri = uriOf(path);
    const key = `${method} ${uri}`;
    const kept = this.#kept;
    const asked = kept.get(key) ?? this.#ask(method, { uri });
    kept.set(key, asked);
    let isWatched = false;
    try {
      const answer = (await asked) as FileAnswer<T>;
      isWatched = answer.isWatched;
      return answer;
    } finally {
      if (!isWatched) kept.delete(key);
    }
  }
}

function value<T>(answer: FileAnswer<T>, path: string): T {
  if ("code" in answer) throw failure(answer.code, path);
  return answer.value;
}

function failure(code: string, path: string): HostError {
  return new HostError(code, `${code}: '${uriOf(path)}'`);
}
