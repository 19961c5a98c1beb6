import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import { saveStack, stackFolder } from "../stack.ts";
import { stackName } from "../stacks.ts";

/**
 * The stack that a command is to run on, if it may: running needs trust, and what the editor shows is saved first, since
 * the command line reads the disk.
 *
 * @param target a folder's address from a lens, a file or folder from a menu, or nothing from the palette
 */
export async function readyStack(
  { stacks }: MachineCtx,
  command: string,
  target: unknown,
): Promise<vscode.Uri | undefined> {
  if (!mayRun(command)) return undefined;
  const folder = await stackFolder(stacks, target);
  if (folder === undefined) return undefined;
  if (await saveStack(folder)) return folder;
  void vscode.window.showWarningMessage(
    vscode.l10n.t("Clockwork: {0} was not started, because a file could not be saved.", command),
  );
  return undefined;
}

/** Menus are disabled without trust, but a command can be called by any extension and key binding. */
export function mayRun(command: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage(vscode.l10n.t("Clockwork: {0} needs a trusted workspace.", command));
  return false;
}

/** Whether nothing runs that changes the stack; if something does, its terminal is offered instead of a second one. */
export function isFree(ctx: MachineCtx, folder: vscode.Uri): boolean {
  const changing = ctx.runs.running.find((run) => run.folder === folder.toString() && run.command !== "plan");
  if (!changing) return true;
  const show = vscode.l10n.t("Show Terminal");
  const message = vscode.l10n.t("{0} of {1} is still running.", changing.command, stackName(folder));
  void vscode.window.showWarningMessage(message, show).then((chosen) => {
    if (chosen === show) ctx.runs.terminalOf(changing.key)?.show();
  });
  return false;
}
