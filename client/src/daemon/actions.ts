import * as vscode from "vscode";
import { runCommandLine } from "../artifacts/command-line.ts";
import { notAdopted, offerAdopt } from "../commands/adopt.ts";
import { mayRun, readyStack } from "../commands/ready.ts";
import { runPlain } from "../commands/simple.ts";
import type { MachineCtx } from "../ctx.ts";
import { stackFolder } from "../stack.ts";
import { stackName } from "../stacks.ts";
import { journalUri } from "./journal.ts";
import type { Daemons } from "./store.ts";

export type Action = (ctx: MachineCtx, daemons: Daemons, target: unknown) => Promise<void>;

/** In the background: it goes on when the window closes. */
export const start: Action = (ctx, daemons, target) => daemon(ctx, daemons, "start", target);
export const stop: Action = (ctx, daemons, target) => daemon(ctx, daemons, "stop", target);
export const disable: Action = (ctx, daemons, target) => daemon(ctx, daemons, "disable", target);
export const enable: Action = (ctx, daemons, target) => daemon(ctx, daemons, "enable", target);

async function daemon(
  ctx: MachineCtx,
  daemons: Daemons,
  command: "start" | "stop" | "disable" | "enable",
  target: unknown,
): Promise<void> {
  // The switch is for moments in which nothing else matters: no file is saved first.
  const needsFiles = command === "start";
  const folder = needsFiles
    ? await readyStack(ctx, `daemon ${command}`, target)
    : await trusted(ctx, `daemon ${command}`, target);
  if (folder) await run(ctx, daemons, folder, ["daemon", command, folder.fsPath]);
}

async function trusted(ctx: MachineCtx, command: string, target: unknown): Promise<vscode.Uri | undefined> {
  return mayRun(command) ? stackFolder(ctx.stacks, target) : undefined;
}

async function run(
  ctx: MachineCtx,
  daemons: Daemons,
  folder: vscode.Uri,
  args: readonly string[],
): Promise<void> {
  const words = args.slice(0, 2).join(" ");
  const { isDone, problem } = await ctx.status.during(words, runCommandLine(ctx, args));
  daemons.refresh(folder);
  if (!isDone && problem?.code === notAdopted) await offerAdopt(folder);
  else if (!isDone) void vscode.window.showErrorMessage(problem?.message ?? "");
}

/** Once, where a person sees it: it mends what it may, and proposes the rest. */
export const lookOnce: Action = async (ctx, _, target) => {
  const folder = await readyStack(ctx, "daemon run", target);
  if (folder) await runPlain(ctx, folder, ["daemon", "run", folder.fsPath, "--once"]);
};

/** What it saw, decided and did, the newest first. */
export const showJournal: Action = async (ctx, _, target) => {
  const folder = await stackFolder(ctx.stacks, target);
  if (folder) await vscode.window.showTextDocument(journalUri(folder), { preview: false });
};

/** A person has looked at what it left alone. */
export const acknowledge: Action = async (ctx, daemons, target) => {
  const folder = await trusted(ctx, "daemon acknowledge", target);
  const quarantined = (folder && (await daemons.of(folder))?.quarantined) ?? [];
  if (!folder) return;
  if (quarantined.length === 0) {
    const message = vscode.l10n.t("The daemon leaves nothing of {0} alone.", stackName(folder));
    return void vscode.window.showInformationMessage(message);
  }
  const placeHolder = vscode.l10n.t("What have you looked at? The daemon looks after it again.");
  const address = await vscode.window.showQuickPick([...quarantined], { placeHolder });
  if (address !== undefined)
    await run(ctx, daemons, folder, ["daemon", "acknowledge", address, "--chdir", folder.fsPath]);
};
