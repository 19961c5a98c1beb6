import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type * as vscode from "vscode";
import { cliProgram, sandboxWish } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";

/**
 * Calls a tool of the bundled command line, the same that `clockwork mcp` offers. Resolves with its answer and rejects with an
 * error whose message is why there is none.
 *
 * @param token interrupts it, as Ctrl-C would
 */
export async function callTool(
  ctx: MachineCtx,
  folder: vscode.Uri,
  name: string,
  input: object,
  token: vscode.CancellationToken,
): Promise<string> {
  const [program, cli] = cliProgram(ctx.extensionUri);
  ctx.log.info(`clockwork mcp ${folder.fsPath} --call ${name}`);
  const child = spawn(program, [cli, "mcp", folder.fsPath, "--call", name], {
    cwd: folder.fsPath,
    // Where the editor's executable is an Electron, this makes it the Node that it contains.
    env: { ...process.env, ...sandboxWish(), ELECTRON_RUN_AS_NODE: "1" },
  });
  const exited = new Promise<number | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code) => resolve(code ?? 1));
  });
  const cancelling = token.onCancellationRequested(() => child.kill("SIGINT"));
  if (token.isCancellationRequested) child.kill("SIGINT");
  // It may end before it has read all.
  child.stdin.on("error", (error) => ctx.log.debug(error.message));
  child.stdin.end(JSON.stringify(input));
  const [code, answer, said] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  cancelling.dispose();
  if (code === 0) return answer.trimEnd();
  throw code instanceof Error ? code : new Error(answer.trim() || said.trim() || `exit code ${code}`);
}
