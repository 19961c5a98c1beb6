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
