import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ClientCapabilities, InitializeResult, Position, Range } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Session } from "./session.ts";

/** What a modern editor can do. */
const modern: ClientCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, insertReplaceSupport: true } },
    definition: { linkSupport: true },
    diagnostic: {},
  },
  workspace: {
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ["create"],
      changeAnnotationSupport: {},
    },
    codeLens: { refreshSupport: true },
  },
};

const mark = "<|>";

/** One server for many tests: each has a stack of its own, in a folder of the workspace. */
export class Editor {
  readonly session: Session;
  readonly initialized: InitializeResult;

  private constructor(session: Session, initialized: InitializeResult) {
    this.session = session;
    this.initialized = initialized;
  }

  static async start(): Promise<Editor> {
    const session = await Session.start({});
    return new Editor(session, await session.initialize(modern, { planChanges: true }));
  }

  stop(): Promise<void> {
    return this.session.stop();
  }

  /**
   * A stack with main.cw open, in which `<|>` marks the cursor, or two of them a selection.
   *
   * @param others further files, by name, which are not opened
   */
  async stack(main: string, others: Readonly<Record<string, string>> = {}): Promise<OpenStack> {
    const folder = await mkdtemp(join(this.session.folder, "stack-"));
    for (const [name, text] of Object.entries(others)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const opened = new OpenStack(this.session, folder, main);
    await this.session.open(opened.name("main.cw"), opened.text);
    return opened;
  }
}

export class OpenStack {
  readonly session: Session;
  readonly folder: string;
  /** Of main.cw, without the marks. */
  text: string;
  readonly position: Position;
  readonly range: Range;
  #version = 1;

  constructor(session: Session, folder: string, marked: string) {
    this.session = session;
    this.folder = folder;
    const [before = "", inside, after] = marked.split(mark);
    this.text = marked.replaceAll(mark, "");
    const document = TextDocument.create("", "", 1, this.text);
    this.position = document.positionAt(before.length);
    const end = before.length + (after === undefined ? 0 : (inside ?? "").length);
    this.range = { start: this.position, end: document.positionAt(end) };
  }

  /** A file's name in the session. */
  name(file: string): string {
    return `${this.folder.slice(this.session.folder.length + 1)}/${file}`;
  }

  uri(file = "main.cw"): string {
    return this.session.uri(this.name(file));
  }

  get folderUri(): string {
    return this.uri("").replace(/\/$/, "");
  }

  /** About main.cw and the place that is marked in it. */
  get at() {
    return { textDocument: { uri: this.uri() }, position: this.position };
  }

  ask<R>(method: string, params: object = this.at): Promise<R> {
    return this.session.connection.sendRequest(method, params);
  }

  change(text: string): Promise<void> {
    this.text = text;
    return this.session.change(this.name("main.cw"), ++this.#version, text);
  }

  /** main.cw after edits. */
  edited(edits: Parameters<typeof TextDocument.applyEdits>[1] | undefined): string {
    return TextDocument.applyEdits(TextDocument.create("", "", 1, this.text), edits ?? []);
  }
}
