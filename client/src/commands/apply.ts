import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { changeLines } from "../runs/approval.ts";
import { countsText } from "../runs/counts-text.ts";
import { hasChanges, type ReviewedPlan, takesAway } from "../runs/reviewed.ts";
import { startRun } from "../runs/start.ts";
import { stackName } from "../stacks.ts";
import { planStack } from "./plan.ts";
import { isFree, readyStack } from "./ready.ts";
import { typed } from "./typed.ts";

/** Brings a stack up: by the plan that was reviewed, or else the command line shows one and asks in its terminal. */
export async function apply(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "apply", target);
  if (folder === undefined || !isFree(ctx, folder)) return;
  const plan = ctx.reviewed.of(folder);
  if (!plan || (!hasChanges(plan) && plan.staleBy === undefined)) return askInTerminal(ctx, folder);
  if (plan.staleBy !== undefined) return offerAnother(ctx, plan);
  if (takesAway(plan) ? await typed(plan) : await agreed(plan)) await applyPlan(ctx, plan);
}

/** Applies the reviewed plan of a stack, if it still is the one in this file. */
export async function applyReviewed(ctx: MachineCtx, folder: vscode.Uri, file: vscode.Uri): Promise<void> {
  const plan = ctx.reviewed.of(folder);
  if (!plan || plan.file.toString() !== file.toString() || plan.staleBy !== undefined) {
    return offerAnother(ctx, { folder, ...(plan?.staleBy !== undefined && { staleBy: plan.staleBy }) });
  }
  if (!isFree(ctx, folder)) return;
  if (!takesAway(plan) || (await typed(plan))) await applyPlan(ctx, plan);
}

/** Of resources, with what they depend on. */
export async function applyResources(
  ctx: MachineCtx,
  folder: vscode.Uri,
  addresses: readonly string[],
): Promise<void> {
  if (!isFree(ctx, folder)) return;
  const targets = addresses.flatMap((address) => ["--target", address]);
  await startRun(ctx, { command: "apply", folder, args: [folder.fsPath, ...targets], asks: true });
}

async function askInTerminal(ctx: MachineCtx, folder: vscode.Uri): Promise<void> {
  await startRun(ctx, { command: "apply", folder, args: [folder.fsPath], asks: true });
}

/**
 * Hands exactly the reviewed plan to the command line, which refuses it if it no longer holds. Where somebody has typed what
 * is taken away, it does not ask once more; otherwise it asks only about scripts that it had to write first.
 */
export async function applyPlan(ctx: MachineCtx, plan: ReviewedPlan): Promise<void> {
  const { folder, file, isDestroy } = plan;
  const flags = takesAway(plan) ? ["--yes"] : [];
  const command = isDestroy ? "destroy" : "apply";
  // It is used now, whatever comes of it.
  ctx.reviewed.drop(folder);
  const run = await startRun(ctx, { command, folder, args: [file.fsPath, ...flags], asks: true });
  await vscode.workspace.fs.delete(file);
  if (run.outcome === "stale") await offerAnother(ctx, { folder });
}

async function agreed({ folder, changes }: ReviewedPlan): Promise<boolean> {
  const yes = vscode.l10n.t("Apply");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("Apply the reviewed plan of {0}: {1}?", stackName(folder), countsText(changes)),
    { modal: true, detail: changeLines(changes).join("\n") },
    yes,
  );
  return chosen === yes;
}

/** What was reviewed is not what would run. */
async function offerAnother(
  ctx: MachineCtx,
  { folder, staleBy }: Pick<ReviewedPlan, "folder" | "staleBy">,
): Promise<void> {
  const again = vscode.l10n.t("Plan Again");
  const name = stackName(folder);
  const message =
    staleBy === undefined
      ? vscode.l10n.t("The reviewed plan of {0} no longer holds. Nothing was run.", name)
      : vscode.l10n.t("The reviewed plan of {0} no longer holds: {1} has changed since.", name, staleBy);
  const chosen = await vscode.window.showWarningMessage(message, { modal: true }, again);
  if (chosen === again) await planStack(ctx, folder);
}
