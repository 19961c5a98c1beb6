import * as vscode from "vscode";
import { proposalScheme } from "../../../server/src/protocol.ts";
import { subjectOf } from "./addresses.ts";
import type { ArtifactStore } from "./store.ts";

interface Entry {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  /** A person has saved something of their own. */
  readonly isEdited: boolean;
}

/**
 * What is proposed, as files that exist in the editor alone: they are edited, saved and undone like others, and reach the disk
 * only when they are approved.
 */
export class ProposalFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #store: ArtifactStore;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;

  constructor(store: ArtifactStore) {
    this.#store = store;
    this.#registration = vscode.workspace.registerFileSystemProvider(proposalScheme, this, {
      isCaseSensitive: true,
    });
  }

  get onDidChangeFile(): vscode.Event<vscode.FileChangeEvent[]> {
    return this.#changed.event;
  }

  /** What is proposed is another text now; what a person made of the earlier one stays. */
  replace(uri: vscode.Uri, text: string): void {
    const known = this.#entries.get(uri.toString());
    if (!known || known.isEdited || known.text === text) return;
    this.#put(uri, text, false);
  }

  /** The proposal is decided. */
  forget(uri: vscode.Uri): void {
    this.#entries.delete(uri.toString());
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, mtime } = await this.#entry(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: new TextEncoder().encode(text).length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return new TextEncoder().encode((await this.#entry(uri)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await this.#entry(uri);
    this.#put(uri, new TextDecoder().decode(content), true);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #put(uri: vscode.Uri, text: string, isEdited: boolean): void {
    const before = this.#entries.get(uri.toString())?.mtime ?? 0;
    this.#entries.set(uri.toString(), { text, isEdited, mtime: Math.max(Date.now(), before + 1) });
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  async #entry(uri: vscode.Uri): Promise<Entry> {
    const known = this.#entries.get(uri.toString());
    if (known) return known;
    const subject = subjectOf(uri);
    const proposals = subject ? await this.#store.reviewables(subject.folder) : [];
    const text = proposals.find(({ id }) => id === subject?.what)?.proposed;
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const entry = { text, mtime: Date.now(), isEdited: false };
    this.#entries.set(uri.toString(), entry);
    return entry;
  }
}
