import * as vscode from "vscode";
import type { DaemonStatus } from "../../../server/src/protocol.ts";
import { showDocuments } from "../shown-documents.ts";
import { folderName, stackName } from "../stacks.ts";
import type { Daemons } from "./store.ts";

/** The query is the address of the stack's folder; the path is for people, and has the editor colour times. */
const scheme = "clockwork-journal";

export function journalUri(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${folderName(folder)}.log`, query: folder.toString() });
}

/** What a daemon saw, decided and did, as a document that follows as the journal grows. */
export function journals(daemons: Daemons): vscode.Disposable {
  return showDocuments(scheme, {
    text: async ({ query }) => {
      const folder = vscode.Uri.parse(query, true);
      const status = await daemons.of(folder);
      const title = vscode.l10n.t("Journal of the daemon of {0}, the newest first", stackName(folder));
      return `${title}\n\n${status ? journalText(status) : ""}`;
    },
    follow: (changed) => daemons.onDidChange((folder) => changed(journalUri(folder))),
  });
}

function journalText({ journal, problem }: DaemonStatus): string {
  const events = journal.map(({ atMs, address, text }) => {
    const time = new Date(atMs).toLocaleString(vscode.env.language);
    return `${time}  ${address === undefined ? "" : `${address}: `}${text}`;
  });
  return [...(problem === undefined ? [] : [problem, ""]), ...events, ""].join("\n");
}
