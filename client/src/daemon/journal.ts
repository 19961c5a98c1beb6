import * as vscode from "vscode";
import type { DaemonStatus } from "../../../server/src/protocol.ts";
import { folderName, stackName } from "../stacks.ts";
import type { Daemons } from "./store.ts";

/** The query is the address of the stack's folder; the path is for people, and has the editor colour times. */
const scheme = "clockwork-journal";

export function journalUri(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${folderName(folder)}.log`, query: folder.toString() });
}

/** What a daemon saw, decided and did, as a document that follows as the journal grows. */
export class Journals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #daemons: Daemons;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #listeners: vscode.Disposable;

  constructor(daemons: Daemons) {
    this.#daemons = daemons;
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      daemons.onDidChange((folder) => this.#changed.fire(journalUri(folder))),
    );
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const folder = vscode.Uri.parse(query, true);
    const status = await this.#daemons.of(folder);
    const title = vscode.l10n.t("Journal of the daemon of {0}, the newest first", stackName(folder));
    return `${title}\n\n${status ? journalText(status) : ""}`;
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}

function journalText({ journal, problem }: DaemonStatus): string {
  const events = journal.map(({ atMs, address, text }) => {
    const time = new Date(atMs).toLocaleString(vscode.env.language);
    return `${time}  ${address === undefined ? "" : `${address}: `}${text}`;
  });
  return [...(problem === undefined ? [] : [problem, ""]), ...events, ""].join("\n");
}
