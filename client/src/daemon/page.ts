/** What the daemon leaves to a person, in words. */
import * as vscode from "vscode";
import type { DaemonProposalItem } from "../../../server/src/protocol.ts";
import { escapedMarkdown } from "../views/row.ts";

/** In a few lines of Markdown, for whoever rests on its row. */
export function summaryText(item: DaemonProposalItem): string {
  const { address, problem, summary, because, by, effects, expires, stale } = item;
  return [
    `**${escapedMarkdown(address)}**: ${escapedMarkdown(problem)}`,
    escapedMarkdown(summary),
    bullets(effects),
    escapedMarkdown(because),
    [
      escapedMarkdown(riskText(item)),
      ...(by === "rule" ? [] : [escapedMarkdown(vscode.l10n.t("wished by {0}", by))]),
      escapedMarkdown(vscode.l10n.t("until {0}", timeText(expires))),
    ].join(" · "),
    ...(stale === null ? [] : [`⚠ ${escapedMarkdown(stale)}`]),
  ].join("\n\n");
}

/** All that a person decides by, as it stands in an editor. */
export function pageText(item: DaemonProposalItem): string {
  const { address, problem, summary, because, evidence, effects, expires } = item;
  return [
    `${address}: ${problem}`,
    "",
    vscode.l10n.t("Proposed: {0}", summary),
    because,
    "",
    vscode.l10n.t("What it changes"),
    indented(effects.join("\n")),
    "",
    vscode.l10n.t("What was seen"),
    ...evidence.map(({ source, text }) => indented(`${source}: ${text}`)),
    "",
    `${riskText(item)} · ${vscode.l10n.t("until {0}", timeText(expires))}`,
    "",
  ].join("\n");
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

const bullets = (lines: readonly string[]): string =>
  lines.map((line) => `- ${escapedMarkdown(line)}`).join("\n");

const timeText = (ms: number): string => new Date(ms).toLocaleString(vscode.env.language);

function riskText({ risk }: DaemonProposalItem): string {
  switch (risk) {
    case "safe":
      return vscode.l10n.t("risk: safe");
    case "approve":
      return vscode.l10n.t("risk: needs approval");
    case "never":
      return vscode.l10n.t("risk: never by a program");
  }
}
