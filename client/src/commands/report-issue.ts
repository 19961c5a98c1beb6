import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";

/** Opens a text with what a report needs, and nothing that may be secret: no paths, no sources, no output of steps. */
export async function reportIssue({ client, runs }: MachineCtx): Promise<void> {
  const run = runs.all.at(-1);
  const facts = [
    `Clockwork ${client.initializeResult?.serverInfo?.version ?? "(no language server)"}`,
    `${vscode.env.appName} ${vscode.version}${vscode.env.remoteName === undefined ? "" : `, ${vscode.env.remoteName}`}`,
    `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...(run
      ? [`clockwork ${run.command}: ${run.outcome ?? "running"}, exit code ${run.exitCode ?? "unknown"}`]
      : []),
    ...(run?.diagnostics ?? []).map(({ severity, code }) => `${severity}[${code}]`),
  ];
  const parts = [
    [vscode.l10n.t("What happened"), ""],
    [vscode.l10n.t("What should have happened"), ""],
    [vscode.l10n.t("The smallest .cw file that shows it"), "```\n\n```"],
    [vscode.l10n.t("Versions"), facts.map((fact) => `- ${fact}`).join("\n")],
  ];
  const content = parts.map(([title, text]) => `## ${title}\n\n${text}\n`).join("\n");
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: "markdown", content }),
  );
}
