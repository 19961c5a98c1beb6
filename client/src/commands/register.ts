import * as vscode from "vscode";
import { commands } from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { adopt, registerAdoptOffer } from "./adopt.ts";
import { apply } from "./apply.ts";
import { applyResource } from "./apply-resource.ts";
import { destroy } from "./destroy.ts";
import { plan, planRepair } from "./plan.ts";
import { reportIssue } from "./report-issue.ts";
import { build, init, refresh, validate, verify } from "./simple.ts";

/** The commands that start the command line. Each takes what a lens, a menu or nobody names. */
export function registerCommands(ctx: MachineCtx): vscode.Disposable {
  const handlers: Readonly<Record<string, (ctx: MachineCtx, target: unknown) => Promise<void>>> = {
    [commands.plan]: plan,
    [commands.apply]: apply,
    [commands.applyResource]: applyResource,
    [commands.planRepair]: planRepair,
    "clockwork.adopt": adopt,
    "clockwork.build": build,
    "clockwork.destroy": destroy,
    "clockwork.init": init,
    "clockwork.refresh": refresh,
    "clockwork.reportIssue": reportIssue,
    "clockwork.validate": validate,
    "clockwork.verify": verify,
  };
  return vscode.Disposable.from(
    registerAdoptOffer(ctx),
    ...Object.entries(handlers).map(([id, run]) =>
      vscode.commands.registerCommand(id, (target: unknown) => run(ctx, target)),
    ),
  );
}
