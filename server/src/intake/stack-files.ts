/**
 * The files of a stack as expressions see them. Evaluation is synchronous and pure, reading is neither: what an expression
 * asks for that has not been read is noted down, its value is unknown for now, and once it has been read everything is
 * evaluated again, until nothing new is asked for (`read-files.ts`). What has been read stays as it was for as long as
 * this lives, so that a plan and its run see the same.
 */
import type { SourceFile } from "../syntax/chunk.ts";
import type { TemplateFile } from "../syntax/template-file.ts";
import { clean } from "./functions/path.ts";

/** A path that has nothing to read, with the reason: what follows the path in a sentence. */
export interface NoFile {
  readonly kind: "missing" | "folder" | "refused";
  readonly reason: string;
}

/** What is in a folder and the folders in it, as paths from that folder, with forward slashes. */
export interface Tree {
  readonly kind: "tree";
  readonly files: readonly string[];
  /** Links that lead out of the stack. */
  readonly outside: ReadonlySet<string>;
}

/** What to read: a file, or a folder down to a depth. Paths are clean and relative to the stack's folder. */
export type Wanted =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "tree"; readonly path: string; readonly depth: number };

export class FileContent {
  readonly kind = "file";
  readonly bytes: Uint8Array;
  readonly #made = new Map<string, unknown>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** What a function makes of the bytes, made once for each name. */
  once<T>(name: string, make: (bytes: Uint8Array) => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make(this.bytes));
    return this.#made.get(name) as T;
  }
}

/** Parses a template: the grammar, which nothing else in evaluation knows. */
export type ParseTemplate = (file: string, text: string) => TemplateFile;

const unread: NoFile = {
  kind: "refused",
  reason: "was not read while planning: files are read before any step runs",
};

export class StackFiles {
  readonly #parse: ParseTemplate;
  readonly #files = new Map<string, FileContent | NoFile>();
  /** By depth and path. */
  readonly #trees = new Map<string, Tree | NoFile>();
  readonly #templates = new Map<string, SourceFile>();
  /** What has been read. */
  readonly #asked = new Map<string, Wanted>();
  #askedList: readonly Wanted[] | undefined;
  #wanted: Map<string, Wanted> | undefined;
  #changes = 0;
  /** Called whenever an expression asks for something. */
  onAsked: () => void = () => {};

  constructor(parse: ParseTemplate) {
    this.#parse = parse;
  }

  /** Grows whenever what expressions get from here may be something else than before. */
  get changes(): number {
    return this.#changes;
  }

  /** What has been read because expressions asked for it, whether it was there or not; the same list until it is another. */
  asked(): readonly Wanted[] {
    this.#askedList ??= [...this.#asked.values()];
    return this.#askedList;
  }

  /** Everything is read anew when somebody asks: the disk has changed. */
  forget(): void {
    this.#asked.clear();
    this.#askedList = undefined;
    this.#files.clear();
    this.#trees.clear();
    this.#templates.clear();
    this.#changes++;
  }

  /** The file at a path as an expression gives it. Undefined while it has yet to be read. */
  file(path: string): FileContent | NoFile | undefined {
    this.onAsked();
    const at = within(path);
    if (typeof at !== "string") return at;
    return this.#files.get(at) ?? this.#want({ kind: "file", path: at });
  }

  /** The files in a folder, at most so many levels deep. Undefined while it has yet to be looked at. */
  tree(path: string, depth: number): Tree | NoFile | undefined {
    this.onAsked();
    const at = within(path);
    if (typeof at !== "string") return at;
    const wanted: Wanted = { kind: "tree", path: at, depth };
    return this.#trees.get(keyOf(wanted)) ?? this.#want(wanted);
  }

  /** A file's text as a template. */
  template(path: string, text: string): TemplateFile {
    const parsed = this.#parse(path, text);
    this.#templates.set(path, parsed.source);
    return parsed;
  }

  /** A template that stands in no file. */
  parse(text: string): TemplateFile {
    return this.#parse("template", text);
  }

  /** Texts that problems may be about, beside the stack's own files. */
  templates(): readonly SourceFile[] {
    return [...this.#templates.values()];
  }

  /** Notes down what `evaluate` asks for; outside of it what has not been read is refused. */
  collect<T>(evaluate: () => T): { readonly value: T; readonly wanted: readonly Wanted[] } {
    const wanted = new Map<string, Wanted>();
    this.#wanted = wanted;
    try {
      return { value: evaluate(), wanted: [...wanted.values()] };
    } finally {
      this.#wanted = undefined;
    }
  }

  answer(wanted: Wanted, found: FileContent | Tree | NoFile): void {
    this.#changes++;
    this.#asked.set(keyOf(wanted), wanted);
    this.#askedList = undefined;
    if (wanted.kind === "file" && found.kind !== "tree") this.#files.set(wanted.path, found);
    else if (found.kind !== "file") this.#trees.set(keyOf(wanted), found);
  }

  #want(wanted: Wanted): NoFile | undefined {
    if (!this.#wanted) return unread;
    this.#wanted.set(keyOf(wanted), wanted);
    return undefined;
  }
}

const keyOf = (wanted: Wanted): string =>
  wanted.kind === "file" ? `file ${wanted.path}` : `${wanted.depth} ${wanted.path}`;

/** A clean path from the stack's folder; with `..` in it only where that stays inside. */
function within(path: string): string | NoFile {
  const refused = (reason: string): NoFile => ({ kind: "refused", reason });
  if (path.includes("\0")) return refused("is no path");
  if (/^(?:[/\\~]|[A-Za-z]:[/\\])/.test(path)) {
    return refused("is not relative to the stack's folder; only files inside it can be read");
  }
  const at = clean(path);
  if (at === ".." || at.startsWith("../")) return refused("is outside of the stack's folder");
  if (at === ownFolder || at.startsWith(`${ownFolder}/`)) {
    return refused("is in Clockwork's own folder, which changes with every run");
  }
  return at;
}

/** Never read, and never looked into: what is in it changes with every run. */
export const ownFolder = ".clockwork";
