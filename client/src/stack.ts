import * as vscode from "vscode";

/**
 * The folder that a command is about: what a lens or a menu named, else that of the active editor, else the only one of
 * the workspace, else the one that the user picks. Undefined when the user picked none, or there is none.
 */
export async function stackFolder(target: unknown): Promise<vscode.Uri | undefined> {
  const named = namedBy(target);
  if (named) return isSource(named) ? parent(named) : named;
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === "clockwork" && active.uri.scheme === "file") return parent(active.uri);
  return pickFolder();
}

/** What a lens, a menu or a tree's row names. */
export function namedBy(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return target;
  if (typeof target === "string") return vscode.Uri.parse(target, true);
  if (typeof target !== "object" || target === null || !("folder" in target)) return undefined;
  const { folder } = target;
  if (folder instanceof vscode.Uri) return folder;
  return typeof folder === "string" ? vscode.Uri.parse(folder, true) : undefined;
}

/** Saves what is not saved yet of a stack and the modules below it. False when the user or the disk refused. */
export async function saveStack(folder: vscode.Uri): Promise<boolean> {
  const prefix = `${folder.path}/`;
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, languageId, uri }) => isDirty && languageId === "clockwork" && uri.path.startsWith(prefix),
  );
  const saved = await Promise.all(dirty.map(save));
  return saved.every(Boolean);
}

/** Longest wait for a save that somebody else has begun, in milliseconds. */
const otherSaveMs = 5_000;

/** While a save is under way, as VS Code begins one before tests run, it refuses another; then that one will do. */
function save(document: vscode.TextDocument): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (saved: boolean) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(saved);
    };
    const timer = setTimeout(() => settle(!document.isDirty), otherSaveMs);
    const listener = vscode.workspace.onDidSaveTextDocument((saved) => {
      if (saved === document) settle(true);
    });
    document.save().then(
      (saved) => {
        if (saved || !document.isDirty) settle(true);
      },
      () => settle(false),
    );
  });
}

/** What people call a stack. */
export const nameOf = (folder: vscode.Uri): string => folder.path.slice(folder.path.lastIndexOf("/") + 1);

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles("**/*.cw");
  const folders = new Map(files.map(parent).map((folder) => [folder.toString(), folder]));
  const choices = [...folders.values()]
    .map((folder) => ({ label: vscode.workspace.asRelativePath(folder, true), folder }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no .cw file in this workspace."));
  }
  if (choices.length <= 1) return choices[0]?.folder;
  const choice = await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t("Which stack?") });
  return choice?.folder;
}

function isSource(uri: vscode.Uri): boolean {
  return /\.(?:cw|cwvars)$/.test(uri.path);
}

function parent(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri, "..");
}
