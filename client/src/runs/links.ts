import * as vscode from "vscode";
import type { Terminals } from "../terminals.ts";
import { type FoundLink, linksIn } from "./link-lines.ts";

interface Link extends vscode.TerminalLink {
  readonly uri: vscode.Uri;
  readonly selection?: vscode.Range;
}

/** Makes `main.cw:12:3` and the paths of logs lead to their files, as seen from the folder that the terminal is in. */
export function registerTerminalLinks(terminals: Terminals): vscode.Disposable {
  const provider: vscode.TerminalLinkProvider<Link> = {
    provideTerminalLinks: async ({ line, terminal }) => {
      const found = linksIn(line);
      const folder = found.length === 0 ? undefined : folderOf(terminals, terminal);
      if (!folder) return [];
      const links = await Promise.all(found.map((link) => linkTo(folder, link)));
      return links.filter((link) => link !== undefined);
    },
    handleTerminalLink: async ({ uri, selection }) => {
      await vscode.window.showTextDocument(uri, selection && { selection });
    },
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}

/** Where its shell stands now, or else where it began. */
function folderOf(terminals: Terminals, terminal: vscode.Terminal): vscode.Uri | undefined {
  const { creationOptions } = terminal;
  const began = "cwd" in creationOptions ? creationOptions.cwd : undefined;
  const known = terminals.folderOf(terminal) ?? (typeof began === "string" ? vscode.Uri.file(began) : began);
  return terminal.shellIntegration?.cwd ?? known ?? vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** Undefined where there is no such file. */
async function linkTo(
  folder: vscode.Uri,
  { start, length, path, line, column }: FoundLink,
): Promise<Link | undefined> {
  const uri = path.startsWith("/") ? folder.with({ path }) : vscode.Uri.joinPath(folder, path);
  const isThere = await vscode.workspace.fs.stat(uri).then(
    ({ type }) => (type & vscode.FileType.File) !== 0,
    () => false,
  );
  if (!isThere) return undefined;
  const at = line === undefined ? undefined : new vscode.Position(line - 1, (column ?? 1) - 1);
  return {
    startIndex: start,
    length,
    tooltip: vscode.l10n.t("Open"),
    uri,
    ...(at && { selection: new vscode.Range(at, at) }),
  };
}
