/** The folders that the client has open, which come and go. */
import type { Connection, WorkspaceFolder } from "vscode-languageserver";
import { folderPath } from "./uri.ts";

export class WorkspaceFolders {
  #paths: readonly string[] = [];

  /** Paths, without a slash at their ends. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Whether a path is one of them, or in one. */
  hold(path: string): boolean {
    return this.#paths.some((root) => path === root || path.startsWith(`${root}/`));
  }

  open(folders: readonly WorkspaceFolder[]): void {
    this.#paths = pathsOf(folders);
  }

  /** @param changed is called after each change; only of a client that tells of them */
  follow({ workspace }: Connection, changed: () => void): void {
    workspace.onDidChangeWorkspaceFolders((event) => {
      const removed = new Set(pathsOf(event?.removed));
      const added = pathsOf(event?.added);
      this.#paths = [...new Set([...this.#paths.filter((path) => !removed.has(path)), ...added])];
      changed();
    });
  }
}

/** Of what a client sends, which may be anything. */
function pathsOf(folders: unknown): readonly string[] {
  if (!Array.isArray(folders)) return [];
  return folders.flatMap((folder: Partial<WorkspaceFolder> | null) =>
    typeof folder?.uri === "string" ? (folderPath(folder.uri) ?? []) : [],
  );
}
