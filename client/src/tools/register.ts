import * as vscode from "vscode";
import { requests, type ToolAnswer, type ToolParams } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { stackName } from "../stacks.ts";

export interface StackInput {
  /** Its name: the folder in the workspace. */
  readonly stack?: string;
}

interface ChangeInput extends StackInput {
  readonly address: string;
}

/** What language models may ask of stacks. They look; nothing here writes, runs or applies anything. */
export function registerTools(ctx: Ctx): vscode.Disposable {
  return vscode.Disposable.from(
    tool<StackInput>("clockwork_get_diagnostics", (input) => told(ctx, "get_diagnostics", input)),
    tool<StackInput>("clockwork_get_plan", (input) => told(ctx, "get_plan", input)),
    tool<ChangeInput>("clockwork_explain_change", (input) =>
      told(ctx, "explain_change", input, { address: input.address }),
    ),
  );
}

/** The server's answer, of the files as they are in the editor. */
async function told(
  ctx: Ctx,
  name: ToolParams["tool"],
  input: StackInput,
  more: Pick<ToolParams, "address"> = {},
): Promise<string> {
  const params: ToolParams = { folder: (await stackOf(ctx, input)).toString(), tool: name, ...more };
  const answer = await ask<ToolAnswer>(ctx, requests.tool, params);
  if (!answer) throw new Error("The language server is not running.");
  if (answer.isError) throw new Error(answer.text);
  return answer.text;
}

/** An error's message is what the model reads, and can act upon. */
export function tool<T>(
  name: string,
  answer: (input: T, token: vscode.CancellationToken) => Promise<string>,
  prepareInvocation?: vscode.LanguageModelTool<T>["prepareInvocation"],
): vscode.Disposable {
  return vscode.lm.registerTool<T>(name, {
    ...(prepareInvocation && { prepareInvocation }),
    invoke: async ({ input }, token) =>
      new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(await answer(input, token))]),
  });
}

/** The named stack, else that of the active editor, else the only one. */
export async function stackOf({ stacks }: Ctx, { stack }: StackInput): Promise<vscode.Uri> {
  const all = await stacks.all();
  const active = vscode.window.activeTextEditor?.document.uri;
  const found =
    stack === undefined
      ? ((active && (await stacks.around(active))) ?? (all.length === 1 ? all[0] : undefined))
      : all.find((folder) => stackName(folder) === stack);
  if (found) return found;
  if (all.length === 0) throw new Error("There is no stack in this workspace.");
  throw new Error(`Say which stack: ${all.map(stackName).join(", ")}`);
}
