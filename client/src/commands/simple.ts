import * as vscode from "vscode";
import { cliLine } from "../cli.ts";
import type { MachineCtx } from "../ctx.ts";
import { startRun } from "../runs/start.ts";
import { isFree, mayRun, readyStack } from "./ready.ts";

/** Writes the scripts of the plan's steps; runs none. */
export async function build(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "build", target);
  if (folder === undefined || !isFree(ctx, folder)) return;
  await startRun(ctx, { command: "build", folder, args: [folder.fsPath], asks: false });
}

/** Runs the checks alone. */
export async function verify(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "verify", target);
  if (folder === undefined || !isFree(ctx, folder)) return;
  await startRun(ctx, { command: "verify", folder, args: [folder.fsPath], asks: false });
}

/** Says what is wrong with a stack, hints and all, as the command line sees it: with its flags and its machine. */
export async function validate(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "validate", target);
  if (folder !== undefined) await runPlain(ctx, folder, ["validate", folder.fsPath]);
}

/** Looks at what is really there; what has drifted is shown then. */
export async function refresh(ctx: MachineCtx, target: unknown): Promise<void> {
  const folder = await readyStack(ctx, "refresh", target);
  if (folder !== undefined) await runPlain(ctx, folder, ["refresh", folder.fsPath]);
}

/** Writes a first stack into a folder and opens it. */
export async function init(ctx: MachineCtx, target: unknown): Promise<void> {
  if (!mayRun("init")) return;
  const folder = target instanceof vscode.Uri ? target : await pickWorkspaceFolder();
  if (folder === undefined) return;
  const starters = [
    { label: vscode.l10n.t("Starter"), detail: vscode.l10n.t("A commented first stack"), example: undefined },
    {
      label: "hello",
      detail: vscode.l10n.t(
        "A page, a process that serves it, and a check that it does; needs nothing but Node",
      ),
      example: "hello",
    },
    {
      label: "web",
      detail: vscode.l10n.t("A web server in a container, with a network, a volume and a health check"),
      example: "web",
    },
    {
      label: "myapp",
      detail: vscode.l10n.t("A repository, an image built from it, and its container"),
      example: "myapp",
    },
  ];
  const placeHolder = vscode.l10n.t("What to begin with");
  const starter = await vscode.window.showQuickPick(starters, { placeHolder });
  if (!starter) return;
  const flags = starter.example === undefined ? [] : ["--example", starter.example];
  if ((await runPlain(ctx, folder, ["init", folder.fsPath, ...flags])) !== 0) return;
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, "main.cw"));
}

async function pickWorkspaceFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only, ...others] = folders;
  if (only && others.length === 0) return only.uri;
  if (only) return (await vscode.window.showWorkspaceFolderPick())?.uri;
  const openLabel = vscode.l10n.t("Begin Here");
  const [chosen] =
    (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel })) ?? [];
  return chosen;
}

/** Runs a command that tells no events; one that asks takes the keyboard; resolves with its exit code, undefined where the shell does not tell. */
export async function runPlain(
  ctx: MachineCtx,
  folder: vscode.Uri,
  args: readonly string[],
  asks = false,
): Promise<number | undefined> {
  const terminal = await ctx.terminals.for(folder);
  terminal.show(!asks);
  const line = cliLine(ctx, terminal, args);
  ctx.log.info(line);
  const { tells, ended } = await ctx.terminals.start(terminal, line);
  return tells ? ctx.status.during(args[0] ?? "", ended) : undefined;
}
