/** Which files a client is asked to watch: those that stacks are made of, and what their expressions and attributes read. */
import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileSystemWatcher,
} from "vscode-languageserver";
import { folderOf, uriOf } from "./uri.ts";

/** Something on the disk, by its path: a file or folder, or all files in a folder. */
export interface Watched {
  readonly path: string;
  readonly reads: "file" | "tree";
}

/** For a client that can watch files and be told which ones late. */
export class FileWatchers {
  readonly #connection: Connection;
  readonly #isExact: boolean;
  /** By what they are for, with what they watch. */
  readonly #byOwner = new Map<
    string,
    { readonly patterns: string; readonly registered: Promise<Disposable> }
  >();

  /** @param isExact whether the client can watch single folders, wherever they are */
  constructor(connection: Connection, isExact: boolean) {
    this.#connection = connection;
    this.#isExact = isExact;
  }

  async start(): Promise<void> {
    await this.#register([
      { globPattern: "**/*.{cw,cwvars}" },
      { globPattern: "**/.clockwork/{state.json,observations.json,build/**,proposals/**}" },
    ]);
  }

  /** In the place of what was watched for the same owner before. */
  async follow(owner: string, watched: readonly Watched[]): Promise<void> {
    if (!this.#isExact) return;
    const watchers = patternsOf(watched);
    const patterns = JSON.stringify(watchers);
    const known = this.#byOwner.get(owner);
    if (known?.patterns === patterns || (!known && watchers.length === 0)) return;
    if (watchers.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, { patterns, registered: this.#register(watchers) });
    await this.#byOwner.get(owner)?.registered;
    (await known?.registered)?.dispose();
  }

  #register(watchers: FileSystemWatcher[]): Promise<Disposable> {
    return this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
}

/** Undefined for a client that watches none but those it was told of in the beginning. */
export function watchersFor(
  { workspace }: ClientCapabilities,
  connection: Connection,
): FileWatchers | undefined {
  const { dynamicRegistration, relativePatternSupport } = workspace?.didChangeWatchedFiles ?? {};
  return dynamicRegistration ? new FileWatchers(connection, relativePatternSupport === true) : undefined;
}

/** Of a file its folder, since a path may have signs that mean something in patterns. */
function patternsOf(watched: readonly Watched[]): FileSystemWatcher[] {
  const patterns = new Map<string, FileSystemWatcher>();
  for (const { path, reads } of watched) {
    const [folder, pattern] = reads === "tree" ? [path, "**/*"] : [folderOf(path), "*"];
    patterns.set(`${folder} ${pattern}`, { globPattern: { baseUri: uriOf(folder), pattern } });
  }
  return [...patterns.values()];
}
