import * as vscode from "vscode";
import type { MachineCtx } from "./ctx.ts";
import { commandLine, shellFamily } from "./quote.ts";

/** The bundled command line as a program and its first argument. */
export function cliProgram(extensionUri: vscode.Uri): readonly [string, string] {
  return [process.execPath, vscode.Uri.joinPath(extensionUri, "dist", "cli.js").fsPath];
}

/** `clockwork ARGS`, the bundled one, as the shell of a terminal reads it. */
export function cliLine(ctx: MachineCtx, terminal: vscode.Terminal, args: readonly string[]): string {
  const family = shellFamily(terminal.state.shell ?? vscode.env.shell, process.platform);
  return commandLine([...cliProgram(ctx.extensionUri), ...args], family);
}

/**
 * The sandbox that the user wishes for in the editor's settings, as the command line is told of it. The setting belongs to the
 * machine: no workspace can set it. Empty where it is left to the user's own environment.
 */
export function sandboxWish(): Readonly<Record<string, string>> {
  const wish = vscode.workspace.getConfiguration("clockwork").get("sandbox", "");
  return wish === "" ? {} : { CLOCKWORK_SANDBOX: wish };
}
