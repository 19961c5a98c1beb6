import * as vscode from "vscode";
import type { DriftRecord } from "../../../server/src/protocol.ts";
import type { MachineCtx } from "../ctx.ts";
import { stackName } from "../stacks.ts";
import { escapedMarkdown } from "../views/row.ts";
import { type Standing, standingOf } from "./standing.ts";
import type { Daemons } from "./store.ts";

/** What the item is about: of the file that is looked at, or the only stack. */
interface Shown {
  readonly folder: vscode.Uri;
  readonly standing: Standing;
  readonly isWatched: boolean;
  readonly tooltip: vscode.MarkdownString;
}

/** The daemon of a stack in the status bar. A click asks what is to be done. */
export function registerStatusItem(ctx: MachineCtx, daemons: Daemons): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("clockwork.daemon", vscode.StatusBarAlignment.Right, 99);
  item.name = vscode.l10n.t("Clockwork Daemon");
  let turns = 0;
  const refresh = async () => {
    const turn = ++turns;
    const shown = await look(ctx, daemons);
    // Another editor may have come to the front, or a file may have changed.
    if (turn !== turns) return;
    if (!shown) return item.hide();
    const { folder, standing, isWatched, tooltip } = shown;
    item.text = `${isWatched ? "$(eye)" : "$(eye-closed)"} ${textOf(standing)}`;
    item.tooltip = tooltip;
    item.backgroundColor = urgent.has(standing.kind)
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    item.command = {
      title: vscode.l10n.t("Clockwork Daemon"),
      command: "clockwork.daemon.menu",
      arguments: [folder.toString()],
    };
    item.show();
  };
  void refresh();
  return vscode.Disposable.from(
    item,
    daemons.onDidChange(refresh),
    ctx.stacks.onDidChange(refresh),
    ctx.plans.onDidChange(refresh),
    ctx.artifacts.onDidChange(refresh),
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
}

const urgent: ReadonlySet<Standing["kind"]> = new Set(["quarantined", "proposals"]);

async function look(ctx: MachineCtx, daemons: Daemons): Promise<Shown | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const stacks = await ctx.stacks.all();
  const folder =
    (active && (await ctx.stacks.around(active.uri))) ?? (stacks.length === 1 ? stacks[0] : undefined);
  if (folder?.scheme !== "file" || !vscode.workspace.isTrusted) return undefined;
  const [status, isWatched, plan, proposals] = await Promise.all([
    daemons.of(folder),
    daemons.isWatched(folder),
    ctx.plans.of(folder),
    ctx.artifacts.ofDaemon(folder),
  ]);
  const drift = plan?.drift ?? [];
  const standing = standingOf({ status, isWatched, findings: drift.length, proposals: proposals.length });
  // Who works on something else is not told that nothing is the matter.
  if (standing.kind === "off" && active?.languageId !== "clockwork") return undefined;
  const since = status?.watcher && isWatched ? new Date(status.watcher.since) : undefined;
  const tooltip = tooltipOf(folder, since, drift, status?.quarantined ?? []);
  return { folder, standing, isWatched, tooltip };
}

function textOf(standing: Standing): string {
  switch (standing.kind) {
    case "disabled":
      return vscode.l10n.t("Daemon: disabled");
    case "quarantined":
      return vscode.l10n.t("Daemon: {0} quarantined", standing.count);
    case "proposals":
      return standing.count === 1
        ? vscode.l10n.t("Daemon: 1 proposal")
        : vscode.l10n.t("Daemon: {0} proposals", standing.count);
    case "findings":
      return standing.count === 1
        ? vscode.l10n.t("Daemon: 1 finding")
        : vscode.l10n.t("Daemon: {0} findings", standing.count);
    case "watching":
      return vscode.l10n.t("Daemon: watching");
    case "off":
      return vscode.l10n.t("Daemon: off");
  }
}

/** More than so many are counted. */
const mostListed = 8;

function tooltipOf(
  folder: vscode.Uri,
  since: Date | undefined,
  drift: readonly DriftRecord[],
  quarantined: readonly string[],
): vscode.MarkdownString {
  const watched = since
    ? vscode.l10n.t("watches since {0}", since.toLocaleString(vscode.env.language))
    : vscode.l10n.t("does not watch");
  const lines = [
    ...drift.map(({ address, detail }) => `${address}: ${detail}`),
    ...quarantined.map((address) => vscode.l10n.t("{0}: left alone until you acknowledge it", address)),
  ];
  const more = lines.length - mostListed;
  const listed = [...lines.slice(0, mostListed), ...(more > 0 ? [vscode.l10n.t("and {0} more", more)] : [])];
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escapedMarkdown(vscode.l10n.t("Daemon of {0}", stackName(folder)))}**: `);
  text.appendMarkdown(escapedMarkdown(watched));
  for (const line of listed) text.appendMarkdown(`\n- ${escapedMarkdown(line)}`);
  return text;
}
