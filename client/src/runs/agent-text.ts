/** What an agent does for a run, or did, in a few words. */
import * as vscode from "vscode";
import type { RunAgent } from "./run.ts";
import { dollarsText, durationText } from "./texts.ts";

export const agentName = ({ model }: RunAgent): string => model ?? vscode.l10n.t("The agent");

/** `thinks · 12.0 s`, `$0.02 · wrote scripts for 2 steps · 1,801 tokens`. */
export function agentText(agent: RunAgent): string {
  const { ms, tokens, usd, mostUsd, note } = agent;
  const parts = [
    // What it has cost stands where a narrow view shows it.
    ...(usd === undefined ? [] : [dollarsText(usd)]),
    note ?? doing(agent),
    ...(ms === 0 ? [] : [durationText(ms)]),
    ...(tokens === 0 ? [] : [vscode.l10n.t("{0} tokens", tokens.toLocaleString(vscode.env.language))]),
    ...(mostUsd === undefined ? [] : [vscode.l10n.t("at most {0}", dollarsText((usd ?? 0) + mostUsd))]),
  ];
  return parts.join(" · ");
}

function doing({ state, steps, round }: RunAgent): string {
  switch (state) {
    case "waiting":
      return round > 0 ? vscode.l10n.t("is asked to mend it") : vscode.l10n.t("is asked");
    case "thinking":
      return vscode.l10n.t("thinks");
    case "answering":
      return vscode.l10n.t("writes");
    case "accepted":
      return steps === 1
        ? vscode.l10n.t("wrote 1 script")
        : vscode.l10n.t("wrote scripts for {0} steps", steps);
    case "failed":
      return vscode.l10n.t("wrote nothing that can be run");
  }
}
