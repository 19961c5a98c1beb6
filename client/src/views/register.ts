import * as vscode from "vscode";
import type { Ctx } from "../ctx.ts";
import { registerPlanView } from "./plan-view.ts";
import { registerStateView } from "./state-view.ts";
import { registerReveal } from "./tree.ts";

/** The views of the plan and of the state. They need nothing but the language server, and no trust. */
export function registerViews(ctx: Ctx): vscode.Disposable {
  // What an empty view says goes by it, and whether the palette has commands about stacks.
  const count = async () => {
    const stacks = await ctx.stacks.all();
    await vscode.commands.executeCommand("setContext", "clockwork.stackCount", stacks.length);
  };
  void count();
  return vscode.Disposable.from(
    ctx.stacks.onDidChange(count),
    registerReveal(),
    registerPlanView(ctx),
    registerStateView(ctx),
    vscode.commands.registerCommand("clockwork.showState", () =>
      vscode.commands.executeCommand("clockwork.state.focus"),
    ),
  );
}
