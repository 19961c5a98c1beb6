import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { hasChanges } from "../runs/reviewed.ts";
import { applyPlan } from "./apply.ts";
import { makePlan } from "./plan.ts";
import { isFree, readyStack } from "./ready.ts";
import { typed } from "./typed.ts";

/** Removes all that a stack has made: first it shows what, then that is to be typed, and then exactly that goes. */
export async function destroy(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "destroy", target);
  if (folder === undefined || !isFree(ctx, folder)) return;
  const plan = await makePlan(ctx, folder, ["--destroy"]);
  if (!plan) return;
  if (hasChanges(plan) && (await typed(plan))) return applyPlan(ctx, plan);
  await vscode.workspace.fs.delete(plan.file);
}
