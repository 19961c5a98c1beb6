/** Which files a client is asked to watch, because plans are made from them. */
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileSystemWatcher,
} from "vscode-languageserver";
import { namedSources } from "../intake/sources.ts";
import type { LivePlan } from "./live-plans.ts";
import { folderOf, join, uriOf } from "./uri.ts";

/** The state and the artifacts of every stack, and the files and folders that attributes name in those that have a plan. */
export class PlanWatchers {
  readonly #connection: Connection;
  /** By the stack's folder, with what they watch. */
  readonly #byStack = new Map<
    string,
    { readonly patterns: string; readonly registered: Promise<Disposable> }
  >();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async start(): Promise<void> {
    await this.#register([{ globPattern: "**/.clockwork/{state.json,build/**}" }]);
  }

  async follow(folder: string, plan: LivePlan | undefined): Promise<void> {
    const watchers = plan ? watchersOf(folder, plan) : [];
    const patterns = JSON.stringify(watchers);
    const known = this.#byStack.get(folder);
    if (known?.patterns === patterns || (!known && watchers.length === 0)) return;
    const registered = this.#register(watchers);
    this.#byStack.set(folder, { patterns, registered });
    await registered;
    (await known?.registered)?.dispose();
  }

  #register(watchers: FileSystemWatcher[]): Promise<Disposable> {
    return this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
}

/** Of a file its folder, since a path may have signs that mean something in patterns. */
function watchersOf(stackDir: string, { analysis: { ir } }: LivePlan): FileSystemWatcher[] {
  const patterns = new Map<string, FileSystemWatcher>();
  for (const { reads, path } of namedSources(ir.kinds, ir.resources)) {
    const at = path.startsWith("/") ? path : join(stackDir, path);
    const [folder, pattern] = reads === "tree" ? [at, "**/*"] : [folderOf(at), "*"];
    patterns.set(`${folder} ${pattern}`, { globPattern: { baseUri: uriOf(folder), pattern } });
  }
  return [...patterns.values()];
}
