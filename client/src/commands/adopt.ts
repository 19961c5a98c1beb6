import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import type { Run } from "../runs/run.ts";
import { stackName } from "../stacks.ts";
import { readyStack } from "./ready.ts";
import { runPlain } from "./simple.ts";

/** The code of the problem that ends a command where what came with a folder is not this user's yet. */
export const notAdopted = "not-adopted";

/** Shows in a terminal what came with the folder, and asks there whether it is to be used as if the user had made it. */
export async function adopt(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "adopt", target);
  if (folder !== undefined) await runPlain(ctx, folder, ["adopt", folder.fsPath], true);
}

/** Offers that where a run ended with the question. */
export function registerAdoptOffer({ runs }: MachineCtx): vscode.Disposable {
  return runs.onDidChange((run) => {
    if (run.outcome !== undefined && isRefused(run)) void offerAdopt(vscode.Uri.parse(run.folder, true));
  });
}

const isRefused = ({ diagnostics }: Run): boolean => diagnostics.some(({ code }) => code === notAdopted);

/** The scripts are read first, by whoever wants to. */
export async function offerAdopt(folder: vscode.Uri): Promise<void> {
  const review = vscode.l10n.t("Review Scripts");
  const use = vscode.l10n.t("Adopt...");
  const message = vscode.l10n.t(
    "What lies in .clockwork/ of {0} came from elsewhere, and nobody has adopted it: nothing of it was run.",
    stackName(folder),
  );
  const chosen = await vscode.window.showWarningMessage(message, review, use);
  if (chosen === review) await vscode.commands.executeCommand("clockwork.artifacts.focus");
  if (chosen === use) await vscode.commands.executeCommand("clockwork.adopt", folder);
}
