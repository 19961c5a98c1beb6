import * as vscode from "vscode";
import type { MachineCtx } from "../ctx.ts";
import type { Daemons } from "./store.ts";

const setting = "daemon.notifications";

/**
 * Tells of what waits for a person: proposals that have come while the window is open, and things that the daemon has begun to
 * leave alone. Never two at a time: what comes meanwhile is told with the next. What it mends by itself is told nobody.
 */
export class Notifications implements vscode.Disposable {
  readonly #ctx: MachineCtx;
  readonly #daemons: Daemons;
  readonly #listeners: vscode.Disposable;
  /** Told, or there when the window was opened; by folder. */
  readonly #seen = new Map<string, Set<string>>();
  readonly #news = new Map<
    string,
    { readonly kind: "proposal" | "quarantined"; readonly folder: vscode.Uri }
  >();
  #isTelling = false;

  constructor(ctx: MachineCtx, daemons: Daemons) {
    this.#ctx = ctx;
    this.#daemons = daemons;
    this.#listeners = vscode.Disposable.from(
      ctx.artifacts.onDidChange(() => void this.#lookAtAll()),
      daemons.onDidChange((folder) => void this.#look(folder)),
      ctx.stacks.onDidChange(() => void this.#lookAtAll()),
    );
    void this.#lookAtAll();
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  async #lookAtAll(): Promise<void> {
    for (const folder of await this.#ctx.stacks.all()) await this.#look(folder);
  }

  async #look(folder: vscode.Uri): Promise<void> {
    const [proposals, status] = await Promise.all([
      this.#ctx.artifacts.ofDaemon(folder),
      this.#daemons.of(folder),
    ]);
    // A server that does not answer knows nothing of what was there before.
    if (!status) return;
    const now = [
      ...proposals.map(({ id }) => ({ key: `proposal ${id}`, kind: "proposal" as const })),
      ...status.quarantined.map((address) => ({
        key: `quarantined ${address}`,
        kind: "quarantined" as const,
      })),
    ];
    const seen = this.#seen.get(folder.toString());
    this.#seen.set(folder.toString(), new Set(now.map(({ key }) => key)));
    for (const key of this.#news.keys())
      if (key.startsWith(`${folder.toString()} `) && !now.some((one) => key.endsWith(` ${one.key}`)))
        this.#news.delete(key);
    if (!seen) return;
    for (const { key, kind } of now)
      if (!seen.has(key)) this.#news.set(`${folder.toString()} ${key}`, { kind, folder });
    await this.#tell();
  }

  /** All that is new, in one. */
  async #tell(): Promise<void> {
    if (this.#isTelling || this.#news.size === 0) return;
    const news = [...this.#news.values()];
    this.#news.clear();
    const isWanted = vscode.workspace.getConfiguration("clockwork").get(setting, true);
    if (!isWanted || !vscode.workspace.isTrusted) return;
    this.#isTelling = true;
    try {
      await tell(
        news.filter(({ kind }) => kind === "proposal").length,
        news.filter(({ kind }) => kind === "quarantined"),
      );
    } finally {
      this.#isTelling = false;
    }
    await this.#tell();
  }
}

async function tell(
  proposals: number,
  quarantined: readonly { readonly folder: vscode.Uri }[],
): Promise<void> {
  const review = vscode.l10n.t("Review");
  const later = vscode.l10n.t("Later");
  const never = vscode.l10n.t("Don't Show Again");
  const texts = [
    ...(proposals === 0 ? [] : [proposalsText(proposals)]),
    ...(quarantined.length === 0 ? [] : [quarantinedText(quarantined.length)]),
  ];
  const show =
    quarantined.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const chosen = await show(texts.join(" "), review, later, never);
  if (chosen === never)
    await vscode.workspace
      .getConfiguration("clockwork")
      .update(setting, false, vscode.ConfigurationTarget.Workspace);
  if (chosen !== review) return;
  const [first] = quarantined;
  if (proposals > 0 || !first) await vscode.commands.executeCommand("clockwork.proposals.focus");
  else await vscode.commands.executeCommand("clockwork.daemon.showJournal", first.folder);
}

const proposalsText = (count: number): string =>
  count === 1
    ? vscode.l10n.t("The daemon proposes a change that waits for you.")
    : vscode.l10n.t("The daemon proposes {0} changes that wait for you.", count);

const quarantinedText = (count: number): string =>
  count === 1
    ? vscode.l10n.t("Fixes of a thing have failed: the daemon leaves it alone until you have looked.")
    : vscode.l10n.t(
        "Fixes of {0} things have failed: the daemon leaves them alone until you have looked.",
        count,
      );
