/** Renaming, and what a document's texts lead to. */
import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  type DocumentLink,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { Index } from "../ide/index.ts";
import { links } from "../ide/links.ts";
import { prepareRename, rename, type TextEdit } from "../ide/rename.ts";
import { type Asked, type Asking, about, offsetOf } from "./ask.ts";
import { Places } from "./places.ts";
import { planLinks } from "./plan-documents.ts";
import { join, uriOf } from "./uri.ts";

export const renamingCapabilities: ServerCapabilities = {
  renameProvider: { prepareProvider: true },
  documentLinkProvider: { resolveProvider: false },
};

/** What the client can do with edits. */
export interface RenamingClient {
  /** It shows what an edit says of itself. */
  readonly annotations: boolean;
}

export function serveRenaming(asking: Asking, client: () => RenamingClient): void {
  const { connection, stacks } = asking;
  connection.onPrepareRename(
    about(
      asking,
      (asked, { position }) => {
        const found = prepareRename(new Index(asked.snapshot), placeOf(asked, position));
        if ("refused" in found) return refusal(found.refused);
        return { range: new Places(asked, asking).range(asked.file, found), placeholder: found.text };
      },
      "whole",
    ),
  );
  connection.onRenameRequest(
    about(
      asking,
      (asked, { position, newName }) => {
        const found = rename(new Index(asked.snapshot), placeOf(asked, position), newName);
        if ("refused" in found) return refusal(found.refused);
        const places = new Places(asked, asking);
        return client().annotations ? annotated(found, places) : plain(found, places);
      },
      "whole",
    ),
  );
  connection.onDocumentLinks(
    planLinks(
      asking,
      about(
        asking,
        async (asked): Promise<DocumentLink[]> => {
          const { snapshot, file, folder } = asked;
          const places = new Places(asked, asking);
          const found = links(snapshot, file).map(async ({ target, ...range }) => {
            const at = places.range(file, range);
            if (target.kind === "url") return [{ range: at, target: target.url }];
            const path = join(folder, target.path);
            if (target.kind === "file")
              return (await stacks.isFile(path)) ? [{ range: at, target: places.uri(target.path) }] : [];
            const [first] = snapshot.folders.find((f) => f.path === target.path)?.files ?? [];
            return first ? [{ range: at, target: uriOf(join(folder, first.file)) }] : [];
          });
          return (await Promise.all(found)).flat();
        },
        "fresh",
      ),
    ),
  );
}

const placeOf = (asked: Asked, position: { line: number; character: number }) => ({
  file: asked.file,
  offset: offsetOf(asked, position),
});

const refusal = (message: string) => new ResponseError<undefined>(LSPErrorCodes.RequestFailed, message);

function plain(edits: readonly TextEdit[], places: Places): WorkspaceEdit {
  const changes: Record<string, { range: AnnotatedTextEdit["range"]; newText: string }[]> = {};
  for (const { at, text } of edits) {
    const uri = places.uri(at.file);
    changes[uri] = [...(changes[uri] ?? []), { range: places.range(at.file, at), newText: text }];
  }
  return { changes };
}

/** Each note is an annotation that the client shows beside its edits. */
function annotated(edits: readonly TextEdit[], places: Places): WorkspaceEdit {
  const changeAnnotations: Record<string, ChangeAnnotation> = {};
  const byFile = new Map<
    string,
    (AnnotatedTextEdit | { range: AnnotatedTextEdit["range"]; newText: string })[]
  >();
  for (const { at, text, note } of edits) {
    const edit = { range: places.range(at.file, at), newText: text };
    if (note !== undefined) changeAnnotations[note] = { label: note };
    const list = byFile.get(at.file) ?? [];
    byFile.set(at.file, list);
    list.push(note === undefined ? edit : { ...edit, annotationId: note });
  }
  const documentChanges = [...byFile].map(([file, list]) => ({
    textDocument: { uri: places.uri(file), version: null },
    edits: list,
  }));
  return { documentChanges, changeAnnotations };
}
