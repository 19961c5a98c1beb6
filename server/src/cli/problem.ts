/** What a command throws although its user can mend it: a wrong call, or a machine that does not let it. */
import { isAbsolute, relative } from "node:path";
import type { CommanderError } from "commander";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { HostError } from "../host/ports.ts";
import { UsageError } from "./options.ts";

/** A call that the command line does not take, or a help that was printed (`exitCode` 0 then, or 1 for want of a command). */
export class CallError extends Error {
  override readonly name = "CallError";
  /** Of the process, were it Commander's alone. */
  readonly exitCode: number;
  /** Whether the help has been printed: there is nothing more to say. */
  readonly helped: boolean;
  readonly diagnostic: Diagnostic;

  /** `path` is the command as it was called: `clockwork state list`. */
  constructor(error: CommanderError, path: string) {
    super(error.message);
    this.exitCode = error.exitCode;
    this.helped = error.code === "commander.help";
    const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
    const hint = foreign(message) ?? suggestion?.replace(/[()]/g, "") ?? `See: ${path} --help`;
    this.diagnostic = diagnostic("usage", message.replace(/\.$/, ""), { hint });
  }
}

/** Undefined for a fault of Clockwork's own. */
export function problemOf(error: unknown, cwd: string): Diagnostic | undefined {
  if (error instanceof UsageError) return error.diagnostic;
  if (error instanceof HostError) return hostProblem(error, cwd);
  return error instanceof CallError ? error.diagnostic : undefined;
}

/** What people who know other tools type first. */
const habits: Readonly<Record<string, string>> = {
  "auto-approve": "Here it is called --yes.",
  output: "Outputs are in what clockwork show prints, and with --json under outputs.",
  import: "What exists already is taken over by: clockwork apply --adopt ADDR",
  taint: "Everything is rebuilt and rerun by: clockwork apply --force",
  up: "Here it is called apply.",
  down: "Here it is called destroy.",
  run: "Here it is called apply.",
  test: "Checks are run by: clockwork verify",
};

/** The way out for a word of another tool, or a long flag with one dash. */
function foreign(message: string): string | undefined {
  const word = /^unknown (?:command|option) '-*([^'=]*)/.exec(message)?.[1] ?? "";
  if (Object.hasOwn(habits, word)) return habits[word];
  const single = /^unknown option '-([a-z][a-z-]+)/.exec(message)?.[1];
  return single === undefined ? undefined : `Flags of more than one letter have two dashes: --${single}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  ENOENT: "there is nothing",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "that is a folder",
  ELOOP: "that is a link, or links that lead nowhere",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
};

/** Node's calls by what they were meant to do. */
const verbs: Readonly<Record<string, string>> = {
  open: "open",
  mkdir: "make the folder",
  scandir: "list",
  lstat: "look at",
  write: "write",
  fsync: "write",
  fdatasync: "write",
  ftruncate: "write",
  fchmod: "set the mode of",
  link: "make",
  unlink: "remove",
  rm: "remove",
  rename: "replace",
};

/** From Node's `EACCES: permission denied, open '/a/b'`. */
function hostProblem(error: HostError, cwd: string): Diagnostic {
  const [, call = "", from, to] = /, (\w+)(?: '(.*?)'(?: -> '(.*)')?)?$/s.exec(error.message) ?? [];
  const reason = reasons[error.code];
  if (reason === undefined || call === "") return diagnostic("file-access", error.message);
  const path = to ?? from;
  // The temporary file of an atomic write stands for the one it was to become.
  const place = path?.replace(/\.([^/]+)\.[0-9a-f]{16}\.tmp$/, "$1");
  const shown = place === undefined ? "" : ` ${within(place, cwd)}`;
  const hint =
    error.code === "ENOSPC"
      ? "Make room and run the same command again: it goes on from what is recorded."
      : undefined;
  return diagnostic("file-access", `Cannot ${verbs[call] ?? call}${shown}: ${reason}`, { hint });
}

/** Relative where it lies inside the current folder. */
function within(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside === "" || inside.startsWith("..") || isAbsolute(inside) ? path : inside;
}
