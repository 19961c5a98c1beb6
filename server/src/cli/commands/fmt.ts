import { relative, resolve } from "node:path";
import { type Diagnostic, diagnostic } from "../../diagnostics/diagnostic.ts";
import { parse } from "../../syntax/document.ts";
import { format } from "../../syntax/format.ts";
import type { Grammar } from "../../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { baseDir, type CommonFlags, isFolder, isStackFile, UsageError } from "../options.ts";
import { problemOf } from "../problem.ts";
import { unifiedDiff } from "../views/unified-diff.ts";

export interface FmtFlags extends CommonFlags {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly recursive?: boolean;
}

/** The canonical layout; names the files it changed. A file with syntax errors is told and left alone. */
export async function fmtCommand(
  context: CliContext,
  targets: readonly string[],
  flags: FmtFlags,
): Promise<ExitCode> {
  if (targets.includes("-")) {
    if (targets.length > 1) throw new UsageError("- formats stdin, and stands alone");
    return fmtStdin(context, await context.grammar(), flags);
  }
  const base = baseDir(context, flags);
  const grammar = await context.grammar(resolve(base, targets[0] ?? "."));
  const files = new Set<string>();
  for (const target of targets.length === 0 ? ["."] : targets) {
    for (const file of await filesAt(context, base, target, flags.recursive === true)) files.add(file);
  }
  let code: ExitCode = exitCodes.done;
  for (const file of files) {
    const changed = await tryFile(context, grammar, base, file, flags);
    if (changed === undefined || (changed && flags.check)) code = exitCodes.error;
  }
  return code;
}

async function filesAt(
  context: CliContext,
  base: string,
  target: string,
  recursive: boolean,
): Promise<readonly string[]> {
  const { files } = context.host;
  const path = resolve(base, target);
  if (await isFolder(files, path)) return filesIn(context, path, recursive);
  const stat = await files.stat(path);
  if (!stat) throw new UsageError(`There is no file or folder ${target}`);
  if (!isStackFile(path) && !/\.tf(vars)?$/.test(path))
    throw new UsageError(`${target} is neither a .cw nor a .cwvars file`);
  if (stat.kind !== "file") throw new UsageError(`${target} is a link: name the file itself`);
  return [path];
}

/** As fmtFile; a file that cannot be read or written is told, so that the others get their turn. */
async function tryFile(...call: Parameters<typeof fmtFile>): Promise<boolean | undefined> {
  try {
    return await fmtFile(...call);
  } catch (error) {
    const [context] = call;
    const problem = problemOf(error, context.cwd);
    if (!problem) throw error;
    tell(context, [problem], () => undefined);
    return undefined;
  }
}

/** Whether the file is not as it should be (or was, until now); undefined for one that cannot be formatted. */
async function fmtFile(
  context: CliContext,
  grammar: Grammar,
  base: string,
  file: string,
  flags: FmtFlags,
): Promise<boolean | undefined> {
  const { files } = context.host;
  const name = relative(base, file);
  const before = textOf(await files.readBytes(file));
  if (before === undefined) {
    tell(context, [diagnostic("syntax-error", `${name} is not UTF-8 text`)], () => undefined);
    return undefined;
  }
  const after = formatted(context, grammar, name, before);
  if (after === undefined || after === before) return after === undefined ? undefined : false;
  if (!flags.check) await files.writeAtomic(file, after, (await files.stat(file))?.mode ?? 0o644);
  context.out(`${name}\n`);
  if (flags.diff) context.out(unifiedDiff(name, before, after));
  return true;
}

/** Undefined for bytes that are no text: written back as text they would be others. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function fmtStdin(context: CliContext, grammar: Grammar, flags: FmtFlags): Promise<ExitCode> {
  const before = await context.readStdin();
  const after = formatted(context, grammar, "<stdin>", before);
  if (after === undefined) return exitCodes.error;
  if (flags.diff) context.out(unifiedDiff("<stdin>", before, after));
  else if (!flags.check) context.out(after);
  return flags.check && after !== before ? exitCodes.error : exitCodes.done;
}

/** Undefined for text with syntax errors, which have been told; an expression that has no value has a layout. */
function formatted(context: CliContext, grammar: Grammar, file: string, text: string): string | undefined {
  const found: readonly Diagnostic[] = parse(grammar, file, text).chunks.flatMap((c) => c.diagnostics);
  const problems = found.filter((d) => d.code !== "invalid-expression");
  return tell(context, problems, () => text) ? undefined : format(text);
}

async function filesIn(context: CliContext, folder: string, recursive: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await context.host.files.list(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.kind === "file" && isStackFile(entry.name)) found.push(path);
    const hidden = entry.name.startsWith(".") || entry.name === "node_modules";
    if (recursive && entry.kind === "directory" && !hidden)
      found.push(...(await filesIn(context, path, true)));
  }
  return found;
}
