import type { ReadFiles } from "../host/ports.ts";
import { type Loaded, load, noInputs } from "../intake/load.ts";
import { isModule } from "../intake/module-block.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { changeText, type Document, openDocument } from "../syntax/editing.ts";
import type { SourceText } from "../syntax/parallel.ts";
import type { Grammar } from "../syntax/parser.ts";
import { join } from "./uri.ts";

interface Kept {
  readonly document: Document;
  /** As it is now. */
  source: SourceFile;
}

/**
 * The files of one stack while it is edited. They are read and parsed once; the texts of open documents are compared with
 * what they were, and the chunks that an edit touched are parsed again. The disk is asked again when it may have changed.
 */
export class StackSources {
  readonly #grammar: Grammar;
  readonly #folder: string;
  #files: ReadonlyMap<string, Kept> = new Map();
  #loaded: Loaded | undefined;
  /** They say which folders are read. */
  #modules: readonly Chunk[] = [];

  constructor(grammar: Grammar, folder: string) {
    this.#grammar = grammar;
    this.#folder = folder;
  }

  /** The disk may have changed: files may be other ones, or others than before. */
  forget(): void {
    this.#loaded = undefined;
  }

  /** Rejects when the folder cannot be read. `open` are the texts of open documents by path; `files` has them too. */
  async load(files: ReadFiles, open: ReadonlyMap<string, string>): Promise<Loaded> {
    if (this.#loaded) {
      const now = this.#edit(this.#loaded, open);
      if (isSameList(this.#modules, moduleChunks(now))) {
        this.#loaded = now;
        return now;
      }
    }
    const kept = new Map<string, Kept>();
    const parse = async (sources: readonly SourceText[]) =>
      sources.map((source) => this.#parse(source, kept));
    const loaded = await load(files, this.#grammar, this.#folder, noInputs, parse);
    this.#files = kept;
    this.#modules = moduleChunks(loaded);
    this.#loaded = loaded;
    return loaded;
  }

  #parse({ file, text }: SourceText, found: Map<string, Kept>): SourceFile {
    const before = this.#files.get(file);
    const kept = before ?? newFile(openDocument(this.#grammar, file, text));
    found.set(file, kept);
    return edited(kept, text);
  }

  /** The same files with the texts that the editor has now. */
  #edit(loaded: Loaded, open: ReadonlyMap<string, string>): Loaded {
    const now = (source: SourceFile): SourceFile => {
      const kept = this.#files.get(source.file);
      const text = open.get(join(this.#folder, source.file));
      return kept && text !== undefined ? edited(kept, withoutMark(text)) : source;
    };
    const { stack, modules, files, ...rest } = loaded.value;
    return {
      ...loaded,
      value: {
        ...rest,
        stack: stack.map(now),
        modules: new Map([...(modules ?? [])].map(([folder, sources]) => [folder, sources.map(now)])),
        files: files.map(now),
      },
    };
  }
}

const newFile = (document: Document): Kept => ({ document, source: asSource(document) });

const asSource = ({ file, text, chunks }: Document): SourceFile => ({ file, text, chunks });

function edited(kept: Kept, text: string): SourceFile {
  if (kept.source.text === text) return kept.source;
  changeText(kept.document, text);
  kept.source = asSource(kept.document);
  return kept.source;
}

const withoutMark = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);

function moduleChunks({ value: { stack, modules } }: Loaded): readonly Chunk[] {
  const files = [...stack, ...[...(modules?.values() ?? [])].flat()];
  return files.flatMap(({ chunks }) => chunks.filter((chunk) => chunk.items.some(isModule)));
}

const isSameList = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);
