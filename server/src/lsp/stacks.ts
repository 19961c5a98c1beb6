import type { Diagnostic as Wire } from "vscode-languageserver";
import { overlay } from "../host/overlay.ts";
import type { FileEntry, ReadFiles } from "../host/ports.ts";
import type { Snapshot } from "../ide/snapshot.ts";
import type { Analysis, EditedStack } from "./analyse.ts";
import { toDiagnostics } from "./convert.ts";
import { Published } from "./published.ts";
import { sourceLines } from "./source-lines.ts";
import { isConcerned, watchedBy } from "./stack-watching.ts";
import { folderOf, join, pathOf, uriOf } from "./uri.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

/** An open document, as the editor has it now. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

export interface StackPorts {
  readonly files: ReadFiles;
  /** The address of a code's documentation. */
  page(code: string): string;
  /** Looks at a stack once. */
  analyse(files: ReadFiles, folder: string): Promise<Analysis>;
  /** Looks at a stack again and again. */
  edit(folder: string): Promise<EditedStack>;
  /** The open documents that have a path, by path. */
  open(): ReadonlyMap<string, OpenDocument>;
  /** The folders that the client has open. */
  readonly roots: WorkspaceFolders;
  publish(uri: string, diagnostics: readonly Wire[], version: number | undefined): void;
  /** A fault of ours: one analysis failed, the server lives on. */
  report(error: unknown): void;
}

interface Stack {
  /** Counts the edits, so that a result made from an older text is known as such. */
  edits: number;
  running: boolean;
  /** Undefined before the first analysis, and after one that failed, of which nothing is kept. */
  edited: EditedStack | undefined;
  /** Whether the disk may be another one than was read. */
  isDiskNew: boolean;
  /** When the last analysis ended, in milliseconds. */
  endedAt: number;
  /** So many analyses of mere edits in a row took long. */
  slow: number;
  timer: NodeJS.Timeout | undefined;
  /** Of the last analysis, which may be older than the last edit. */
  snapshot: Analysis["snapshot"] | undefined;
  /** The edits that the snapshot has. */
  seen: number;
  /** They wait for the next analysis to end. */
  readonly waiting: (() => void)[];
}

/**
 * Whether an analysis will do that is older than the last edit. `whole` is a fresh one, for which stacks around are looked for
 * that nobody has open: they may use the file's folder as a module.
 */
export type Which = "latest" | "fresh" | "whole";

/** A stack, as it was looked at last. */
export interface Seen {
  readonly folder: string;
  readonly snapshot: Analysis["snapshot"];
}

/** Told of every analysis that no edit has overtaken, after its problems were published. */
export type AnalysedListener = (folder: string, analysis: Analysis) => void;

/** Time without an edit before a stack is looked at again whose analyses take long, in milliseconds. */
const quietMs = 80;
/** What takes at most this long is done right after each edit, in milliseconds. */
const soonMs = 50;
/** One that takes long by itself had to wait for something else. */
const patience = 2;
/**
 * After this long a pause the disk is read anew with the next edit, in milliseconds: not every client tells of all files that
 * expressions read.
 */
const pauseMs = 1000;

/**
 * Keeps the diagnostics of every stack that has an open document up to date: it is looked at right after an edit, with
 * everything kept that the edit did not touch. At most one analysis of a stack runs at a time, and one that an edit has
 * overtaken is dropped and made again.
 */
export class Stacks {
  readonly #ports: StackPorts;
  readonly #stacks = new Map<string, Stack>();
  readonly #published = new Published();
  readonly #listeners: AnalysedListener[] = [];
  readonly #forgotten: ((folder: string) => void)[] = [];

  constructor(ports: StackPorts) {
    this.#ports = ports;
  }

  /** Tells of each new analysis of a stack that has an open document. It must be quick: what takes long waits for a quiet moment. */
  onAnalysed(listener: AnalysedListener): void {
    this.#listeners.push(listener);
  }

  /** Tells of each folder whose last document was closed. */
  onForgotten(listener: (folder: string) => void): void {
    this.#forgotten.push(listener);
  }

  /** An open document was edited. */
  touch(folder: string): void {
    this.#touch(folder, false);
  }

  /** A document of a folder was opened or closed. */
  renew(folder: string): void {
    this.#touch(folder, true);
  }

  /** Files or folders on the disk are others than they were. */
  diskChanged(paths: readonly string[]): void {
    for (const [folder, { snapshot }] of this.#stacks) {
      const watched = snapshot ? watchedBy(folder, { snapshot }) : [];
      if (paths.some((path) => isConcerned(folder, watched, path))) this.#schedule(folder, true);
    }
  }

  /** Any file of any stack may be another one. */
  renewAll(): void {
    for (const folder of this.#stacks.keys()) this.#schedule(folder, true);
  }

  #touch(folder: string, isDiskNew: boolean): void {
    const touched = this.#stacks.has(folder) ? [] : [folder];
    // The folder may be that of a module of a stack around it.
    for (const known of this.#stacks.keys())
      if (known === folder || folder.startsWith(`${known}/`)) touched.push(known);
    for (const one of touched) this.#schedule(one, isDiskNew);
  }

  /**
   * The stack that a file is part of: the outermost one that uses its folder, which knows what its variables are, or its own.
   * Waits for the first analysis, or a fresh one; undefined where nothing watches over the file's stack.
   */
  async seen(path: string, which: Which): Promise<Seen | undefined> {
    const own = folderOf(path);
    const around = [...this.#stacks.keys()].filter((folder) => own.startsWith(`${folder}/`));
    for (const folder of around.sort((a, b) => a.length - b.length)) {
      const snapshot = await this.#snapshot(folder, which);
      if (snapshot && holds(snapshot, path.slice(folder.length + 1))) return { folder, snapshot };
    }
    const snapshot = await this.#snapshot(own, which);
    const unwatched = snapshot && which === "whole" ? await this.#unwatched(path) : undefined;
    return unwatched ?? (snapshot && { folder: own, snapshot });
  }

  /** The stack in a folder with all edits so far, watched over or not; undefined where there are no blocks. */
  async in(folder: string): Promise<Seen | undefined> {
    const watched = await this.#snapshot(folder, "fresh");
    if (watched) return { folder, snapshot: watched };
    const files = this.overlaid();
    if ((await files.stat(folder))?.kind !== "directory") return undefined;
    const { snapshot } = await this.#ports.analyse(files, folder);
    return snapshot.folders[0].files.length > 0 ? { folder, snapshot } : undefined;
  }

  /** All files, the open ones as the editor has them now. */
  overlaid(): ReadFiles {
    const texts = new Map([...this.#ports.open()].map(([at, { text }]) => [at, text]));
    return overlay(this.#ports.files, texts);
  }

  /** The outermost stack of the workspace that uses a file's folder, if no document of it is open. */
  async #unwatched(path: string): Promise<Seen | undefined> {
    const files = this.overlaid();
    for (const folder of foldersAbove(folderOf(path), this.#ports.roots)) {
      if (this.#stacks.has(folder)) continue;
      const entries = await files.list(folder);
      if (!entries.some(({ name, kind }) => kind !== "directory" && name.endsWith(".cw"))) continue;
      const { snapshot } = await this.#ports.analyse(files, folder);
      if (holds(snapshot, path.slice(folder.length + 1))) return { folder, snapshot };
    }
    return undefined;
  }

  async #snapshot(
    folder: string,
    which: Which,
    isUrgent = which !== "latest",
  ): Promise<Seen["snapshot"] | undefined> {
    const stack = this.#stacks.get(folder);
    if (!stack) return undefined;
    while (this.#stacks.get(folder) === stack && !isReady(stack, which)) {
      const done = new Promise<void>((resolve) => stack.waiting.push(resolve));
      if (isUrgent) this.#hurry(folder, stack);
      await done;
    }
    return stack.snapshot;
  }

  /**
   * Waits until all edits so far of the stacks that a folder is part of have been looked at, and what was found published. It
   * makes none of them be looked at sooner: this is asked after each edit.
   */
  async settled(folder: string): Promise<void> {
    const concerned = [...this.#stacks.keys()].filter((at) => at === folder || folder.startsWith(`${at}/`));
    await Promise.all(concerned.map((at) => this.#snapshot(at, "fresh", false)));
  }

  /** Those that have an open document. */
  folders(): readonly string[] {
    return [...this.#stacks.keys()];
  }

  /** The stacks that have an open document, with all edits so far. */
  async all(): Promise<readonly Seen[]> {
    const found = [...this.#stacks.keys()].map(async (folder) => {
      const snapshot = await this.#snapshot(folder, "fresh");
      return snapshot ? [{ folder, snapshot }] : [];
    });
    return (await Promise.all(found)).flat();
  }

  /** Whether there is a file at a path, on the disk or in the editor alone. */
  async isFile(path: string): Promise<boolean> {
    if (this.#ports.open().has(path)) return true;
    return (await this.#ports.files.stat(path))?.kind === "file";
  }

  /** What is in a folder on the disk; nothing where there is none. */
  async entries(path: string): Promise<readonly FileEntry[]> {
    const { files } = this.#ports;
    return (await files.stat(path))?.kind === "directory" ? files.list(path) : [];
  }

  /** Somebody waits for an analysis: no more edits are waited for. */
  #hurry(folder: string, stack: Stack): void {
    clearTimeout(stack.timer);
    if (!stack.running) void this.#run(folder, stack);
  }

  #schedule(folder: string, isDiskNew: boolean): void {
    const stack = this.#stacks.get(folder) ?? newStack();
    this.#stacks.set(folder, stack);
    stack.edits++;
    if (isDiskNew) {
      stack.isDiskNew = true;
      this.#published.forgetTold();
    }
    this.#plan(folder, stack);
  }

  #plan(folder: string, stack: Stack): void {
    clearTimeout(stack.timer);
    stack.timer = setTimeout(() => void this.#run(folder, stack), stack.slow >= patience ? quietMs : 0);
  }

  /** The last document of a folder was closed: its problems go. */
  forget(folder: string): void {
    const stack = this.#stacks.get(folder);
    clearTimeout(stack?.timer);
    this.#stacks.delete(folder);
    for (const go of stack?.waiting ?? []) go();
    this.#published.forgetTold();
    this.#send(this.#published.replace(folder, []), this.#ports.open());
    for (const listener of this.#forgotten) listener(folder);
  }

  async #run(folder: string, stack: Stack): Promise<void> {
    if (stack.running) return;
    stack.running = true;
    const { edits } = stack;
    const isEdit = stack.edited !== undefined && !stack.isDiskNew;
    const start = performance.now();
    try {
      const open = new Map(this.#ports.open());
      const analysis = await this.#analyse(folder, stack, open);
      stack.snapshot = analysis.snapshot;
      const fresh = stack.edits === edits && this.#stacks.get(folder) === stack;
      if (fresh) {
        this.#publish(folder, analysis, open);
        for (const listener of this.#listeners) listener(folder, analysis);
      }
    } catch (error) {
      stack.edited = undefined;
      this.#ports.report(error);
    } finally {
      stack.running = false;
      stack.endedAt = performance.now();
      if (isEdit) stack.slow = stack.endedAt - start > soonMs ? stack.slow + 1 : 0;
      // What cannot be read has been looked at, too.
      stack.seen = edits;
      for (const go of stack.waiting.splice(0)) go();
    }
    if (stack.edits !== edits && this.#stacks.get(folder) === stack) this.#plan(folder, stack);
  }

  async #analyse(folder: string, stack: Stack, open: ReadonlyMap<string, OpenDocument>): Promise<Analysis> {
    const edited = stack.edited ?? (await this.#ports.edit(folder));
    stack.edited = edited;
    if (stack.isDiskNew || performance.now() - stack.endedAt > pauseMs) edited.forget();
    stack.isDiskNew = false;
    const texts = new Map([...open].map(([path, { text }]) => [path, text]));
    return edited.analyse(overlay(this.#ports.files, texts), texts);
  }

  #publish(folder: string, analysis: Analysis, open: ReadonlyMap<string, OpenDocument>): void {
    const sources = new Map(analysis.files.map((source) => [join(folder, source.file), source]));
    const files = {
      lines: (file: string) => {
        const path = join(folder, file);
        return sourceLines(sources.get(path) ?? { file, text: open.get(path)?.text ?? "", chunks: [] });
      },
      uri: (file: string) => uriNow(join(folder, file), open),
      page: this.#ports.page,
    };
    const found = toDiagnostics(analysis.diagnostics, files, analysis.files[0]?.file ?? "main.cw");
    const clean = [...sources.keys()].map((path) => uriNow(path, open));
    this.#send(this.#published.replace(folder, found, clean), open);
  }

  #send(changed: ReadonlyMap<string, readonly Wire[]>, open: ReadonlyMap<string, OpenDocument>): void {
    const versions = new Map([...open.values()].map(({ uri, version }) => [uri, version]));
    for (const [uri, found] of changed) {
      const version = versions.get(uri);
      const shown = this.#isShown(uri, versions) ? found : [];
      if (this.#published.isNews(uri, version, shown)) this.#ports.publish(uri, shown, version);
    }
  }

  /** Who has opened a single file of another folder than the workspace's is not told of the files around it. */
  #isShown(uri: string, open: ReadonlyMap<string, unknown>): boolean {
    const { roots } = this.#ports;
    return roots.paths.length === 0 || open.has(uri) || roots.hold(pathOf(uri) ?? uri);
  }
}

const newStack = (): Stack => ({
  edits: 0,
  running: false,
  edited: undefined,
  isDiskNew: false,
  endedAt: 0,
  slow: 0,
  timer: undefined,
  snapshot: undefined,
  seen: 0,
  waiting: [],
});

const holds = ({ folders }: Snapshot, file: string): boolean =>
  folders.some((folder) => folder.files.some((source) => source.file === file));

/** Those around a folder that lie in the workspace, the outermost first. */
function foldersAbove(folder: string, roots: WorkspaceFolders): readonly string[] {
  const above: string[] = [];
  for (let at = folderOf(folder); at.length < folder.length && at !== above[0]; at = folderOf(at)) {
    if (!roots.hold(at)) break;
    above.unshift(at);
  }
  return above;
}

const isReady = ({ snapshot, seen, edits }: Stack, which: Which): boolean =>
  seen === edits || (which === "latest" && snapshot !== undefined);

/** An open document is known by the address that the editor gave it, down to its spelling. */
function uriNow(path: string, open: ReadonlyMap<string, OpenDocument>): string {
  return open.get(path)?.uri ?? uriOf(path);
}
