import * as vscode from "vscode";
import type { PlanRecord } from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { stackName } from "../stacks.ts";
import { agentName, agentText } from "./agent-text.ts";
import { runSummary } from "./items.ts";
import { isAsked } from "./run.ts";
import { runRows } from "./tree.ts";

const selector: vscode.DocumentSelector = { language: "clockwork" };

/** What the `{}` of the status bar tells of a `.cw` file: its stack, what ran last in it, and what writes its scripts. */
export function registerLanguageStatus(ctx: MachineCtx): vscode.Disposable {
  const stack = vscode.languages.createLanguageStatusItem("clockwork.stack", selector);
  stack.name = vscode.l10n.t("Clockwork Stack");
  const run = vscode.languages.createLanguageStatusItem("clockwork.run", selector);
  run.name = vscode.l10n.t("Clockwork Run");
  run.command = { title: vscode.l10n.t("Runs"), command: "clockwork.runs.focus" };
  const compiler = vscode.languages.createLanguageStatusItem("clockwork.compiler", selector);
  compiler.name = vscode.l10n.t("Clockwork Compiler");

  let shown = 0;
  const refresh = async () => {
    const turn = ++shown;
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "clockwork") return;
    const folder = await ctx.stacks.around(document.uri);
    const plan = folder && (await ctx.plans.of(folder));
    // Another editor may have come to the front.
    if (turn !== shown) return;
    stack.text = folder ? stackName(folder) : vscode.l10n.t("No stack");
    stack.detail = plan ? countsOf(plan) : "";
    const last = folder && ctx.runs.of(folder);
    run.busy = last !== undefined && last.outcome === undefined;
    const agent = last?.agent;
    compiler.busy = agent !== undefined && isAsked(agent);
    compiler.text = vscode.l10n.t("Compiler: {0}", agent ? agentName(agent) : "builtin");
    compiler.detail = agent ? agentText(agent) : vscode.l10n.t("writes the scripts of steps from templates");
    const [row] = last ? runRows([last], []) : [];
    run.text = row ? runSummary(row) : vscode.l10n.t("Nothing has run in this window");
    run.severity =
      last?.outcome === "failed"
        ? vscode.LanguageStatusSeverity.Error
        : vscode.LanguageStatusSeverity.Information;
  };
  void refresh();
  return vscode.Disposable.from(
    stack,
    run,
    compiler,
    vscode.window.onDidChangeActiveTextEditor(refresh),
    ctx.stacks.onDidChange(refresh),
    ctx.plans.onDidChange(refresh),
    ctx.runs.onDidChange(refresh),
  );
}

function countsOf({ changes }: PlanRecord): string {
  const there = changes.filter(({ action }) => action !== "delete" && action !== "forget");
  const checks = there.filter(({ isCheck }) => isCheck).length;
  return vscode.l10n.t("Resources: {0}, checks: {1}", there.length - checks, checks);
}
