/** How rows of the view of runs look. */
import * as vscode from "vscode";
import { stackName } from "../stacks.ts";
import { agentName, agentText } from "./agent-text.ts";
import type { RunAgent } from "./run.ts";
import { durationText, timeText } from "./texts.ts";
import type { AgentRow, RunRow, StepRow } from "./tree.ts";

export function runItem(row: RunRow): vscode.TreeItem {
  const { command, folder, outcome } = row;
  const uri = vscode.Uri.parse(folder, true);
  const isOpen = outcome === "running" && row.live !== undefined;
  const item = new vscode.TreeItem(
    `${command} ${stackName(uri)}`,
    isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  // Another state of opening is taken over only for another id.
  item.id = isOpen ? `${row.id} running` : row.id;
  const parts = partsOf(row);
  item.description = parts.join(" · ");
  item.iconPath = icons[outcome];
  item.tooltip = `clockwork ${command}\n${vscode.workspace.asRelativePath(uri, true)}\n${parts.join(" · ")}`;
  item.contextValue = row.live ? (outcome === "running" ? "run.running" : "run.live") : "run.past";
  item.accessibilityInformation = { label: `${command} ${stackName(uri)}, ${parts.join(", ")}` };
  return item;
}

/** With which outcome, how long, when: a narrow view cuts off the end. */
function partsOf(row: RunRow): readonly string[] {
  const { startedMs, endedMs } = row;
  const time = timeText(startedMs, Date.now(), vscode.env.language);
  return [outcomeText(row), ...(endedMs === undefined ? [] : [durationText(endedMs - startedMs)]), time];
}

/** A run in one line. */
export const runSummary = (row: RunRow): string => [row.command, ...partsOf(row)].join(" · ");

export function stepItem(row: StepRow): vscode.TreeItem {
  const { id, status, ms, log, message } = row;
  const item = new vscode.TreeItem(id);
  item.iconPath = icons[status];
  const text = stepText(status);
  const parts = [
    ...(ms === undefined || log === undefined ? [] : [durationText(ms)]),
    ...(text === "" ? [] : [text]),
  ];
  item.description = parts.join(" · ");
  item.tooltip = [id, message].filter((line) => line !== undefined).join("\n");
  item.contextValue = "step";
  item.accessibilityInformation = { label: [id, ...parts].join(", ") };
  if (log !== undefined) {
    item.command = { title: vscode.l10n.t("Open Log"), command: "clockwork.runs.openLog", arguments: [row] };
  }
  return item;
}

export function agentItem({ agent }: AgentRow): vscode.TreeItem {
  const item = new vscode.TreeItem(agentName(agent));
  item.iconPath = agentIcons[agent.state];
  item.description = agentText(agent);
  item.tooltip = `${agentName(agent)}\n${agentText(agent)}`;
  item.contextValue = "agent";
  item.accessibilityInformation = { label: `${agentName(agent)}, ${agentText(agent)}` };
  return item;
}

const icon = (id: string, color?: string) =>
  new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
const failed = icon("error", "testing.iconFailed");
const icons: Readonly<Record<RunRow["outcome"] | StepRow["status"], vscode.ThemeIcon>> = {
  running: icon("sync~spin"),
  succeeded: icon("pass", "testing.iconPassed"),
  failed,
  "timed-out": failed,
  stale: icon("warning", "list.warningForeground"),
  cancelled: icon("circle-slash", "testing.iconSkipped"),
  declined: icon("circle-slash", "testing.iconSkipped"),
  skipped: icon("debug-step-over", "testing.iconSkipped"),
  waiting: icon("circle-outline"),
  lost: icon("question"),
  unknown: icon("question"),
};

const agentIcons: Readonly<Record<RunAgent["state"], vscode.ThemeIcon>> = {
  waiting: icons.running,
  thinking: icons.running,
  answering: icons.running,
  accepted: icon("sparkle", "testing.iconPassed"),
  failed,
};

function outcomeText({ outcome, steps }: RunRow): string {
  const { succeeded = 0, failed = 0, "timed-out": timedOut = 0 } = steps;
  switch (outcome) {
    case "running":
      return vscode.l10n.t("running");
    case "succeeded":
      return succeeded === 0 ? vscode.l10n.t("done") : vscode.l10n.t("{0} succeeded", succeeded);
    case "failed":
      return failed + timedOut === 0
        ? vscode.l10n.t("failed")
        : vscode.l10n.t("{0} failed", failed + timedOut);
    case "stale":
      return vscode.l10n.t("refused: the plan was stale");
    case "cancelled":
      return vscode.l10n.t("interrupted");
    case "declined":
      return vscode.l10n.t("nothing was run");
    case "lost":
      return vscode.l10n.t("not ended");
  }
}

function stepText(status: StepRow["status"]): string {
  switch (status) {
    case "succeeded":
    case "running":
      return "";
    case "waiting":
      return vscode.l10n.t("waits");
    case "failed":
      return vscode.l10n.t("failed");
    case "timed-out":
      return vscode.l10n.t("timed out");
    case "cancelled":
      return vscode.l10n.t("interrupted");
    case "skipped":
      return vscode.l10n.t("skipped");
    case "unknown":
      return vscode.l10n.t("nobody knows how it ended");
  }
}
