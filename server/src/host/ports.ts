/**
 * The outside world as the rooms see it. Only `lsp/main` and `cli/main` build real ones; tests hand in memory.
 * Paths are absolute host paths unless a room says otherwise. Every call rejects with a `HostError` whose `code` is
 * Node's (`ENOENT`, `EACCES` …).
 */

/** What a call to the outside world rejects with. */
export class HostError extends Error {
  override readonly name = "HostError";
  /** Node's name of the failure, such as `ENOENT`. */
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

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
  /** When its content was written last, in milliseconds since 1970; absent where the file system does not say. */
  readonly modifiedMs?: number;
}

export interface ReadFiles {
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Of a plain file alone: a link rejects with ELOOP, a pipe or device with EINVAL, more than maxBytes with EFBIG. */
  readPlain(path: string, maxBytes: number): Promise<Uint8Array>;
  /** In code unit order of the names; rejects with ENOENT where there is no such folder. */
  list(path: string): Promise<readonly FileEntry[]>;
  /** Does not follow links; undefined where there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The path with all links followed, with forward slashes; rejects with ENOENT where it leads to nothing. */
  realPath(path: string): Promise<string>;
}

export interface WriteFiles extends ReadFiles {
  /**
   * Atomic and durable: exclusive random temporary file beside it, all bytes, fsync, rename, fsync of the folder. Replaces
   * links instead of following them. Creates missing parent folders with 0755.
   */
  writeAtomic(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /**
   * A file that was not there, with all its bytes or not at all (temporary file, link(2)); rejects with EEXIST where there
   * is anything. It need not survive a crash of the machine. The folder must be there.
   */
  writeNew(path: string, content: string, mode: number): Promise<void>;
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Removes a file, link or whole folder; quiet where there is nothing. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Opens for appending; makes the file (0600) and missing parent folders. A link rejects with ELOOP. */
  append(path: string): Promise<AppendFile>;
}

/** Calls take effect in the order they were made. */
export interface AppendFile {
  write(content: string | Uint8Array): Promise<void>;
  /** Resolves when all written so far survives a crash of the machine. */
  sync(): Promise<void>;
  close(): Promise<void>;
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

/** A program that may run long and start others: a step. Ends with its whole tree, leftovers of a finished one included. */
export interface JobSpec {
  /** argv[0] absolute. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Texts for this job alone, by name. Each is in a file that no disk has, for as long as the job runs; the variable NAME_FILE
   * holds its path.
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Entries of `env` that this job alone has: they tell its processes from others'. */
  readonly marker: Readonly<Record<string, string>>;
  /**
   * It talks to the container engine, whose helpers (conmon …) outlive the command that started them: no PID namespace,
   * the helpers are left alone, and so is all that a job leaves behind when it ends by itself.
   */
  readonly usesEngine: boolean;
  /** Absent: it may do what we may. Where the machine has no sandbox it changes nothing. */
  readonly sandbox?: Sandbox;
  readonly timeoutMs: number;
  /** Between the request to end (SIGTERM to every process of the tree) and SIGKILL. */
  readonly graceMs: number;
  /** Ends it gracefully. */
  readonly signal: AbortSignal;
  /** Ends it at once. */
  readonly kill: AbortSignal;
  readonly onStarted: (process: ProcessIdentity) => void;
  /** As it comes. */
  readonly onOutput: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
}

/** What a job may reach; everything else of the disk is there to be read, but for homes, sockets and temporary files. */
export interface Sandbox {
  /** False: a network of its own with nothing but a loopback in it. */
  readonly network: boolean;
  /** It sees the user's own home. */
  readonly home: boolean;
  /** Paths it may read although they lie in what is hidden. */
  readonly readable: readonly string[];
  /** Files and folders it may change. */
  readonly writable: readonly string[];
  /** What lies in those and stays as it is. */
  readonly protected: readonly string[];
  /** What is out of sight although it lies in what it may read or change, but for what is named in there. */
  readonly hidden: readonly string[];
  /** It may make files that lend their owner's or group's rights to whoever runs them (setuid, setgid). */
  readonly rights: boolean;
  /** It is a server: as root it may listen on any port and go on as another user, and it sees graphics cards. */
  readonly serves: boolean;
}

/** The best sandbox of the machine. */
export type SandboxLevel =
  /** `weak`: what it lets through. */
  | { readonly driver: "bwrap"; readonly weak?: string }
  | { readonly driver: "none"; readonly reason: string; readonly remedy?: string };

export interface JobEnd {
  /** Exit code, or 128 + the signal's number. */
  readonly code: number;
  readonly cause: "exit" | "timeout" | "cancelled";
  /** Processes of its tree that could not be ended. */
  readonly survivors: readonly number[];
}

/** A process that no later one of the same pid is mistaken for. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Linux: field 22 of /proc/PID/stat, clock ticks since boot; elsewhere `ps -o lstart=`. */
  readonly startTime: string;
}

/** We ourselves, as another process can find us again, on this machine or from one that shares the disk. */
export interface OwnIdentity extends ProcessIdentity {
  /** Empty where the system does not say. */
  readonly bootId: string;
  /** Within which `pid` means us, such as `pid:[4026531836]`; empty where the system has none. */
  readonly pidNamespace: string;
  /** Name of the machine. */
  readonly host: string;
  /** Name of the user. */
  readonly user: string;
}

export interface Jobs {
  /** Rejects when the program cannot be started. */
  run(spec: JobSpec): Promise<JobEnd>;
  sandbox(): Promise<SandboxLevel>;
  /** Starts a program that outlives us, without a terminal, and hands it `input` on stdin. Its output goes nowhere. */
  detach(spec: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly input: string;
  }): Promise<ProcessIdentity>;
  /** When the process of that pid started; undefined when there is none (a zombie is none). */
  startTime(pid: number): Promise<string | undefined>;
  /** Changes with every boot of the machine; empty where the system does not say. */
  bootId(): Promise<string>;
  self(): Promise<OwnIdentity>;
  /** Sends to that very process; false when it is gone. */
  signal(process: ProcessIdentity, signal: "SIGTERM" | "SIGKILL"): Promise<boolean>;
  /**
   * Kills what a crash of ours left: those of the processes that still live, with their groups and descendants, and all marked
   * ones with theirs, but for the container engine's helpers. Resolves with the pids of those that ended and of those that
   * did not.
   */
  endLeftovers(
    processes: readonly ProcessIdentity[],
    marker: Readonly<Record<string, string>>,
  ): Promise<{ readonly ended: readonly number[]; readonly left: readonly number[] }>;
  /** Kills a process with its group and descendants, and all marked processes with theirs; resolves with the survivors. */
  killTree(
    process: ProcessIdentity | undefined,
    marker: Readonly<Record<string, string>>,
  ): Promise<readonly number[]>;
}

/** What a person answered to a prompt. */
export type TypedLine =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C: whatever was typed is to be forgotten. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

export interface Completion {
  /** What may stand in the place of `word`, whole. */
  readonly candidates: readonly string[];
  /** The end of the line that is being completed. */
  readonly word: string;
}

/** A person's terminal, a line at a time: with a cursor that moves, earlier lines on the arrow keys, and Tab. */
export interface LineEditor {
  readonly read: (prompt: string) => Promise<TypedLine>;
  readonly close: () => void;
}

export interface LineEditorSettings {
  /** Earlier lines, oldest first. */
  readonly history: readonly string[];
  /** Of what stands before the cursor. */
  readonly complete: (line: string) => Promise<Completion>;
}

/**
 * Tells the names of what changes right inside a folder, until it is closed; it keeps no process alive. Some changes may go
 * unnoticed. `reason`: why it cannot be watched, such as too many watchers of the user's.
 */
export type WatchFolder = (
  folder: string,
  onChange: (name: string) => void,
) => { readonly close: () => void } | { readonly reason: string };

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
  /** `nodePath` is an Electron (the editor's), which is a Node only with ELECTRON_RUN_AS_NODE=1. */
  readonly electron?: true;
  /** The user we run as; absent where the system has none. */
  readonly uid?: number;
  /** Takes variables out of what other processes of the user can read of us; `variables` keeps them. */
  readonly hide?: (names: Iterable<string>) => void;
}

export interface Host {
  readonly files: WriteFiles;
  readonly processes: Processes;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly environment: Environment;
}
