import type { Runtime } from "../bundle.ts";

/**
 * The flags that a run command may give its runtime. Everything that names code, a configuration or a file to load is
 * missing from it. Source: SAFETY rows 32 to 34; the runtimes' manuals.
 */
export interface FlagRead {
  /** What the real command line gets; empty for a flag that the core sets anyway. */
  readonly flags: readonly string[];
  /** How many words it took. */
  readonly words: number;
}

/** Reads the flag at the head of `words`; undefined when it may not be given. */
export type FlagReader = (words: readonly string[]) => FlagRead | undefined;

const one = (...flags: string[]): FlagRead => ({ flags, words: 1 });
/** Accepted and not repeated: the core's own command line has it, or it only makes the build louder. */
const implied: FlagRead = { flags: [], words: 1 };

const bashOptions = new Set(["errexit", "nounset", "pipefail", "xtrace", "errtrace", "noglob", "noclobber"]);

const bash: FlagReader = ([word = "", option]) => {
  if (word === "--norc" || word === "--noprofile" || word === "-p") return implied;
  if (/^-[euxEfC]{1,6}$/.test(word)) return one(word);
  if (/^-[euxEfC]{0,6}o$/.test(word) && option !== undefined && bashOptions.has(option)) {
    return { flags: [word, option], words: 2 };
  }
  return undefined;
};

/** -I, and with it -E, -P and -s, is always given, -B too. */
const python: FlagReader = ([word = ""]) => {
  if (!/^-[uIBEPs]{1,6}$/.test(word)) return undefined;
  return word.includes("u") ? one("-u") : implied;
};

const node: FlagReader = ([word = ""]) =>
  /^--(?:no-warnings|no-deprecation|trace-warnings|trace-uncaught|enable-source-maps|unhandled-rejections=strict|max-old-space-size=[1-9]\d{1,4})$/.test(
    word,
  )
    ? one(word)
    : undefined;

const denoImplied = new Set([
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--deny-import",
]);
const denoPermission = /^--(?:allow|deny)-(?:net|read|write|env|run|sys)(?:=[^\s=][^\s]*)?$/;

const deno: FlagReader = ([word = ""]) => {
  if (denoImplied.has(word)) return implied;
  if (/^(?:-A|--allow-all|-q|--quiet|--no-check|--check)$/.test(word)) return one(word);
  if (/^-[NRWES](?:=[^\s=][^\s]*)?$/.test(word) || denoPermission.test(word)) return one(word);
  return undefined;
};

const go: FlagReader = ([word = ""]) => (word === "-trimpath" || word === "-v" ? implied : undefined);

export const flagReaders: Readonly<Record<Runtime, FlagReader>> = { bash, python3: python, node, deno, go };

/** Those of them that an author is told of; a test holds that every one is read. */
export const toldFlags: Readonly<Record<Runtime, readonly string[]>> = {
  bash: ["-e", "-u", "-x", "-o pipefail"],
  python3: ["-u"],
  node: ["--no-warnings"],
  deno: ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-all"],
  go: [],
};

/** Runtimes that are told what to do before their flags. `go build` stands for the seed's "go build && run". */
export const subcommands: Readonly<Partial<Record<Runtime, readonly string[]>>> = {
  deno: ["run"],
  go: ["run", "build"],
};
