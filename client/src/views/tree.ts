import * as vscode from "vscode";
import { reveal } from "../reveal.ts";
import type { Row } from "./row.ts";

/** The command of a click; nobody else calls it. */
const revealCommand = "clockwork.revealRow";

export function registerReveal(): vscode.Disposable {
  return vscode.commands.registerCommand(revealCommand, async (row: Row) => {
    if (row.place) await reveal(row.place, { preserveFocus: true });
  });
}

/** Time without a change before a tree is made again, in milliseconds. */
const quietMs = 100;

/** A tree view of rows that are made as a whole, and again when something has changed. */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly view: vscode.TreeView<Row>;
  readonly #make: () => Promise<readonly Row[]>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Those that are shown. */
  #rows: Promise<readonly Row[]> | undefined;

  /** @param make the rows of now; it may set the view's message and badge */
  constructor(id: string, make: (view: vscode.TreeView<Row>) => Promise<readonly Row[]>) {
    this.#make = () => make(this.view);
    this.view = vscode.window.createTreeView<Row>(id, { treeDataProvider: this, showCollapseAll: true });
  }

  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, quietMs);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row) return [...row.children];
    this.#rows = this.#make();
    return [...(await this.#rows)];
  }

  async getParent(row: Row): Promise<Row | undefined> {
    return pathTo((await this.#rows) ?? [], ({ id }) => id === row.id).at(-2);
  }

  /** Brings the first row of that kind into sight, and selects it. */
  async reveal(isWanted: (row: Row) => boolean): Promise<void> {
    this.#rows ??= this.#make();
    const row = pathTo(await this.#rows, isWanted).at(-1);
    if (row) await this.view.reveal(row, { select: true, focus: true });
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label, collapsible(row));
    item.id = row.id;
    item.contextValue = row.context;
    if (row.description !== undefined) item.description = row.description;
    if (row.icon) item.iconPath = new vscode.ThemeIcon(row.icon.name, colorOf(row.icon.color));
    if (row.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(row.tooltip);
    if (row.spoken !== undefined) item.accessibilityInformation = { label: row.spoken };
    if (row.place) {
      item.command = { command: revealCommand, title: vscode.l10n.t("Show Source"), arguments: [row] };
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.view.dispose();
    this.#changed.dispose();
  }
}

/** The first row of that kind behind those that it is beneath; nothing where there is none. */
function pathTo(rows: readonly Row[], isWanted: (row: Row) => boolean): readonly Row[] {
  for (const row of rows) {
    if (isWanted(row)) return [row];
    const below = pathTo(row.children, isWanted);
    if (below.length > 0) return [row, ...below];
  }
  return [];
}

function collapsible({ children, isOpen }: Row): vscode.TreeItemCollapsibleState {
  if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

const colorOf = (color: string | undefined) =>
  color === undefined ? undefined : new vscode.ThemeColor(color);
