import * as vscode from "vscode";
import { stackFolder } from "../stack.ts";
import { stackName } from "../stacks.ts";
import { type Action, acknowledge, disable, enable, lookOnce, showJournal, start, stop } from "./actions.ts";

interface Entry extends vscode.QuickPickItem {
  readonly run: Action;
}

/** What the click on the status item offers: only what makes sense as it stands. */
export const menu: Action = async (ctx, daemons, target) => {
  const folder = await stackFolder(ctx.stacks, target);
  if (!folder) return;
  const status = await daemons.of(folder);
  const isWatched = await daemons.isWatched(folder);
  const proposals = await ctx.artifacts.ofDaemon(folder);
  const entries: readonly (Entry | undefined)[] = [
    proposals.length > 0 ? reviewEntry(proposals.length) : undefined,
    (status?.quarantined.length ?? 0) > 0 ? acknowledgeEntry() : undefined,
    status?.isDisabled ? enableEntry() : undefined,
    status?.isDisabled ? undefined : isWatched ? stopEntry() : startEntry(),
    status?.isDisabled || isWatched ? undefined : lookEntry(),
    (status?.journal.length ?? 0) > 0 ? journalEntry() : undefined,
    status?.isDisabled ? undefined : disableEntry(),
  ];
  const chosen = await vscode.window.showQuickPick(
    entries.filter((entry) => entry !== undefined),
    { placeHolder: vscode.l10n.t("The daemon of {0}", stackName(folder)) },
  );
  await chosen?.run(ctx, daemons, folder);
};

const reviewEntry = (count: number): Entry => ({
  label: vscode.l10n.t("$(git-pull-request) Review proposals"),
  description: String(count),
  run: async () => {
    await vscode.commands.executeCommand("clockwork.proposals.focus");
  },
});

const acknowledgeEntry = (): Entry => ({
  label: vscode.l10n.t("$(check) Acknowledge..."),
  detail: vscode.l10n.t("Fixes have failed too often: say that you have looked, and the daemon tries again"),
  run: acknowledge,
});

const startEntry = (): Entry => ({
  label: vscode.l10n.t("$(eye) Start"),
  detail: vscode.l10n.t("It watches in the background, mends what the policy allows, and proposes the rest"),
  run: start,
});

const stopEntry = (): Entry => ({ label: vscode.l10n.t("$(eye-closed) Stop"), run: stop });

const lookEntry = (): Entry => ({
  label: vscode.l10n.t("$(search) Look once"),
  detail: vscode.l10n.t("The same, once and in a terminal"),
  run: lookOnce,
});

const journalEntry = (): Entry => ({
  label: vscode.l10n.t("$(list-unordered) Show journal"),
  run: showJournal,
});

const disableEntry = (): Entry => ({
  label: vscode.l10n.t("$(circle-slash) Disable"),
  detail: vscode.l10n.t("No daemon does anything to this stack any more, whoever started it"),
  run: disable,
});

const enableEntry = (): Entry => ({
  label: vscode.l10n.t("$(pass) Enable"),
  detail: vscode.l10n.t("Daemons may act on this stack again"),
  run: enable,
});
