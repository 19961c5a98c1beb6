import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { stackName } from "../stacks.ts";
import { callTool } from "./call.ts";
import { type StackInput, stackOf, tool } from "./register.ts";

interface VerifyInput extends StackInput {
  readonly addresses?: readonly string[];
}

/** Runs checks for a language model, once a person has agreed. Of files as they are saved: what is typed stays unsaved. */
export function registerVerifyTool(ctx: MachineCtx): vscode.Disposable {
  const run = async (input: VerifyInput, token: vscode.CancellationToken) => {
    if (!vscode.workspace.isTrusted) throw new Error("Running checks needs a trusted workspace.");
    const { stack: _, ...rest } = input;
    return callTool(ctx, await stackOf(ctx, input), "run_verify", rest, token);
  };
  return tool<VerifyInput>("clockwork_run_verify", run, async ({ input }) => {
    const name = stackName(await stackOf(ctx, input));
    const checks = input.addresses ?? [];
    return {
      invocationMessage: vscode.l10n.t("Running the checks of {0}", name),
      confirmationMessages: {
        title: vscode.l10n.t("Run the checks of {0}?", name),
        message:
          checks.length === 0
            ? vscode.l10n.t("This starts the programs of all its verify blocks and health checks.")
            : vscode.l10n.t("This starts the programs of: {0}", checks.join(", ")),
      },
    };
  });
}
