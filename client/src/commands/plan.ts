import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { countsText } from "../runs/counts-text.ts";
import { hasChanges, type ReviewedPlan } from "../runs/reviewed.ts";
import { startRun } from "../runs/start.ts";
import { stackName } from "../stacks.ts";
import { applyReviewed } from "./apply.ts";
import { readyStack } from "./ready.ts";

/** Shows what an apply would do, and keeps it: exactly that can be applied then. */
export async function plan(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "plan", target);
  if (folder !== undefined) await planStack(ctx, folder);
}

export async function planStack(ctx: MachineCtx, folder: vscode.Uri): Promise<void> {
  await discard(ctx, folder);
  const made = await makePlan(ctx, folder, false);
  if (!made) return;
  ctx.reviewed.keep(made);
  if (hasChanges(made)) await offer(ctx, made);
}

/** Undefined where none could be made; the terminal and the problems say why. */
export async function makePlan(
  ctx: MachineCtx,
  folder: vscode.Uri,
  isDestroy: boolean,
): Promise<ReviewedPlan | undefined> {
  const madeMs = Date.now();
  const file = await planUri(ctx.storage);
  const args = [folder.fsPath, ...(isDestroy ? ["--destroy"] : []), "--out", file.fsPath];
  const { outcome, plan } = await startRun(ctx, { command: "plan", folder, args, asks: false });
  if (outcome !== "succeeded" || !plan) return undefined;
  return { folder, file, planId: plan.id, isDestroy, changes: plan.changes, madeMs };
}

/** The plan that was kept of a stack goes, with its file. */
export async function discard(ctx: MachineCtx, folder: vscode.Uri): Promise<void> {
  const old = ctx.reviewed.of(folder);
  if (!old) return;
  ctx.reviewed.drop(folder);
  await vscode.workspace.fs.delete(old.file);
}

async function planUri(storage: vscode.Uri): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(storage, "plans");
  await vscode.workspace.fs.createDirectory(folder);
  return vscode.Uri.joinPath(folder, `${randomUUID()}.plan`);
}

async function offer(ctx: MachineCtx, made: ReviewedPlan): Promise<void> {
  const apply = vscode.l10n.t("Apply");
  const message = vscode.l10n.t("Plan of {0}: {1}.", stackName(made.folder), countsText(made.changes));
  const chosen = await vscode.window.showInformationMessage(message, apply);
  if (chosen === apply) await applyReviewed(ctx, made.folder, made.file);
}
