import * as vscode from "vscode";
import type { DaemonProposalItem } from "../../../server/src/protocol.ts";
import { summaryText } from "./page.ts";

/** A row of the view of proposals. */
export function daemonItem({
  folder,
  daemon,
}: {
  readonly folder: vscode.Uri;
  readonly daemon: DaemonProposalItem;
}): vscode.TreeItem {
  const { id, address, problem, summary, runbook, stale } = daemon;
  const item = new vscode.TreeItem(address);
  item.id = `${folder.toString()} ${id}`;
  item.description =
    stale !== null
      ? vscode.l10n.t("out of date: {0}", stale)
      : runbook !== null
        ? vscode.l10n.t("{0}: a runbook", problem)
        : `${problem}: ${summary}`;
  item.tooltip = new vscode.MarkdownString(summaryText(daemon));
  item.iconPath = new vscode.ThemeIcon(stale !== null ? "history" : runbook !== null ? "book" : "pulse");
  item.contextValue = `daemon.${stale !== null ? "stale" : runbook !== null ? "runbook" : "change"}`;
  const target = { folder: folder.toString(), id };
  item.command = {
    title: vscode.l10n.t("Review"),
    command: "clockwork.daemon.reviewProposal",
    arguments: [target],
  };
  return item;
}
