import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { isFree, mayRun } from "../commands/ready.ts";
import type { MachineCtx } from "../ctx.ts";
import { startRun } from "../runs/start.ts";
import { saveStack } from "../stack.ts";

/**
 * Has the command line carry out what the daemon proposes, as a run like any other: it plans, applies, looks whether that
 * helped, and takes it back if it did not.
 *
 * @param text what a person made of the text that is proposed
 * @returns whether it helped
 */
export async function carryOut(
  ctx: MachineCtx,
  folder: vscode.Uri,
  id: string,
  text?: string,
): Promise<boolean> {
  if (!mayRun("proposals approve") || !isFree(ctx, folder) || !(await saveStack(folder))) return false;
  const file = text === undefined ? undefined : await kept(ctx, text);
  const flags = file ? ["--text", file.fsPath] : [];
  const { outcome } = await startRun(ctx, {
    command: "apply",
    words: ["proposals", "approve"],
    folder,
    args: [id, "--chdir", folder.fsPath, ...flags],
    asks: true,
  });
  if (file) await vscode.workspace.fs.delete(file);
  return outcome === "succeeded";
}

/** In a folder of the extension; the terminal's own input is for its questions. */
async function kept({ storage }: MachineCtx, text: string): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(storage, "proposals");
  await vscode.workspace.fs.createDirectory(folder);
  const file = vscode.Uri.joinPath(folder, `${randomUUID()}.txt`);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  return file;
}
