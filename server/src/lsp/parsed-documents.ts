import type { TextDocument } from "vscode-languageserver-textdocument";
import type { SourceFile } from "../syntax/chunk.ts";
import { parse } from "../syntax/document.ts";
import type { Grammar } from "../syntax/parser.ts";

interface Parsed {
  readonly version: number;
  readonly source: SourceFile;
}

/** The syntax of open documents, each version parsed once. */
export class ParsedDocuments {
  readonly #grammar: Promise<Grammar>;
  readonly #byUri = new Map<string, Parsed>();

  constructor(grammar: Promise<Grammar>) {
    this.#grammar = grammar;
  }

  /** The spans are of a file with the document's address as its name. */
  async of(document: TextDocument): Promise<SourceFile> {
    const grammar = await this.#grammar;
    const { uri, version } = document;
    const known = this.#byUri.get(uri);
    if (known?.version === version) return known.source;
    const source = parse(grammar, uri, document.getText());
    this.#byUri.set(uri, { version, source });
    return source;
  }

  forget({ uri }: TextDocument): void {
    this.#byUri.delete(uri);
  }
}
