import * as vscode from "vscode";
import type {
  ArtifactItem,
  ArtifactState,
  DaemonProposalItem,
  ProposalItem,
} from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { daemonItem } from "../daemon/row.ts";
import { stackName } from "../stacks.ts";
import type { ArtifactStore } from "./store.ts";

/** A row of the views; its parent is a step or a stack, where there are several. */
export type Row =
  | { readonly type: "stack"; readonly folder: vscode.Uri }
  | {
      readonly type: "step";
      readonly folder: vscode.Uri;
      readonly step: string;
      readonly artifacts: readonly ArtifactItem[];
    }
  | {
      readonly type: "artifact";
      readonly folder: vscode.Uri;
      readonly artifact: ArtifactItem;
      readonly isAlone: boolean;
    }
  | { readonly type: "proposal"; readonly folder: vscode.Uri; readonly proposal: ProposalItem }
  | { readonly type: "daemon"; readonly folder: vscode.Uri; readonly daemon: DaemonProposalItem };

/** The scripts of each stack by step, with what became of them; and what waits for a person's decision. */
export function registerArtifactViews(ctx: Ctx): vscode.Disposable {
  const artifacts = new Rows(ctx, artifactRows);
  const proposals = new Rows(ctx, proposalRows);
  const view = vscode.window.createTreeView<Row>("clockwork.artifacts", { treeDataProvider: artifacts });
  const waiting = vscode.window.createTreeView<Row>("clockwork.proposals", { treeDataProvider: proposals });
  const showBadge = async () => {
    const value = (await proposals.all()).filter(isWaiting).length;
    const text =
      value === 1
        ? vscode.l10n.t("1 proposal waits for you")
        : vscode.l10n.t("{0} proposals wait for you", value);
    waiting.badge = value === 0 ? undefined : { value, tooltip: text };
  };
  void showBadge();
  return vscode.Disposable.from(
    artifacts,
    proposals,
    view,
    waiting,
    ctx.artifacts.onDidChange(() => void showBadge()),
  );
}

type RowsOf = (store: ArtifactStore, folder: vscode.Uri) => Promise<readonly Row[]>;

class Rows implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #rows: RowsOf;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #listener: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ctx: Ctx, rows: RowsOf) {
    this.#ctx = ctx;
    this.#rows = rows;
    this.#listener = ctx.artifacts.onDidChange(() => this.#changed.fire(undefined));
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row?.type === "stack") return [...(await this.#rows(this.#ctx.artifacts, row.folder))];
    if (row?.type === "step")
      return row.artifacts.map((artifact) => artifactRow(row.folder, artifact, false));
    if (row) return [];
    const stacks = await this.#ctx.stacks.all();
    const filled = await Promise.all(
      stacks.map(async (folder) => ({ folder, rows: await this.#rows(this.#ctx.artifacts, folder) })),
    );
    const shown = filled.filter(({ rows }) => rows.length > 0);
    const [only] = shown;
    if (only && stacks.length === 1) return [...only.rows];
    return shown.map(({ folder }): Row => ({ type: "stack", folder }));
  }

  /** The rows of all stacks. */
  async all(): Promise<readonly Row[]> {
    const stacks = await this.#ctx.stacks.all();
    return (await Promise.all(stacks.map((folder) => this.#rows(this.#ctx.artifacts, folder)))).flat();
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.type) {
      case "stack": {
        const item = new vscode.TreeItem(stackName(row.folder), vscode.TreeItemCollapsibleState.Expanded);
        item.iconPath = vscode.ThemeIcon.Folder;
        return item;
      }
      case "step": {
        const item = new vscode.TreeItem(row.step, vscode.TreeItemCollapsibleState.Collapsed);
        item.description = vscode.l10n.t("{0} artifacts", row.artifacts.length);
        return item;
      }
      case "artifact":
        return artifactItem(row);
      case "proposal":
        return proposalItem(row);
      case "daemon":
        return daemonItem(row);
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}

async function artifactRows(store: ArtifactStore, folder: vscode.Uri): Promise<readonly Row[]> {
  const bySteps = new Map<string, ArtifactItem[]>();
  for (const artifact of await store.artifacts(folder)) {
    bySteps.set(artifact.step, [...(bySteps.get(artifact.step) ?? []), artifact]);
  }
  return [...bySteps].map(([step, artifacts]): Row => {
    const [only, ...more] = artifacts;
    return only && more.length === 0
      ? artifactRow(folder, only, true)
      : { type: "step", folder, step, artifacts };
  });
}

const artifactRow = (folder: vscode.Uri, artifact: ArtifactItem, isAlone: boolean): Row => ({
  type: "artifact",
  folder,
  artifact,
  isAlone,
});

async function proposalRows(store: ArtifactStore, folder: vscode.Uri): Promise<readonly Row[]> {
  const [ofBuilds, ofDaemon] = await Promise.all([store.open(folder), store.daemonProposals(folder)]);
  return [
    ...ofDaemon.map((daemon): Row => ({ type: "daemon", folder, daemon })),
    ...ofBuilds.map((proposal): Row => ({ type: "proposal", folder, proposal })),
  ];
}

/** What the daemon proposed of a stack that has changed since is only put away. */
const isWaiting = (row: Row): boolean => row.type !== "daemon" || row.daemon.stale === null;

function artifactItem({ artifact, isAlone }: Row & { type: "artifact" }): vscode.TreeItem {
  const { path, step, state, uri, compiler } = artifact;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const item = new vscode.TreeItem(isAlone ? step : name);
  item.description = stateText(state);
  item.resourceUri = vscode.Uri.parse(uri, true);
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.contextValue = `artifact.${state}`;
  const { version, model } = compiler;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(`${path}\n${stateText(state)}\n${compiler.compiler} ${model ?? version}`);
  item.tooltip = tooltip;
  if (state !== "missing" && state !== "proposed") {
    item.command = { title: vscode.l10n.t("Open"), command: "vscode.open", arguments: [item.resourceUri] };
  }
  return item;
}

const icons: Readonly<Record<ArtifactState, string>> = {
  generated: "file-code",
  edited: "edit",
  conflicted: "warning",
  proposed: "git-pull-request-create",
  missing: "circle-slash",
};

function stateText(state: ArtifactState): string {
  switch (state) {
    case "generated":
      return vscode.l10n.t("generated");
    case "edited":
      return vscode.l10n.t("edited");
    case "conflicted":
      return vscode.l10n.t("conflicted");
    case "proposed":
      return vscode.l10n.t("proposed");
    case "missing":
      return vscode.l10n.t("missing");
  }
}

function proposalText(reason: ProposalItem["reason"], step: string): string {
  switch (reason) {
    case "conflict":
      return vscode.l10n.t("new from the compiler, for {0}", step);
    case "replaced":
      return vscode.l10n.t("yours, which the compiler's replaced");
    case "suggested":
      return vscode.l10n.t("suggested by a language model, for {0}", step);
  }
}

function proposalItem(row: Row & { type: "proposal" }): vscode.TreeItem {
  const { path, step, reason, id } = row.proposal;
  const item = new vscode.TreeItem(path.slice(path.lastIndexOf("/") + 1));
  item.description = proposalText(reason, step);
  item.iconPath = new vscode.ThemeIcon("git-pull-request");
  item.contextValue = "proposal";
  item.tooltip = path;
  const target = { folder: row.folder.toString(), id };
  item.command = { title: vscode.l10n.t("Review"), command: "clockwork.reviewProposal", arguments: [target] };
  return item;
}
