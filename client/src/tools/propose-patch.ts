import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { callTool } from "./call.ts";
import { type StackInput, stackOf, tool } from "./register.ts";

interface PatchInput extends StackInput {
  /** Of the script, below `.clockwork/build/`. */
  readonly path: string;
  readonly edits: readonly { readonly old: string; readonly new: string }[];
}

/** A language model's change of a script becomes a proposal, which a person reviews; the script stays as it is. */
export function registerPatchTool(ctx: MachineCtx): vscode.Disposable {
  const propose = async (input: PatchInput, token: vscode.CancellationToken) => {
    if (!vscode.workspace.isTrusted) throw new Error("Proposing changes needs a trusted workspace.");
    const { stack: _, ...rest } = input;
    return callTool(ctx, await stackOf(ctx, input), "propose_artifact_patch", rest, token);
  };
  return tool<PatchInput>("clockwork_propose_artifact_patch", propose, async ({ input }) => ({
    invocationMessage: vscode.l10n.t("Proposing a change to {0}", input.path),
  }));
}
