/** The requests that one document answers alone: its symbols, folds, selections, colours and layout. */
import {
  type FoldingRange,
  FoldingRangeKind,
  type Position,
  type SelectionRange,
  type SemanticTokens,
  SemanticTokensBuilder,
  type ServerCapabilities,
  SymbolKind,
  type TextEdit,
  type DocumentSymbol as WireSymbol,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { foldingRanges, linkedRanges, selectionRanges } from "../ide/folding.ts";
import { formatFile, formatRange, formatTyped, type LayoutEdit } from "../ide/formatting.ts";
import { type SemanticToken, semanticTokens, tokenModifiers, tokenTypes } from "../ide/semantic-tokens.ts";
import type { Range } from "../ide/snapshot.ts";
import { type DocumentSymbol, documentSymbols, type WorkspaceSymbol } from "../ide/symbols.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { type Asking, guarded } from "./ask.ts";

export const outliningCapabilities: ServerCapabilities = {
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  linkedEditingRangeProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    full: { delta: true },
    range: true,
  },
};

/** Parses an open document; the same text is parsed once. */
export type Parse = (document: TextDocument) => Promise<SourceFile>;

export function serveOutlining(asking: Asking, parse: Parse): void {
  const { connection, documents } = asking;
  /** Answers of an open document; null of others. */
  const of = <P extends { readonly textDocument: { readonly uri: string } }, R>(
    answer: (source: SourceFile, document: TextDocument, params: P) => R,
  ) =>
    guarded(asking, async (params: P) => {
      const document = documents.get(params.textDocument.uri);
      return document ? answer(await parse(document), document, params) : null;
    });
  connection.onDocumentSymbol(
    of((source, document) => documentSymbols(source).map((symbol) => toSymbol(symbol, document))),
  );
  connection.onFoldingRanges(of((source, document) => foldingRanges(source).map((f) => toFold(f, document))));
  connection.onSelectionRanges(
    of((source, document, { positions }: { readonly positions: readonly Position[] } & OfDocument) =>
      positions.map((position) =>
        toSelection(selectionRanges(source, document.offsetAt(position)), position, document),
      ),
    ),
  );
  connection.languages.onLinkedEditingRange(
    of((source, document, { position }: { readonly position: Position } & OfDocument) => {
      const ranges = linkedRanges(source, document.offsetAt(position));
      return ranges.length === 0 ? null : { ranges: ranges.map((r) => toRange(r, document)) };
    }),
  );
  const edits = (found: readonly LayoutEdit[], document: TextDocument): TextEdit[] =>
    found.map((edit) => ({ range: toRange(edit, document), newText: edit.text }));
  connection.onDocumentFormatting(of((source, document) => edits(formatFile(source), document)));
  connection.onDocumentRangeFormatting(
    of((source, document, { range }: { readonly range: WireRange } & OfDocument) =>
      edits(formatRange(source, offsets(range, document)), document),
    ),
  );
  connection.onDocumentOnTypeFormatting(
    of(
      (
        source,
        document,
        { position, ch }: { readonly position: Position; readonly ch: string } & OfDocument,
      ) => edits(formatTyped(source, document.offsetAt(position), ch), document),
    ),
  );
  serveTokens(asking, of);
}

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}

interface WireRange {
  readonly start: Position;
  readonly end: Position;
}

type Of = <P extends OfDocument, R>(
  answer: (source: SourceFile, document: TextDocument, params: P) => R,
) => ReturnType<typeof guarded<P, R | null>>;

function serveTokens({ connection, documents }: Asking, of: Of): void {
  /** What each document was last told, for the difference to it. */
  const builders = new Map<string, SemanticTokensBuilder>();
  documents.onDidClose(({ document: { uri } }) => void builders.delete(uri));
  const builderOf = (uri: string): SemanticTokensBuilder => {
    const builder = builders.get(uri) ?? new SemanticTokensBuilder();
    builders.set(uri, builder);
    return builder;
  };
  const { semanticTokens: provider } = connection.languages;
  provider.on(
    orNone(
      of((source, document) => {
        const builder = builderOf(document.uri);
        builder.previousResult("");
        push(builder, semanticTokens(source), document);
        return builder.build();
      }),
    ),
  );
  provider.onDelta(
    orNone(
      of((source, document, { previousResultId }: { readonly previousResultId: string } & OfDocument) => {
        const builder = builderOf(document.uri);
        builder.previousResult(previousResultId);
        push(builder, semanticTokens(source), document);
        return builder.buildEdits();
      }),
    ),
  );
  provider.onRange(
    orNone(
      of((source, document, { range }: { readonly range: WireRange } & OfDocument) => {
        const builder = new SemanticTokensBuilder();
        push(builder, semanticTokens(source, offsets(range, document)), document);
        return { data: builder.build().data };
      }),
    ),
  );
}

/** The protocol's null, where the library's types want tokens. */
function orNone<P, R, E>(handler: (params: P, token: E) => Promise<R | null>) {
  return async (params: P, token: E): Promise<NonNullable<R> | SemanticTokens> =>
    (await handler(params, token)) ?? { data: [] };
}

function push(
  builder: SemanticTokensBuilder,
  tokens: readonly SemanticToken[],
  document: TextDocument,
): void {
  for (const { start, end, type, isDeclaration } of tokens) {
    const { line, character } = document.positionAt(start);
    builder.push(line, character, end - start, tokenTypes.indexOf(type), isDeclaration ? 1 : 0);
  }
}

function offsets({ start, end }: WireRange, document: TextDocument): Range {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

function toRange({ start, end }: Range, document: TextDocument) {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

function toFold(
  { start, end, kind }: ReturnType<typeof foldingRanges>[number],
  document: TextDocument,
): FoldingRange {
  const from = document.positionAt(start);
  const to = document.positionAt(end);
  // The line of the closing bracket stays visible.
  const endLine = kind === "comment" ? to.line : Math.max(from.line, to.line - 1);
  return { startLine: from.line, endLine, ...(kind === "comment" && { kind: FoldingRangeKind.Comment }) };
}

function toSelection(ranges: readonly Range[], position: Position, document: TextDocument): SelectionRange {
  let selection: SelectionRange | undefined;
  for (const range of [...ranges].reverse())
    selection = { range: toRange(range, document), ...(selection && { parent: selection }) };
  return selection ?? { range: { start: position, end: position } };
}

function toSymbol(
  { name, detail, kind, whole, at, children }: DocumentSymbol,
  document: TextDocument,
): WireSymbol {
  return {
    name,
    ...(detail !== undefined && { detail }),
    kind: symbolKinds[kind],
    range: toRange(whole, document),
    selectionRange: toRange(at, document),
    children: children.map((child) => toSymbol(child, document)),
  };
}

export const symbolKinds: Readonly<Record<WorkspaceSymbol["kind"], SymbolKind>> = {
  resource: SymbolKind.Object,
  verify: SymbolKind.Event,
  variable: SymbolKind.Variable,
  local: SymbolKind.Constant,
  output: SymbolKind.Field,
  module: SymbolKind.Module,
  kind: SymbolKind.Class,
  locals: SymbolKind.Namespace,
  block: SymbolKind.Struct,
  attribute: SymbolKind.Property,
  object: SymbolKind.Object,
  list: SymbolKind.Array,
};
