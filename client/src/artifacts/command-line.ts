import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as vscode from "vscode";
import type { DiagnosticRecord } from "../../../server/src/protocol.ts";
import { sandboxWish } from "../cli.ts";
import type { Ctx } from "../ctx.ts";

export interface Ended {
  readonly isDone: boolean;
  /** Why not, for people; the first of several. */
  readonly problem?: { readonly code: string; readonly message: string };
}

/**
 * Runs the bundled command line for something that is done in a moment and that nobody has to see or answer.
 *
 * @param input what it reads from stdin
 */
export async function runCommandLine(ctx: Ctx, args: readonly string[], input = ""): Promise<Ended> {
  const cli = vscode.Uri.joinPath(ctx.extensionUri, "dist", "cli.js").fsPath;
  ctx.log.info(`clockwork ${args.join(" ")}`);
  const child = spawn(process.execPath, [cli, ...args, "--json"], {
    // Where the editor's executable is an Electron, this makes it the Node that it contains.
    env: { ...process.env, ...sandboxWish(), ELECTRON_RUN_AS_NODE: "1" },
  });
  const exited = new Promise<number | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code) => resolve(code ?? 1));
  });
  // It may end before it has read all.
  child.stdin.on("error", (error) => ctx.log.debug(error.message));
  child.stdin.end(input);
  const [code, out, said] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  if (said !== "") ctx.log.info(said);
  if (code === 0) return { isDone: true };
  const message = code instanceof Error ? code.message : said.trim() || `exit code ${code}`;
  return { isDone: false, problem: problemIn(out) ?? { code: "", message } };
}

/** How long such a command waits for another one that changes the stack. */
export const briefly: readonly string[] = ["--lock-timeout", "5s"];

function problemIn(out: string): { code: string; message: string } | undefined {
  if (out === "") return undefined;
  const { diagnostics = [] } = JSON.parse(out) as { diagnostics?: readonly DiagnosticRecord[] };
  const found = diagnostics.find(({ severity }) => severity === "error");
  if (!found) return undefined;
  const { code, message, hint } = found;
  return { code, message: hint === undefined ? message : `${message}. ${hint}` };
}
