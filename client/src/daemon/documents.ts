import * as vscode from "vscode";
import type { DaemonProposalItem } from "../../../server/src/protocol.ts";
import type { Ctx } from "../ctx.ts";
import { showDocuments } from "../shown-documents.ts";
import { pageText } from "./page.ts";

/** Documents about what the daemon proposes, which only show. */
export const daemonScheme = "clockwork-daemon";

/** `page`: why and what; `now` and `proposed`: the sides of a comparison of what no file of the stack has. */
export type Side = "page" | "now" | "proposed" | "runbook";

/** The query is the address of the stack's folder; the name is for people. */
export function documentUri(folder: vscode.Uri, { id, address }: DaemonProposalItem, side: Side): vscode.Uri {
  const name = `${address}.${extensions[side]}`;
  const path = `/${id}/${side}/${name.replaceAll("/", "_")}`;
  return vscode.Uri.from({ scheme: daemonScheme, path, query: folder.toString() });
}

/** By which the editor knows their language. */
const extensions: Readonly<Record<Side, string>> = {
  page: "txt",
  now: "ini",
  proposed: "ini",
  runbook: "md",
};

/** What a document of that scheme is about. */
export function aboutOf({
  path,
  query,
}: vscode.Uri): { readonly folder: vscode.Uri; readonly id: string; readonly side: string } | undefined {
  const [, id, side] = /^\/([0-9a-f]+)\/(\w+)\//.exec(path) ?? [];
  return id === undefined || side === undefined
    ? undefined
    : { folder: vscode.Uri.parse(query, true), id, side };
}

export function daemonDocuments({ artifacts }: Ctx): vscode.Disposable {
  return showDocuments(daemonScheme, {
    text: async (uri) => {
      const about = aboutOf(uri);
      const all = about ? await artifacts.daemonProposals(about.folder) : [];
      const item = all.find(({ id }) => id === about?.id);
      return item ? textOf(item, about?.side) : vscode.l10n.t("It waits for nobody any more.");
    },
    follow: (changed) => artifacts.onDidChange(() => changed()),
  });
}

function textOf(item: DaemonProposalItem, side: string | undefined): string {
  if (side === "page") return pageText(item);
  if (side === "runbook") return item.runbook ?? "";
  return (side === "now" ? item.text?.now : item.text?.proposed) ?? "";
}
