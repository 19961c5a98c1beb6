import type { TextDocument } from "vscode-languageserver-textdocument";
import type { SourceFile } from "../syntax/chunk.ts";
import { changeText, type Document, openDocument } from "../syntax/editing.ts";
import type { Grammar } from "../syntax/parser.ts";

interface Parsed {
  version: number;
  readonly document: Document;
}

/** The syntax of open documents: of each version only what an edit touched is parsed. */
export class ParsedDocuments {
  readonly #grammar: Promise<Grammar>;
  readonly #byUri = new Map<string, Parsed>();

  constructor(grammar: Promise<Grammar>) {
    this.#grammar = grammar;
  }

  /** The spans are of a file with the document's address as its name. It is what it is until the next version is asked for. */
  async of(document: TextDocument): Promise<SourceFile> {
    const grammar = await this.#grammar;
    const { uri, version } = document;
    const text = document.getText();
    const known = this.#byUri.get(uri);
    if (!known) {
      const opened = openDocument(grammar, uri, text);
      this.#byUri.set(uri, { version, document: opened });
      return snapshot(opened);
    }
    if (known.version !== version) changeText(known.document, text);
    known.version = version;
    return snapshot(known.document);
  }

  forget({ uri }: TextDocument): void {
    this.#byUri.delete(uri);
  }
}

const snapshot = ({ file, text, chunks }: Document): SourceFile => ({ file, text, chunks });
