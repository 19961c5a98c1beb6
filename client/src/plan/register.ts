import * as vscode from "vscode";
import type { Ctx } from "../ctx.ts";
import { PlanBadges } from "./badges.ts";
import { PlanDecorations } from "./decorations.ts";
import { registerPlanDocument } from "./document.ts";

/** The plan beside the source. It needs nothing but the language server, and no trust. */
export function registerPlan(ctx: Ctx): vscode.Disposable {
  return vscode.Disposable.from(registerPlanDocument(ctx), new PlanBadges(ctx), new PlanDecorations(ctx));
}
