import { resolve } from "node:path";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type { ToolAnswer } from "../../protocol.ts";
import { type CliContext, type ExitCode, exitCodes } from "../context.ts";
import { McpServer } from "../mcp/server.ts";
import { type Tool, tools } from "../mcp/tools.ts";
import { baseDir, type CommonFlags, isFolder, UsageError } from "../options.ts";
import { problemOf } from "../problem.ts";

export interface McpFlags extends CommonFlags {
  /** Name of a tool: one call, whose input is JSON on stdin. */
  readonly call?: string;
}

/** `mcp [DIR]`: offers its tools over stdin and stdout until stdin ends. */
export async function mcpCommand(
  context: CliContext,
  dir: string | undefined,
  flags: McpFlags,
): Promise<ExitCode> {
  const root = resolve(baseDir(context, flags), dir ?? ".");
  if (!(await isFolder(context.host.files, root))) throw new UsageError(`There is no folder ${dir ?? root}`);
  if (flags.call !== undefined) return callOne(context, root, flags.call);
  const server = new McpServer({
    version: context.version,
    tools,
    call: (tool, input, signal) => call(context, root, tool, input, signal),
    send: context.out,
  });
  for await (const line of context.readLines()) server.take(line);
  await server.close();
  return exitCodes.done;
}

async function callOne(context: CliContext, root: string, name: string): Promise<ExitCode> {
  const tool = tools.find((one) => one.name === name);
  const names = tools.map((one) => one.name);
  if (!tool) {
    const hint = didYouMean(name, names) ?? `There are ${names.join(", ")}.`;
    throw new UsageError(`--call ${name}: there is no such tool`, hint);
  }
  const { text, isError } = await call(
    context,
    root,
    tool,
    json(await context.readStdin()),
    context.interrupt.signal,
  );
  context.out(`${text}\n`);
  return isError ? exitCodes.error : exitCodes.done;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`stdin is no JSON: ${error.message}`);
  }
}

/** What its user could mend is an answer that the model reads. */
async function call(
  context: CliContext,
  root: string,
  tool: Tool,
  input: unknown,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const { interrupt } = context;
  const stop = AbortSignal.any([signal, interrupt.signal]);
  try {
    const own = { ...context, interactive: false, interrupt: { signal: stop, kill: interrupt.kill } };
    return await tool.call({ context: own, root, input });
  } catch (error) {
    const problem = problemOf(error, context.cwd);
    if (!problem) throw error;
    return {
      isError: true,
      text: [problem.message, problem.hint].filter((text) => text !== undefined).join(". "),
    };
  }
}
