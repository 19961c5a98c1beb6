/**
 * The outside world as the rooms see it. Only `lsp/main` and `cli/main` build real ones; tests hand in memory.
 * Paths are absolute host paths unless a room says otherwise. Every call rejects with a `HostError` whose `code` is
 * Node's (`ENOENT`, `EACCES` …).
 */
export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
}

export interface FileStat extends FileEntry {
  readonly size: number;
  /** Permission bits, such as 0o755. */
  readonly mode: number;
  /** Number of hard links. */
  readonly links: number;
  readonly uid: number;
}

export interface ReadFiles {
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** In code unit order of the names; rejects with ENOENT where there is no such folder. */
  list(path: string): Promise<readonly FileEntry[]>;
  /** Does not follow links; undefined where there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
}

export interface WriteFiles extends ReadFiles {
  /**
   * Atomic and durable: exclusive random temporary file beside it, all bytes, fsync, rename, fsync of the folder. Replaces
   * links instead of following them. Creates missing parent folders with 0755.
   */
  writeAtomic(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Removes a file, link or whole folder; quiet where there is nothing. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

export interface RunResult {
  /** Exit code, or 128 + the signal's number. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Short helper commands of the core itself (git rev-parse, docker inspect), never steps. */
export interface Processes {
  /** Runs argv[0] (absolute, or found on PATH) without a shell; rejects with ENOENT if it is not there and ETIMEDOUT after timeoutMs. */
  run(
    argv: readonly string[],
    options: {
      cwd?: string;
      env?: Readonly<Record<string, string>>;
      timeoutMs: number;
      signal?: AbortSignal;
    },
  ): Promise<RunResult>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The parts of the environment that the program may read, copied once by the mains. */
export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly arch: string;
  /** The Node that runs us: what we promise that every machine has. */
  readonly nodePath: string;
  readonly nodeVersion: string;
}

export interface Host {
  readonly files: WriteFiles;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly environment: Environment;
}
