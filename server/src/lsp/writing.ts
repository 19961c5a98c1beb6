/** The requests of somebody who writes: completion, also as text in the line, hover, signature help. */
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type Hover,
  type HoverParams,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InsertTextFormat,
  MarkupKind,
  type ServerCapabilities,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { FileEntry } from "../host/ports.ts";
import { pathItems, pathQuestion } from "../ide/complete-path.ts";
import { type CompletionKind, complete, type CompletionItem as Item } from "../ide/completion.ts";
import { document as documentation } from "../ide/document.ts";
import { hover } from "../ide/hover.ts";
import { inlineCompletion } from "../ide/inline-completion.ts";
import { signatureHelp } from "../ide/signature.ts";
import { withoutPlaces } from "../ide/snippets.ts";
import { artifactAt } from "./artifact-address.ts";
import { type Asked, type Asking, about, guarded, offsetOf } from "./ask.ts";
import type { Parse } from "./outlining.ts";
import { hoverOfPlan } from "./planning.ts";
import { join } from "./uri.ts";

/** What the client can do with completions. */
export interface WritingClient {
  readonly snippets: boolean;
  /** It lets the user choose between inserting and replacing the rest of the word. */
  readonly insertReplace: boolean;
}

export const writingCapabilities: ServerCapabilities = {
  completionProvider: { triggerCharacters: [".", '"', "[", "{", "/"], resolveProvider: true },
  inlineCompletionProvider: true,
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [")"] },
};

/** The list that was sent last: whoever wants to know more of an item names it by its number. */
interface Sent {
  readonly asked: Asked;
  readonly items: readonly Item[];
}

/** @param artifactHover of a document that is an artifact */
export function serveWriting(
  asking: Asking,
  parse: Parse,
  client: () => WritingClient,
  artifactHover: (document: TextDocument, line: number) => Promise<Hover | null>,
): void {
  const { connection } = asking;
  let sent: Sent | undefined;
  connection.onCompletion(
    about(asking, async (asked, { position }): Promise<CompletionList> => {
      const { document, snapshot, file, folder } = asked;
      const offset = offsetOf(asked, position);
      const text = document.getText();
      const question = pathQuestion(snapshot, file, text, offset);
      const entries = question ? await asking.stacks.entries(join(folder, question.folder)) : [];
      const paths = question ? pathItems(question, entries.map(toPathEntry)) : [];
      const { items: others, isIncomplete } = complete(snapshot, file, text, offset);
      const items = [...paths, ...others];
      sent = { asked, items };
      return { isIncomplete, items: items.map((item, i) => toItem(item, i, document, offset, client())) };
    }),
  );
  connection.onCompletionResolve(
    guarded(asking, async (item) => {
      const found = typeof item.data === "number" ? sent?.items[item.data] : undefined;
      const text =
        found?.label === item.label && found.topic && sent && documentation(sent.asked.snapshot, found.topic);
      return text ? { ...item, documentation: { kind: MarkupKind.Markdown, value: text } } : item;
    }),
  );
  connection.languages.inlineCompletion.on(
    about(
      asking,
      ({ document, snapshot, file }, { position }: InlineCompletionParams): InlineCompletionItem[] => {
        const found = inlineCompletion(snapshot, file, document.getText(), document.offsetAt(position));
        if (!found) return [];
        const { insert, start, end } = found;
        const insertText = client().snippets
          ? ({ kind: "snippet", value: insert } as const)
          : withoutPlaces(insert);
        return [{ insertText, range: rangeOf(document, start, end) }];
      },
    ),
  );
  const hoverInStack = about(asking, async (asked, { position }: HoverParams): Promise<Hover | null> => {
    const { document, snapshot, file } = asked;
    const offset = offsetOf(asked, position);
    const own = hover(snapshot, file, document.getText(), offset);
    const planned = await hoverOfPlan(asking, parse, asked, offset);
    const found = own ?? planned;
    if (!found) return null;
    const value = [own, planned].flatMap((part) => part?.text ?? []).join("\n\n---\n\n");
    return {
      contents: { kind: MarkupKind.Markdown, value },
      range: rangeOf(document, found.start, found.end),
    };
  });
  const hoverInArtifact = guarded(asking, async ({ textDocument, position }: HoverParams) => {
    const document = asking.documents.get(textDocument.uri);
    return document ? artifactHover(document, position.line) : null;
  });
  connection.onHover((params, token) =>
    artifactAt(params.textDocument.uri) ? hoverInArtifact(params, token) : hoverInStack(params, token),
  );
  connection.onSignatureHelp(
    about(asking, (asked, { position }) => {
      const { document, snapshot, file } = asked;
      const found = signatureHelp(snapshot, file, document.getText(), offsetOf(asked, position));
      if (!found) return null;
      const { label, text, parameters, active } = found;
      return {
        signatures: [
          {
            label,
            documentation: { kind: MarkupKind.Markdown, value: text },
            parameters: parameters.map((p) => ({
              label: [p.start, p.end] as [number, number],
              ...(p.text !== undefined && { documentation: { kind: MarkupKind.Markdown, value: p.text } }),
            })),
          },
        ],
        activeSignature: 0,
        // Behind the last parameter none is active.
        activeParameter: active ?? parameters.length,
      };
    }),
  );
}

const toPathEntry = ({ name, kind }: FileEntry) => ({ name, isFolder: kind === "directory" });

function toItem(
  item: Item,
  index: number,
  document: TextDocument,
  offset: number,
  { snippets, insertReplace }: WritingClient,
): CompletionItem {
  const { label, kind, detail, insert, isSnippet, start, end, filter, rank, goesOn, isWhole } = item;
  const newText = isSnippet && !snippets ? withoutPlaces(insert) : insert;
  const insertRange = rangeOf(document, start, Math.max(start, offset));
  const replace = rangeOf(document, start, Math.max(end, offset));
  return {
    label,
    kind: kinds[kind],
    ...(detail !== undefined && { detail }),
    ...(filter !== undefined && { filterText: filter }),
    sortText: rank.toFixed(3).padStart(9, "0"),
    ...(isSnippet && snippets && { insertTextFormat: InsertTextFormat.Snippet }),
    textEdit:
      insertReplace && !isWhole
        ? { newText, insert: insertRange, replace }
        : { newText, range: isWhole ? replace : insertRange },
    ...(goesOn && { command: { title: "", command: "editor.action.triggerSuggest" } }),
    data: index,
  };
}

function rangeOf(document: TextDocument, start: number, end: number) {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  attribute: CompletionItemKind.Property,
  block: CompletionItemKind.Struct,
  enum: CompletionItemKind.EnumMember,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  function: CompletionItemKind.Function,
  instance: CompletionItemKind.Value,
  keyword: CompletionItemKind.Keyword,
  kind: CompletionItemKind.Class,
  local: CompletionItemKind.Constant,
  module: CompletionItemKind.Module,
  namespace: CompletionItemKind.Module,
  output: CompletionItemKind.Field,
  resource: CompletionItemKind.Reference,
  type: CompletionItemKind.TypeParameter,
  value: CompletionItemKind.Value,
  variable: CompletionItemKind.Variable,
};
