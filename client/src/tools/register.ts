import * as vscode from "vscode";
import { type DiagnosticRecord, type PlanParams, requests } from "../../../server/src/protocol.ts";
import { ask } from "../ask.ts";
import type { Ctx } from "../ctx.ts";
import { stackName } from "../stacks.ts";
import { changeText, planText, problemsText } from "./texts.ts";

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
    tool<StackInput>("clockwork_get_diagnostics", async (input) => {
      const params: PlanParams = { folder: (await stackOf(ctx, input)).toString() };
      const found = await ask<readonly DiagnosticRecord[]>(ctx, requests.problems, params);
      if (!found) throw new Error("The language server is not running.");
      return problemsText(found);
    }),
    tool<StackInput>("clockwork_get_plan", async (input) => planText(await planOf(ctx, input))),
    tool<ChangeInput>("clockwork_explain_change", async (input) => {
      const plan = await planOf(ctx, input);
      const addresses = plan.changes.map(({ address }) => address);
      const text = changeText(plan, input.address);
      if (text === undefined)
        throw new Error(`The plan has no ${input.address}, only: ${addresses.join(", ")}`);
      return text;
    }),
  );
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

async function planOf(ctx: Ctx, input: StackInput) {
  const folder = await stackOf(ctx, input);
  const plan = await ctx.plans.of(folder);
  if (!plan) throw new Error(`There is no plan of ${stackName(folder)}: the language server has none.`);
  return plan;
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
