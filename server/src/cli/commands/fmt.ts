import { relative, resolve } from "node:path";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parse } from "../../syntax/document.ts";
import { format } from "../../syntax/format.ts";
import type { Grammar } from "../../syntax/parser.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { baseDir, type CommonFlags, UsageError } from "../options.ts";
import { diffLines } from "../views/text-diff.ts";

export interface FmtFlags extends CommonFlags {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly recursive?: boolean;
}

/** The canonical layout; names the files it changed. A file with syntax errors is told and left alone. */
export async function fmtCommand(
  context: CliContext,
  target: string | undefined,
  flags: FmtFlags,
): Promise<ExitCode> {
  const grammar = await context.grammar();
  if (target === "-") return fmtStdin(context, grammar, flags);
  const base = baseDir(context, flags);
  const path = resolve(base, target ?? ".");
  const stat = await context.host.files.stat(path);
  if (!stat) throw new UsageError(`There is no file or folder ${target}`);
  const files = stat.kind === "directory" ? await filesIn(context, path, flags.recursive === true) : [path];
  let code: ExitCode = exitCodes.done;
  for (const file of files) {
    const name = relative(base, file);
    const before = await context.host.files.readText(file);
    const after = formatted(context, grammar, name, before);
    if (after === undefined) code = exitCodes.error;
    if (after === undefined || after === before) continue;
    context.out(`${name}\n`);
    if (flags.diff) context.out(diffText(name, before, after));
    if (flags.check) code = exitCodes.error;
    else
      await context.host.files.writeAtomic(file, after, (await context.host.files.stat(file))?.mode ?? 0o644);
  }
  return code;
}

async function fmtStdin(context: CliContext, grammar: Grammar, flags: FmtFlags): Promise<ExitCode> {
  const before = await context.readStdin();
  const after = formatted(context, grammar, "<stdin>", before);
  if (after === undefined) return exitCodes.error;
  if (flags.diff) context.out(diffText("<stdin>", before, after));
  else if (!flags.check) context.out(after);
  return flags.check && after !== before ? exitCodes.error : exitCodes.done;
}

/** Undefined for text with syntax errors, which have been told. */
function formatted(context: CliContext, grammar: Grammar, file: string, text: string): string | undefined {
  const problems: readonly Diagnostic[] = parse(grammar, file, text).chunks.flatMap((c) => c.diagnostics);
  return tell(context, problems, () => text) ? undefined : format(text);
}

async function filesIn(context: CliContext, folder: string, recursive: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await context.host.files.list(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.kind === "file" && /\.cw(vars)?$/.test(entry.name)) found.push(path);
    const hidden = entry.name.startsWith(".") || entry.name === "node_modules";
    if (recursive && entry.kind === "directory" && !hidden)
      found.push(...(await filesIn(context, path, true)));
  }
  return found;
}

const signs = { same: " ", added: "+", removed: "-" } as const;

function diffText(name: string, before: string, after: string): string {
  const lines = diffLines(before, after).map((line) =>
    line.kind === "gap" ? `@@ ${line.count} equal lines @@` : `${signs[line.kind]}${line.text}`,
  );
  return [`--- ${name}`, `+++ ${name}`, ...lines, ""].join("\n");
}
