import * as vscode from "vscode";

/** A command line that was started in a terminal. */
export interface Execution {
  readonly terminal: vscode.Terminal;
  /** Whether the shell tells when it ends; without that only the terminal's own end does. */
  readonly tells: boolean;
  /** With the exit code; undefined where the shell does not tell: it has no shell integration, or was closed. */
  readonly ended: Promise<number | undefined>;
}

type Environment = () => Promise<Readonly<Record<string, string>>>;

/** Longest wait for a new shell to report itself, in milliseconds; after that it gets the command typed. */
const integrationMs = 5_000;

/**
 * The terminals that commands run in: one a folder, used again only when its shell is known to wait for a command. What
 * is typed into one that is busy would answer the question that a running apply asks.
 */
export class Terminals implements vscode.Disposable {
  readonly #busy = new Set<vscode.Terminal>();
  readonly #folders = new Map<vscode.Terminal, string>();
  /** What each was started with: one of before does not know what has come since. */
  readonly #environments = new WeakMap<vscode.Terminal, string>();
  readonly #listeners: vscode.Disposable;

  readonly #environment: Environment;
  readonly #secrets: Environment;

  /** `environment`: what commands of this window find there. `secrets`: what those in terminals find there as well. */
  constructor(environment: Environment, secrets: Environment) {
    this.#environment = environment;
    this.#secrets = secrets;
    this.#listeners = vscode.Disposable.from(
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => this.#busy.add(terminal)),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => this.#busy.delete(terminal)),
      vscode.window.onDidCloseTerminal((terminal) => {
        this.#busy.delete(terminal);
        this.#folders.delete(terminal);
      }),
    );
  }

  /** One whose shell stands in the folder and waits. */
  async for(folder: vscode.Uri): Promise<vscode.Terminal> {
    const secrets = await this.#secrets();
    const env = { ...(await this.environment()), ...secrets };
    const started = JSON.stringify(env);
    for (const [terminal, its] of this.#folders) {
      const isOf = its === folder.toString() && this.#environments.get(terminal) === started;
      if (isOf && terminal.shellIntegration && !this.#busy.has(terminal)) return terminal;
    }
    const terminal = vscode.window.createTerminal({
      name: "Clockwork",
      cwd: folder,
      iconPath: new vscode.ThemeIcon("watch"),
      env,
      // The editor writes down what others were started with, to start them again after itself.
      isTransient: Object.keys(secrets).length > 0,
    });
    this.#environments.set(terminal, started);
    this.#folders.set(terminal, folder.toString());
    return terminal;
  }

  /** What the bundled command line is started with beside the window's own environment. */
  async environment(): Promise<Readonly<Record<string, string>>> {
    // Where the editor's executable is an Electron, this makes it the Node that it contains.
    return { ELECTRON_RUN_AS_NODE: "1", ...(await this.#environment()) };
  }

  /** Starts a command line in it. */
  async start(terminal: vscode.Terminal, line: string): Promise<Execution> {
    const integration = await shellIntegration(terminal);
    if (integration !== undefined) {
      return { terminal, tells: true, ended: ended(terminal, integration.executeCommand(line)) };
    }
    terminal.sendText(line);
    return { terminal, tells: false, ended: closed(terminal) };
  }

  /** The folder that one of ours was made for. */
  folderOf(terminal: vscode.Terminal): vscode.Uri | undefined {
    const folder = this.#folders.get(terminal);
    return folder === undefined ? undefined : vscode.Uri.parse(folder, true);
  }

  dispose(): void {
    this.#listeners.dispose();
  }
}

function shellIntegration(terminal: vscode.Terminal): Promise<vscode.TerminalShellIntegration | undefined> {
  if (terminal.shellIntegration) return Promise.resolve(terminal.shellIntegration);
  return new Promise((resolve) => {
    const settle = (result: vscode.TerminalShellIntegration | undefined) => {
      clearTimeout(timer);
      listeners.dispose();
      resolve(result);
    };
    const timer = setTimeout(() => settle(undefined), integrationMs);
    const listeners = vscode.Disposable.from(
      vscode.window.onDidChangeTerminalShellIntegration((change) => {
        if (change.terminal === terminal) settle(change.shellIntegration);
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) settle(undefined);
      }),
    );
  });
}

function closed(terminal: vscode.Terminal): Promise<undefined> {
  return new Promise((resolve) => {
    const listener = vscode.window.onDidCloseTerminal((other) => {
      if (other !== terminal) return;
      listener.dispose();
      resolve(undefined);
    });
  });
}

function ended(
  terminal: vscode.Terminal,
  execution: vscode.TerminalShellExecution,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const settle = (code: number | undefined) => {
      listeners.dispose();
      resolve(code);
    };
    const listeners = vscode.Disposable.from(
      vscode.window.onDidEndTerminalShellExecution((end) => {
        if (end.execution === execution) settle(end.exitCode);
      }),
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === terminal) settle(undefined);
      }),
    );
  });
}
