import * as vscode from "vscode";
import { type Stacks, stackName } from "./stacks.ts";

/**
 * The stack that a command is about: the one around what a lens, a menu or a row names, else around the active editor's file,
 * else the only one of the workspace, else the one that the user picks. Undefined when the user picked none, or there is none.
 */
export async function stackFolder(stacks: Stacks, target: unknown): Promise<vscode.Uri | undefined> {
  const named = namedBy(target);
  const place = named ?? vscode.window.activeTextEditor?.document.uri;
  const around = place && (await stacks.around(place));
  if (around) return around;
  // What has just been made may not be known yet.
  if (place?.scheme === "file" && isSource(place)) return vscode.Uri.joinPath(place, "..");
  return named ?? pickStack(await stacks.all());
}

/** What a lens, a menu or a tree's row names. */
function namedBy(target: unknown): vscode.Uri | undefined {
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

async function pickStack(stacks: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  if (stacks.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no .cw file in this workspace."));
  }
  if (stacks.length <= 1) return stacks[0];
  const choices = stacks.map((folder) => ({ label: stackName(folder), folder }));
  const choice = await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t("Which stack?") });
  return choice?.folder;
}

function isSource(uri: vscode.Uri): boolean {
  return /\.(?:cw|cwvars)$/.test(uri.path);
}
