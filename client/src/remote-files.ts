import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  type FileAnswer,
  type FileParams,
  fileRequests,
  filesChanged,
  type RemoteEntry,
} from "../../server/src/protocol.ts";

/** Reads the workspace's file system, whatever it is, for a server that has no disk; tells it of every change. */
export function serveFiles(client: BaseLanguageClient): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher("**/*");
  const changed = () => {
    if (client.isRunning()) void client.sendNotification(filesChanged);
  };
  return vscode.Disposable.from(
    client.onRequest(fileRequests.stat, answer(stat)),
    client.onRequest(fileRequests.list, answer(list)),
    client.onRequest(fileRequests.read, answer(read)),
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
  );
}

const { fs } = vscode.workspace;

async function stat(uri: vscode.Uri): Promise<RemoteEntry> {
  const { type, size } = await fs.stat(uri);
  return { name: nameOf(uri), kind: kindOf(type), size };
}

async function list(uri: vscode.Uri): Promise<readonly RemoteEntry[]> {
  const entries = await fs.readDirectory(uri);
  return entries.map(([name, type]) => ({ name, kind: kindOf(type), size: 0 }));
}

const read = (uri: vscode.Uri): Promise<Uint8Array> => Promise.resolve(fs.readFile(uri));

function answer<T>(look: (uri: vscode.Uri) => Promise<T>) {
  return async ({ uri: address }: FileParams): Promise<FileAnswer<T>> => {
    const uri = vscode.Uri.parse(address, true);
    const isWatched = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    try {
      return { isWatched, value: await look(uri) };
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError)) throw error;
      return { isWatched, code: codes[error.code] ?? "EIO" };
    }
  };
}

/** Node's names of what a file system says. */
const codes: Readonly<Record<string, string>> = {
  FileNotFound: "ENOENT",
  FileNotADirectory: "ENOTDIR",
  FileIsADirectory: "EISDIR",
  NoPermissions: "EACCES",
  // A file system that is not there, such as a disk.
  Unavailable: "ENOENT",
};

function kindOf(type: vscode.FileType): RemoteEntry["kind"] {
  if (type & vscode.FileType.SymbolicLink) return "symlink";
  if (type & vscode.FileType.File) return "file";
  return type & vscode.FileType.Directory ? "directory" : "other";
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
