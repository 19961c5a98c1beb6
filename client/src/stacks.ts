import * as vscode from "vscode";
import { type BaseLanguageClient, State } from "vscode-languageclient";
import { requests, type StacksParams, type StacksRecord } from "../../server/src/protocol.ts";
import { ask } from "./ask.ts";

/** Time without a change of files before they are looked at again, in milliseconds. */
const quietMs = 200;

/** The stacks of the workspace: its folders with `.cw` files, without those that are modules of others. */
export class Stacks implements vscode.Disposable {
  readonly #server: { readonly client: BaseLanguageClient; readonly log: vscode.LogOutputChannel };
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable;
  #known: Promise<readonly vscode.Uri[]> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param watcher of all files of stacks */
  constructor(
    server: { readonly client: BaseLanguageClient; readonly log: vscode.LogOutputChannel },
    watcher: vscode.FileSystemWatcher,
  ) {
    this.#server = server;
    const later = () => this.#refreshSoon();
    this.#listeners = vscode.Disposable.from(
      watcher.onDidCreate(later),
      watcher.onDidDelete(later),
      watcher.onDidChange(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      server.client.onDidChangeState(({ newState }) => newState === State.Running && this.#refresh()),
    );
  }

  /** There may be others now. */
  get onDidChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  /** In order of their addresses. */
  all(): Promise<readonly vscode.Uri[]> {
    this.#known ??= this.#find();
    return this.#known;
  }

  /** The stack that a file or folder is part of: the innermost one around it. */
  async around(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
    const found = (await this.all()).filter((stack) => isIn(uri, stack));
    return found.sort((a, b) => b.path.length - a.path.length)[0];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), quietMs);
  }

  #refresh(): void {
    this.#known = undefined;
    this.#changed.fire();
  }

  async #find(): Promise<readonly vscode.Uri[]> {
    const files = await vscode.workspace.findFiles("**/*.cw");
    const folders = [...new Set(files.map((file) => vscode.Uri.joinPath(file, "..").toString()))].sort();
    // One folder alone is nobody's module.
    if (folders.length < 2) return folders.map((folder) => vscode.Uri.parse(folder, true));
    const params: StacksParams = { folders };
    const found = await ask<StacksRecord>(this.#server, requests.stacks, params);
    return (found?.stacks ?? folders).map((folder) => vscode.Uri.parse(folder, true));
  }
}

function isIn(uri: vscode.Uri, folder: vscode.Uri): boolean {
  if (uri.scheme !== folder.scheme || uri.authority !== folder.authority) return false;
  return uri.path === folder.path || uri.path.startsWith(folder.path.replace(/\/?$/, "/"));
}

/** What people call a stack: its folder, in a workspace of several with the workspace folder's name in front. */
export function stackName(folder: vscode.Uri): string {
  const root = vscode.workspace.getWorkspaceFolder(folder);
  if (!root) return folderName(folder);
  const inside = folder.path.slice(root.uri.path.length).replace(/^\//, "");
  const isOne = vscode.workspace.workspaceFolders?.length === 1;
  if (inside === "") return root.name;
  return isOne ? inside : `${root.name}/${inside}`;
}

/** The last part of a folder's path: what a file that is about it can be called. */
export function folderName(folder: vscode.Uri): string {
  return folder.path.slice(folder.path.lastIndexOf("/") + 1);
}
