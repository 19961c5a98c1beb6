/** What a body still needs, shown as text that could stand where the cursor is: on a line that has nothing else yet. */
import { isSet } from "./complete-body.ts";
import { completingAt } from "./completion.ts";
import type { Snapshot } from "./snapshot.ts";
import { Places, requiredLines, withoutPlaces } from "./snippets.ts";

export interface InlineCompletion {
  /** In the notation of snippets. It begins with what is typed already. */
  readonly insert: string;
  /** What it replaces: the word before the place. */
  readonly start: number;
  readonly end: number;
}

/** Undefined where nothing is missing, or where something else than a name could be meant. `text` is the file's text of now. */
export function inlineCompletion(
  snapshot: Snapshot,
  file: string,
  text: string,
  offset: number,
): InlineCompletion | undefined {
  const completing = completingAt(snapshot, file, text, offset);
  const { cursor, form } = completing;
  const { start, end } = cursor.word;
  if (cursor.spot.kind !== "item" || end > offset || !isAlone(text, start, offset)) return undefined;
  const typed = text.slice(start, offset);
  const lines = requiredLines(form, new Places(), (name) => isSet(form, name, completing));
  const first = lines.findIndex((line) => withoutPlaces(line).startsWith(typed));
  const [line] = first < 0 ? [] : lines.splice(first, 1);
  if (line === undefined) return undefined;
  const margin = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const insert = [line, ...lines].join("\n").replaceAll("\n", `\n${margin}`);
  return { insert, start, end: offset };
}

/** Whether nothing but a word stands on the line. */
function isAlone(text: string, start: number, end: number): boolean {
  const lineEnd = text.indexOf("\n", end);
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const after = text.slice(end, lineEnd < 0 ? text.length : lineEnd);
  return before.trim() === "" && after.trim() === "";
}
