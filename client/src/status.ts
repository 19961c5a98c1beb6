import * as vscode from "vscode";

export type ServerState = "starting" | "ready" | "stopped";

/** The item `Clockwork` in the status bar, there while a `.cw` file is looked at. */
export class Status implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #editors: vscode.Disposable;
  #server: ServerState = "starting";
  /** The command lines that run now, in order of their start. */
  readonly #running: string[] = [];
  #detail: string | undefined;

  constructor() {
    this.#item = vscode.window.createStatusBarItem("clockwork.status", vscode.StatusBarAlignment.Right, 100);
    this.#item.name = "Clockwork";
    this.#item.command = "clockwork.showLog";
    this.#editors = vscode.window.onDidChangeActiveTextEditor(() => this.refresh());
    this.refresh();
  }

  set server(state: ServerState) {
    this.#server = state;
    this.refresh();
  }

  /** What the command is waiting for that was started last, in a few words. */
  set detail(text: string | undefined) {
    this.#detail = text;
    this.refresh();
  }

  /** Shows a command as running until its promise is settled. */
  async during<T>(command: string, work: Promise<T>): Promise<T> {
    this.#running.push(command);
    this.refresh();
    try {
      return await work;
    } finally {
      this.#running.splice(this.#running.indexOf(command), 1);
      this.refresh();
    }
  }

  dispose(): void {
    this.#editors.dispose();
    this.#item.dispose();
  }

  refresh(): void {
    const command = this.#running.at(-1);
    this.#item.text =
      command === undefined
        ? serverTexts[this.#server]
        : `$(sync~spin) Clockwork: ${this.#detail ?? command}`;
    this.#item.tooltip = tooltip(this.#server);
    this.#item.backgroundColor =
      this.#server === "stopped" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    const looking = vscode.window.activeTextEditor?.document.languageId === "clockwork";
    if (looking || command !== undefined) this.#item.show();
    else this.#item.hide();
  }
}

const serverTexts: Record<ServerState, string> = {
  starting: "$(sync~spin) Clockwork",
  ready: "$(check) Clockwork",
  stopped: "$(error) Clockwork",
};

function tooltip(state: ServerState): string {
  if (state === "starting") return vscode.l10n.t("Clockwork: the language server is starting");
  if (state === "stopped") return vscode.l10n.t("Clockwork: the language server is not running");
  return vscode.workspace.isTrusted
    ? vscode.l10n.t("Clockwork: ready")
    : vscode.l10n.t("Clockwork: ready. Plan and apply need a trusted workspace");
}
