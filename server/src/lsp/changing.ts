/** Code actions: repairs that travel inside of diagnostics, and changes that are offered at a place. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type ServerCapabilities,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { type Action, actionsAt } from "../ide/actions/action.ts";
import { type Asked, type Asking, ask, guarded } from "./ask.ts";
import { toCodeActions } from "./convert.ts";
import { Places } from "./places.ts";

export const changingCapabilities: ServerCapabilities = {
  codeActionProvider: {
    codeActionKinds: [
      CodeActionKind.QuickFix,
      CodeActionKind.RefactorExtract,
      CodeActionKind.RefactorInline,
      CodeActionKind.RefactorRewrite,
    ],
  },
};

/** What the client can do with edits. */
export interface ChangingClient {
  /** An edit can make a file. */
  readonly creates: boolean;
}

export function serveChanging(asking: Asking, client: () => ChangingClient): void {
  asking.connection.onCodeAction(
    guarded(asking, async (params) => {
      const { only, diagnostics } = params.context;
      const asked = await ask(asking, params.textDocument.uri, "fresh");
      const offered = asked ? offer(asked, params, asking, client()) : [];
      return [...toCodeActions(diagnostics), ...offered].filter(
        ({ kind = "" }) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)),
      );
    }),
  );
}

function offer(asked: Asked, params: CodeActionParams, asking: Asking, client: ChangingClient): CodeAction[] {
  const { snapshot, file, document } = asked;
  const { start, end } = params.range;
  const selection = { start: document.offsetAt(start), end: document.offsetAt(end) };
  const places = new Places(asked, asking);
  return actionsAt({ snapshot, file, text: document.getText(), selection }).flatMap((action) => {
    if (!client.creates && action.edits.some((e) => e.isNew)) return [];
    const { title, kind, mends } = action;
    const diagnostics = params.context.diagnostics.filter((d) => mends !== undefined && d.code === mends);
    return [{ title, kind, ...(diagnostics.length > 0 && { diagnostics }), edit: toEdit(action, places) }];
  });
}

function toEdit({ edits }: Action, places: Places): WorkspaceEdit {
  const byFile = new Map<string, TextDocumentEdit>();
  for (const { file, text, ...range } of edits) {
    const edit = byFile.get(file) ?? { textDocument: { uri: places.uri(file), version: null }, edits: [] };
    edit.edits.push({ range: places.range(file, range), newText: text });
    byFile.set(file, edit);
  }
  const made = edits
    .filter((e) => e.isNew)
    .map(({ file }) => ({ kind: "create", uri: places.uri(file) }) as const);
  if (made.length > 0) return { documentChanges: [...made, ...byFile.values()] };
  return { changes: Object.fromEntries([...byFile.values()].map((e) => [e.textDocument.uri, plain(e)])) };
}

const plain = ({ edits }: TextDocumentEdit) =>
  edits.flatMap((e) => ("newText" in e ? [{ range: e.range, newText: e.newText }] : []));
