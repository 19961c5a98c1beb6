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
  await keepAndOffer(ctx, await makePlan(ctx, folder, []));
}

/** What makes drifted resources what they should be: planned on what is really there, and offered like any other plan. */
export async function planRepair(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "plan", target);
  if (folder === undefined) return;
  await discard(ctx, folder);
  const targets = addressesIn(target).flatMap((address) => ["--target", address]);
  await keepAndOffer(ctx, await makePlan(ctx, folder, ["--refresh", ...targets]));
}

/** Of nobody in particular: of the whole stack. */
function addressesIn(target: unknown): readonly string[] {
  if (typeof target !== "object" || target === null || !("addresses" in target)) return [];
  const { addresses } = target;
  return Array.isArray(addresses) ? addresses.filter((one) => typeof one === "string") : [];
}

async function keepAndOffer(ctx: MachineCtx, made: ReviewedPlan | undefined): Promise<void> {
  if (!made) return;
  ctx.reviewed.keep(made);
  if (hasChanges(made)) await offer(ctx, made);
}

/** Undefined where none could be made; the terminal and the problems say why. */
export async function makePlan(
  ctx: MachineCtx,
  folder: vscode.Uri,
  flags: readonly string[],
): Promise<ReviewedPlan | undefined> {
  const isDestroy = flags.includes("--destroy");
  const madeMs = Date.now();
  const file = await planUri(ctx.storage);
  const args = [folder.fsPath, ...flags, "--out", file.fsPath];
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
