import * as vscode from "vscode";
import { runCli } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";
import { saveStack, stackFolder } from "../stack.ts";

/**
 * Runs a command of the CLI on a stack: what the editor shows is saved first, since the CLI reads the disk.
 *
 * @param target a folder's address from a lens, a file or folder from a menu, or nothing from the palette
 */
export async function runOnStack(ctx: MachineCtx, command: "plan" | "apply", target: unknown): Promise<void> {
  // Menus are disabled without trust, but a command can be called by any extension and key binding.
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("Clockwork: {0} needs a trusted workspace.", command),
    );
    return;
  }
  const folder = await stackFolder(target);
  if (folder === undefined) return;
  if (!(await saveStack(folder))) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("Clockwork: {0} was not started, because a file could not be saved.", command),
    );
    return;
  }
  await runCli(ctx, command, folder);
}
