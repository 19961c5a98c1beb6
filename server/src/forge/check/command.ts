import { secretIn } from "../../intake/schema/secrets.ts";
import type { Artifact, CheckedCommand, Runtime } from "../bundle.ts";
import { isData } from "./content.ts";
import { flagReaders, subcommands } from "./flags.ts";
import { isLanguage, languages } from "./languages.ts";
import { limits } from "./limits.ts";
import type { Fault } from "./path.ts";
import { byteLength, quoted, unreviewableIn } from "./text.ts";

/** What a run command may refer to. */
export interface CommandScope {
  /** The step's action id; undefined when its purpose is already at fault. */
  readonly purpose: string | undefined;
  /** By path, purposes resolved. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

export type CommandRead =
  | { readonly command: CheckedCommand; readonly faults: readonly [] }
  | { readonly command?: never; readonly faults: readonly Fault[] };

const form = "A command is a list: runtime, flags, the script's path in the bundle, arguments";

/**
 * Takes a run command apart. It is never run as it stands: the core builds the real command line from the parts, so a word
 * that means something else to the runtime cannot slip through.
 */
export function readCommand(cmd: unknown, scope: CommandScope): CommandRead {
  if (!isWords(cmd)) return { faults: [{ code: "S-CMD", says: "is not a list of strings", hint: form }] };
  const wrong = wordFaults(cmd);
  if (wrong.length > 0) return { faults: wrong };
  const [program, ...rest] = cmd;
  if (program === undefined) return { faults: [{ code: "S-CMD", says: "is empty", hint: form }] };
  if (/^(?:\.\/)?scripts\//.test(program) && !/\s/.test(program)) return direct(program, rest, scope);
  if (!isRuntime(program)) return { faults: [notARuntime(program)] };
  return runtimeCommand(program, rest, scope);
}

function isWords(cmd: unknown): cmd is readonly string[] {
  return Array.isArray(cmd) && cmd.every((word) => typeof word === "string");
}

function isRuntime(program: string): program is Runtime {
  return Object.hasOwn(flagReaders, program);
}

function notARuntime(program: string): Fault {
  return /\s/.test(program.trim())
    ? { code: "S-CMD", says: `has ${quoted(program)} as its first word`, hint: form }
    : {
        code: "S-RUNTIME",
        says: `starts ${quoted(program)}`,
        hint: `The first word is one of ${Object.keys(flagReaders).join(", ")}, or a script's path`,
      };
}

/** Rules for every word, wherever it stands. */
function wordFaults(words: readonly string[]): readonly Fault[] {
  if (words.length > limits.words) return [{ code: "S-ARG", says: `has more than ${limits.words} words` }];
  const faults: Fault[] = [];
  for (const word of words) {
    if (word.length > limits.argumentBytes || byteLength(word) > limits.argumentBytes) {
      faults.push({ code: "S-ARG", says: `has a word of more than ${limits.argumentBytes} bytes` });
    } else if (/[\t\n]/.test(word) || unreviewableIn(word)) {
      faults.push({ code: "S-ARG", says: `has a control or invisible character in ${quoted(word)}` });
    } else if (secretIn(word)) {
      faults.push({ code: "C-SECRET", says: `contains ${secretIn(word)?.what}` });
    }
  }
  return faults;
}

/** `./scripts/x.go`: the seed's form; the language says what runs it. */
function direct(program: string, args: readonly string[], scope: CommandScope): CommandRead {
  const found = findScript(program, scope);
  if (!found.artifact) return { faults: found.faults };
  const { artifact } = found;
  const faults = [...found.faults];
  if (artifact.mode !== "0755" && artifact.mode !== "0700") {
    faults.push({
      code: "M-MODE",
      says: `runs ${quoted(artifact.path)} directly, which is not executable`,
      hint: "Give it mode 0755",
    });
  }
  if (!isLanguage(artifact.lang))
    return { faults: [...faults, { code: "S-LANG", says: "runs what is no script" }] };
  return finish(
    { runtime: languages[artifact.lang].runtime, flags: [], script: artifact.path, args },
    faults,
  );
}

function runtimeCommand(runtime: Runtime, words: readonly string[], scope: CommandScope): CommandRead {
  const allowed = subcommands[runtime];
  if (!allowed) return flagsAndScript(runtime, words, scope);
  const [given = "", ...rest] = words;
  if (!allowed.includes(given)) {
    const says =
      given === "" ? `gives ${runtime} no subcommand` : `gives ${runtime} the subcommand ${quoted(given)}`;
    return { faults: [{ code: "S-SUB", says, hint: `Use ${runtime} ${allowed[0]}` }] };
  }
  const read = flagsAndScript(runtime, rest, scope);
  if (given === "build" && read.command && read.command.args.length > 0) {
    return {
      faults: [
        {
          code: "S-ARG",
          says: "gives arguments to go build",
          hint: "Use go run for a program with arguments",
        },
      ],
    };
  }
  return read;
}

function flagsAndScript(runtime: Runtime, words: readonly string[], scope: CommandScope): CommandRead {
  const flags: string[] = [];
  let at = 0;
  for (let word = words[at]; word !== undefined && /^[-+]/.test(word); word = words[at]) {
    const read = flagReaders[runtime](words.slice(at, at + 2));
    if (!read) return { faults: [{ code: "S-FLAG", says: `gives ${runtime} ${quoted(word)}` }] };
    flags.push(...read.flags);
    at += read.words;
  }
  const script = words[at];
  if (script === undefined) return { faults: [{ code: "S-CMD", says: "names no script", hint: form }] };
  const found = findScript(script, scope);
  const faults = [...found.faults];
  if (!found.artifact) return { faults };
  const lang = found.artifact.lang;
  if (isLanguage(lang) && languages[lang].runtime !== runtime) {
    faults.unshift({
      code: "S-LANG",
      says: `runs ${quoted(found.artifact.path)}, which is ${lang}, with ${runtime}`,
    });
  }
  return finish({ runtime, flags, script: found.artifact.path, args: words.slice(at + 1) }, faults);
}

function findScript(
  word: string,
  scope: CommandScope,
): { readonly artifact?: Artifact; readonly faults: readonly Fault[] } {
  if (/[\s;|&<>`$(){}*?!'"\\]/.test(word)) {
    return {
      faults: [
        { code: "S-CMD", says: `has ${quoted(word)} where the script's path belongs`, hint: form },
        { code: "S-ARTIFACT", says: `runs ${quoted(word)}, which is not in the bundle` },
      ],
    };
  }
  const path = word.startsWith("./") ? word.slice(2) : word;
  const artifact = scope.artifacts.get(path);
  if (!artifact) {
    return { faults: [{ code: "S-ARTIFACT", says: `runs ${quoted(word)}, which is not in the bundle` }] };
  }
  if (isData(path)) return { faults: [{ code: "S-ARTIFACT", says: `runs ${quoted(word)}, which is data` }] };
  if (scope.purpose !== undefined && artifact.purpose !== scope.purpose) {
    return {
      artifact,
      faults: [{ code: "S-ARTIFACT", says: `runs ${quoted(word)}, which serves another purpose` }],
    };
  }
  return { artifact, faults: [] };
}

function finish(command: CheckedCommand, faults: readonly Fault[]): CommandRead {
  // `go run a.go b.go` compiles both.
  if (command.runtime === "go" && /\.go$/i.test(command.args[0] ?? "")) {
    return {
      faults: [
        ...faults,
        { code: "S-ARTIFACT", says: `gives go a second file, ${quoted(command.args[0] ?? "")}` },
      ],
    };
  }
  return faults.length > 0 ? { faults } : { command, faults: [] };
}
