// A folder in memory (memfs:/…), filled from the server's /fixture.json: to an extension it is what github: folders are on
// vscode.dev, a file system that is not a disk.
const vscode = require("vscode");

exports.activate = async (context) => {
  const changed = new vscode.EventEmitter();
  /** Bytes by path; null for a folder. */
  const files = new Map([["/", null]]);
  const put = (path, bytes) => {
    for (let folder = parent(path); folder !== ""; folder = parent(folder)) {
      if (!files.has(folder)) files.set(folder, null);
    }
    files.set(path, bytes);
  };
  const address = context.extensionUri.with({ path: "/fixture.json" }).toString(true);
  const texts = await (await fetch(address)).json();
  for (const [path, text] of Object.entries(texts)) put(path, new TextEncoder().encode(text));

  const pathOf = (uri) => (uri.path === "/" ? "/" : uri.path.replace(/\/$/, ""));
  const existing = (uri) => {
    if (files.has(pathOf(uri))) return pathOf(uri);
    throw vscode.FileSystemError.FileNotFound(uri);
  };
  const below = (folder) => [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  const tell = (type, uri) => changed.fire([{ type, uri }]);

  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat: (uri) => {
      const bytes = files.get(existing(uri));
      const type = bytes === null ? vscode.FileType.Directory : vscode.FileType.File;
      return { type, ctime: 0, mtime: 0, size: bytes?.length ?? 0 };
    },
    readDirectory: (uri) => {
      const folder = existing(uri) === "/" ? "" : pathOf(uri);
      return below(folder)
        .filter((path) => path !== "/" && parent(path) === folder)
        .map((path) => [
          path.slice(folder.length + 1),
          files.get(path) === null ? vscode.FileType.Directory : vscode.FileType.File,
        ]);
    },
    readFile: (uri) => {
      const bytes = files.get(existing(uri));
      if (bytes === null) throw vscode.FileSystemError.FileIsADirectory(uri);
      return bytes;
    },
    writeFile: (uri, bytes, { create, overwrite }) => {
      const had = files.has(pathOf(uri));
      if (!had && !create) throw vscode.FileSystemError.FileNotFound(uri);
      if (had && create && !overwrite) throw vscode.FileSystemError.FileExists(uri);
      put(pathOf(uri), bytes);
      tell(had ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created, uri);
    },
    createDirectory: (uri) => {
      put(pathOf(uri), null);
      tell(vscode.FileChangeType.Created, uri);
    },
    delete: (uri) => {
      for (const path of [existing(uri), ...below(pathOf(uri))]) files.delete(path);
      tell(vscode.FileChangeType.Deleted, uri);
    },
    rename: (from, to) => {
      for (const path of [existing(from), ...below(pathOf(from))]) {
        put(pathOf(to) + path.slice(pathOf(from).length), files.get(path));
        files.delete(path);
      }
      tell(vscode.FileChangeType.Deleted, from);
      tell(vscode.FileChangeType.Created, to);
    },
  };
  const toUri = (path) => vscode.Uri.from({ scheme: "memfs", path });
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("memfs", provider, { isCaseSensitive: true }),
    // Quick Open and findFiles ask this one: a proposed API, which lib/web.ts switches on.
    vscode.workspace.registerFileSearchProvider("memfs", {
      provideFileSearchResults: () =>
        [...files].filter(([, bytes]) => bytes !== null).map(([path]) => toUri(path)),
    }),
  );
};

function parent(path) {
  return path.slice(0, path.lastIndexOf("/"));
}
