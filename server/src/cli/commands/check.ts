import { resolve } from "node:path";
import { type ActionList, actionList } from "../../assembly/actions.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type SourceText, toRecords } from "../../diagnostics/render.ts";
import { english } from "../../diagnostics/schema-messages.ts";
import { readBuild } from "../../forge/artifacts.ts";
import { noOwnSteps } from "../../forge/capabilities.ts";
import { ScriptCheck } from "../../forge/check/scripts.ts";
import { checkReply } from "../../forge/check.ts";
import { plan, scriptProblems } from "../../pipeline.ts";
import { type CliContext, type ExitCode, exitCodes, tell } from "../context.ts";
import { baseDir, type CommonFlags, textsOf, UsageError, workspace } from "../options.ts";
import { printDocument } from "../views/json.ts";

export interface CheckFlags extends CommonFlags {
  readonly actions?: string;
}

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: SourceText;
}

/** The bundle check alone: on a bundle file (`-` for stdin), or on what stands in build/ for the whole stack. */
export async function checkCommand(
  context: CliContext,
  file: string | undefined,
  flags: CheckFlags,
): Promise<ExitCode> {
  const { diagnostics, texts } =
    file === undefined ? await checkBuild(context, flags) : await checkFile(context, file, flags);
  const valid = diagnostics.every((d) => d.severity !== "error");
  if (flags.json) context.out(printDocument({ valid, diagnostics: toRecords(diagnostics, texts) }));
  else {
    tell(context, diagnostics, texts);
    if (valid) context.out("The bundle passes the check.\n");
  }
  return valid ? exitCodes.done : exitCodes.error;
}

async function checkFile(context: CliContext, file: string, flags: CheckFlags): Promise<Checked> {
  if (flags.actions === undefined)
    throw new UsageError("A bundle is checked against its ActionList", "Give --actions FILE.");
  const actions = await readActions(context, flags, flags.actions);
  const text = file === "-" ? await context.readStdin() : await readFile(context, flags, file);
  const { value, diagnostics } = checkReply(text, actions);
  // What steps of the stack's own kinds may do stands in the stack.
  const scripts = new ScriptCheck(context.lookAtScript, [], noOwnSteps);
  const looked = value ? await scripts.problems(value.artifacts) : [];
  return { diagnostics: [...diagnostics, ...looked], texts: () => undefined };
}

async function readActions(context: CliContext, flags: CheckFlags, file: string): Promise<ActionList> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(context, flags, file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${file} is no JSON: ${error.message}`);
  }
  const parsed = actionList.safeParse(json, english);
  if (!parsed.success)
    throw new UsageError(`${file} is no ActionList: ${parsed.error.issues[0]?.message ?? ""}`);
  return parsed.data;
}

async function readFile(context: CliContext, flags: CheckFlags, file: string): Promise<string> {
  const path = resolve(baseDir(context, flags), file);
  if ((await context.host.files.stat(path))?.kind !== "file")
    throw new UsageError(`There is no file ${file}`);
  return context.host.files.readText(path);
}

async function checkBuild(context: CliContext, flags: CheckFlags): Promise<Checked> {
  const ws = await workspace(context, flags, undefined);
  // Every step that could be asked for, so that every artifact is looked at.
  const { value, diagnostics, files } = await plan(ws, {
    destroy: false,
    refresh: false,
    targets: [],
    force: true,
  });
  const texts = textsOf(context, ws.stackDir, files);
  if (!value) return { diagnostics, texts };
  const build = await readBuild(context.host.files, `${ws.stackDir}/.clockwork/build`, value.plan.actions);
  return { diagnostics: [...build.diagnostics, ...(await scriptProblems(ws, value, build))], texts };
}
