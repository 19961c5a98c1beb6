import * as vscode from "vscode";
import type { MachineCtx } from "./ctx.ts";
import { commandLine, shellFamily } from "./quote.ts";

/** Runs `clockwork COMMAND FOLDER`, the bundled one, in an integrated terminal, where a person sees it and answers it. */
export async function runCli(ctx: MachineCtx, command: "plan" | "apply", folder: vscode.Uri): Promise<void> {
  const terminal = ctx.terminals.for(folder);
  // A plan is for looking at; an apply asks, and takes the keyboard.
  terminal.show(command === "plan");
  const cli = vscode.Uri.joinPath(ctx.extensionUri, "dist", "cli.js").fsPath;
  const family = shellFamily(terminal.state.shell ?? vscode.env.shell, process.platform);
  const line = commandLine([process.execPath, cli, command, folder.fsPath], family);
  ctx.log.info(line);
  const code = await ctx.status.during(command, ctx.terminals.run(terminal, line));
  ctx.log.info(`clockwork ${command}: ${code === undefined ? "exit code unknown" : `exit code ${code}`}`);
}
