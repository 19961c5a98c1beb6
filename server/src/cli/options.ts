/** From parsed flags to the values the pipeline takes. */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceText } from "../diagnostics/render.ts";
import type { ReadFiles } from "../host/ports.ts";
import { discoverFacts, readFacts } from "../intake/discover.ts";
import { parseDuration } from "../intake/duration.ts";
import type { EnvFacts } from "../intake/facts.ts";
import type { FindFacts } from "../intake/facts-value.ts";
import type { VariableInputs } from "../intake/load.ts";
import type { Workspace } from "../pipeline.ts";
import { localStateStore } from "../state/store.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { askToAdopt } from "./adopt.ts";
import type { CliContext } from "./context.ts";

/** Flags that every command has. */
export interface CommonFlags {
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly timeoutPerStep?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly chdir?: string;
  readonly facts?: string;
}

/** A problem with how the command was called: told like any other, exit code 1. */
export class UsageError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(message: string, hint?: string) {
    super(message);
    this.diagnostic = diagnostic("usage", message, { hint });
  }
}

export function baseDir(context: CliContext, flags: CommonFlags): string {
  return flags.chdir === undefined ? context.cwd : resolve(context.cwd, flags.chdir);
}

/**
 * The path of a file that a flag names to be written. What stands there is replaced, so it has to be a plain file and none
 * that a person writes: a folder, a device or a file of the stack is refused.
 */
export async function writable(
  context: CliContext,
  flags: CommonFlags,
  flag: string,
  file: string,
): Promise<string> {
  const path = resolve(baseDir(context, flags), file);
  const there = await context.host.files.stat(path);
  if (there && there.kind !== "file") throw new UsageError(`${flag} ${file}: that is no plain file`);
  if (isStackFile(path)) throw new UsageError(`${flag} ${file}: a file of a stack would be overwritten`);
  return path;
}

export function isStackFile(path: string): boolean {
  return /\.cw(vars)?$/.test(path);
}

/** The folder of the stack: `dir` is a folder, one of its .cw files, or absent for the current folder. Links are followed. */
export async function stackDir(
  context: CliContext,
  flags: CommonFlags,
  dir: string | undefined,
  hint = "Name a folder with .cw files, or one of them.",
): Promise<string> {
  const path = resolve(baseDir(context, flags), dir ?? ".");
  const { files } = context.host;
  if (await isFolder(files, path)) return path;
  if (!(await files.stat(path)))
    throw new UsageError(
      `There is no ${dir === undefined ? "folder" : "file or folder"} ${dir ?? path}`,
      hint,
    );
  if (!isStackFile(path)) throw new UsageError(`${dir ?? path} is no file of a stack`, hint);
  return dirname(path);
}

/** Also where the path is a link to a folder. */
export async function isFolder(files: ReadFiles, path: string): Promise<boolean> {
  return (await files.stat(`${path}/.`))?.kind === "directory";
}

export function variableInputs(context: CliContext, flags: CommonFlags): VariableInputs {
  const base = baseDir(context, flags);
  const given = (flags.var ?? []).map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`--var ${text}: a value is missing`, "Write --var NAME=VALUE.");
    return { name: text.slice(0, equals), text: text.slice(equals + 1) };
  });
  const prefix = "CLOCKWORK_VAR_";
  const environment = Object.entries(context.host.environment.variables)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const files = (flags.varFile ?? []).map((f) => (isAbsolute(f) ? f : resolve(base, f)));
  return { files, flags: given, environment: new Map(environment) };
}

export async function facts(context: CliContext, flags: CommonFlags): Promise<EnvFacts | undefined> {
  if (flags.facts === undefined) return undefined;
  const path = resolve(baseDir(context, flags), flags.facts);
  if (!(await context.host.files.stat(path))) throw new UsageError(`There is no file ${flags.facts}`);
  const { value, diagnostics } = readFacts(await context.host.files.readText(path));
  const [problem] = diagnostics;
  if (!value)
    throw new UsageError(`${flags.facts}: ${problem?.message ?? "not a facts file"}`, problem?.hint);
  return value;
}

/** How a command finds what the machine offers: from `--facts`, or by looking. */
export function findFacts(context: CliContext, flags: CommonFlags, folder: string): FindFacts {
  return async (need) =>
    (await facts(context, flags)) ?? (await discoverFacts(context.host, folder, { need }));
}

export async function workspace(
  context: CliContext,
  flags: CommonFlags,
  dir: string | undefined,
  hint?: string,
  inputs: VariableInputs = variableInputs(context, flags),
): Promise<Workspace> {
  const folder = await stackDir(context, flags, dir, hint);
  const given = await facts(context, flags);
  return {
    host: context.host,
    grammar: await context.grammar(folder),
    stackDir: folder,
    store: localStateStore(context.host.files, folder),
    inputs,
    ...(given && { facts: given }),
    version: context.version,
    lookAtScript: context.lookAtScript,
    newLineage: context.randomId,
    newRunId: () => runId(context),
    secrets: context.secrets,
    adopt: (foreign) => askToAdopt(context, flags, foreign),
    interrupt: context.interrupt,
  };
}

/** `30s`, `5m`, or a bare number of seconds; 5 minutes when absent. */
export function stepTimeout(flags: CommonFlags): number {
  const text = flags.timeoutPerStep;
  return text === undefined ? 300_000 : positiveDuration("--timeout-per-step", text);
}

/** In milliseconds. */
export function positiveDuration(flag: string, text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new UsageError(`${flag} ${text}: not a duration`, "Such as 30s, 5m or a number of seconds.");
  }
  return ms;
}

/** Texts of a stack's parsed files, for the pictures in diagnostics, where they are named as seen from the current folder. */
export function textsOf({ cwd }: CliContext, folder: string, files: readonly SourceFile[]): SourceText {
  const texts = new Map(files.map((f) => [f.file, f.text]));
  const way = relative(cwd, folder).replaceAll("\\", "/");
  return Object.assign((file: string) => texts.get(file), { shownIn: way === "" ? "" : `${way}/` });
}

/** Sorts by time and is unique: `20261123T031500Z-1f2e3d4c`. */
export function runId(context: CliContext): string {
  const time = new Date(context.host.clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${context.randomId().slice(0, 8)}`;
}
