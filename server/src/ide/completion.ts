/**
 * Completion: what can be typed at a place. It reads the text that is there now, tokens alone, so that it works in whatever
 * is half typed; names and values come from the snapshot, which may be a moment older.
 */
import { bodyItems } from "./complete-body.ts";
import { labelItems } from "./complete-label.ts";
import { operandItems, textItems } from "./complete-value.ts";
import { type Cursor, cursorAt } from "./cursor.ts";
import { type Form, formAt, valuesForm } from "./forms.ts";
import { formSource, type Scope, scopeAt } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Topic } from "./topic.ts";

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Beside the label: a type, a kind. */
  readonly detail?: string;
  /** In the notation of snippets, if `isSnippet`. */
  readonly insert: string;
  readonly isSnippet?: true;
  /** What is replaced: from `start` to the place, and up to `end` where the client replaces whole words. */
  readonly start: number;
  readonly end: number;
  /** What the typed text is held against; the label when absent. */
  readonly filter?: string;
  /** Lower ones come first, equal ones by label. */
  readonly rank: number;
  /** What its documentation is made from, when somebody asks. */
  readonly topic?: Topic;
  /** What stands behind the place up to `end` always goes: the rest of a string. */
  readonly isWhole?: true;
  /** Something can be completed right behind it. */
  readonly goesOn?: true;
}

export type CompletionKind =
  | "attribute"
  | "block"
  | "enum"
  | "file"
  | "folder"
  | "function"
  | "instance"
  | "keyword"
  | "kind"
  | "local"
  | "module"
  | "namespace"
  | "output"
  | "resource"
  | "type"
  | "value"
  | "variable";

export interface Completions {
  readonly items: readonly CompletionItem[];
  /** There are more than could be sent: ask again when more is typed. */
  readonly isIncomplete: boolean;
}

/** Most items of one answer. */
const limit = 1_000;
const none: Completions = { items: [], isIncomplete: false };

/** What the parts of completion look at. */
export interface Completing {
  readonly scope: Scope;
  readonly cursor: Cursor;
  readonly form: Form;
  /** The whole text of the file. */
  readonly text: string;
}

/** `text` is the file's text of now. */
export function complete(snapshot: Snapshot, file: string, text: string, offset: number): Completions {
  const completing = completingAt(snapshot, file, text, offset);
  const { cursor } = completing;
  const items = [...itemsAt(completing)];
  const typed = text.slice(cursor.word.start, offset).toLowerCase();
  const fitting = items.length <= limit ? items : items.filter((item) => isLike(item, typed));
  return fitting.length === 0 ? none : { items: fitting.slice(0, limit), isIncomplete: items.length > limit };
}

export function completingAt(snapshot: Snapshot, file: string, text: string, offset: number): Completing {
  const cursor = cursorAt(text, offset);
  const scope = scopeAt(snapshot, file, cursor);
  const form = scope.isValues ? valuesForm(scope.folder) : formAt(formSource(scope), cursor.frames);
  return { scope, cursor, form, text };
}

function itemsAt(completing: Completing): readonly CompletionItem[] {
  const { spot } = completing.cursor;
  switch (spot.kind) {
    case "item":
    case "key":
      return bodyItems(completing);
    case "label":
      return labelItems(completing, spot);
    case "operand":
      return operandItems(completing, spot.after);
    case "text":
      return textItems(completing, spot);
    case "directive":
      return directives(completing);
    case "nothing":
    case "comment":
      return [];
  }
}

function directives({ cursor }: Completing): CompletionItem[] {
  const { start, end } = cursor.word;
  return ["if", "for", "else", "endif", "endfor"].map((label, rank) => ({
    label,
    kind: "keyword",
    insert: label,
    start,
    end,
    rank,
    topic: { kind: "word", name: `%{${label}}` },
  }));
}

/** Whether what is typed is there in that order. */
function isLike({ filter, label }: CompletionItem, typed: string): boolean {
  const text = (filter ?? label).toLowerCase();
  let at = -1;
  for (const c of typed) {
    at = text.indexOf(c, at + 1);
    if (at < 0) return false;
  }
  return true;
}
