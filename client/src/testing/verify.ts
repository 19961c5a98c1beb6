import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as vscode from "vscode";
import type { RunEvent } from "../../../server/src/protocol.ts";
import { sandboxWish } from "../cli.ts";
import type { Ctx } from "../ctx.ts";
import { EventReader } from "../runs/event-reader.ts";

export interface Verified {
  readonly events: AsyncIterable<RunEvent>;
  /** What it said to people once it has ended, or why it could not be started. */
  readonly said: Promise<string>;
}

/**
 * Runs checks of a stack with the bundled command line; nobody has to see or answer it, so it needs no terminal.
 *
 * @param targets addresses of checks; all for none
 * @param token interrupts it, as Ctrl-C would
 */
export function verify(
  ctx: Ctx,
  folder: vscode.Uri,
  targets: readonly string[],
  token: vscode.CancellationToken,
): Verified {
  const cli = vscode.Uri.joinPath(ctx.extensionUri, "dist", "cli.js").fsPath;
  const targeted = targets.flatMap((address) => ["--target", address]);
  // Checks change nothing, so they need not wait for each other.
  const argv = [cli, "verify", folder.fsPath, "--json", "--parallelism", "8", ...targeted];
  ctx.log.info(`clockwork ${argv.slice(1).join(" ")}`);
  const child = spawn(process.execPath, argv, {
    cwd: folder.fsPath,
    // Where the editor's executable is an Electron, this makes it the Node that it contains.
    env: { ...process.env, ...sandboxWish(), ELECTRON_RUN_AS_NODE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const cancelling = token.onCancellationRequested(() => child.kill("SIGINT"));
  child.once("exit", () => cancelling.dispose());
  if (token.isCancellationRequested) child.kill("SIGINT");
  const unstarted = new Promise<Error | undefined>((resolve) => {
    child.once("error", resolve);
    child.once("close", () => resolve(undefined));
  });
  const said = Promise.all([text(child.stderr), unstarted]).then(([words, error]) => error?.message ?? words);
  return { events: eventsOf(ctx, child.stdout), said };
}

async function* eventsOf(ctx: Ctx, output: AsyncIterable<Uint8Array>): AsyncIterable<RunEvent> {
  const reader = new EventReader();
  for await (const bytes of output) {
    const { events, strange } = reader.take(bytes);
    for (const line of strange) ctx.log.warn(`no event: ${line.slice(0, 200)}`);
    yield* events;
  }
}
