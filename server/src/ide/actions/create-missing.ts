import { describeType } from "../../intake/type.ts";
import { cursorOn } from "../cursor.ts";
import { expectedAt } from "../expected.ts";
import { formAt } from "../forms.ts";
import { formSource, scopeAt } from "../scope.ts";
import type { Located } from "../snapshot.ts";
import { Places, valueSnippet, withoutPlaces } from "../snippets.ts";
import type { Action, ActionPlace } from "./action.ts";
import { declareLocal, declareVariable } from "./declare.ts";
import { topItemAt } from "./top-item.ts";

/** Declares the variable or local value that a reference names and that is not there. */
export function createMissing(
  { snapshot, file, text, selection }: ActionPlace,
  { source, folder }: Located,
): Action[] {
  const cursor = cursorOn(text, selection.start);
  const item = topItemAt(source, selection.start);
  if (cursor?.spot.kind !== "operand" || !item) return [];
  const [root, ...more] = cursor.spot.after;
  if (root?.kind !== "name" || more.length > 0) return [];
  const name = cursor.word.text;
  const form = formAt(formSource(scopeAt(snapshot, file, cursor)), cursor.frames);
  const { type } = expectedAt(form, cursor.frames);
  if (root.name === "var" && !folder.variables.has(name)) {
    const typed = type.kind === "dynamic" ? "" : `\n  type = ${describeType(type)}\n`;
    const block = `variable "${name}" {${typed}}`;
    return [
      {
        title: `Create variable "${name}"`,
        kind: "quickfix",
        edits: [declareVariable(folder, source, item.start, block)],
        mends: "unknown-variable",
      },
    ];
  }
  if (root.name !== "local" || folder.stack.locals.has(name)) return [];
  const value = withoutPlaces(valueSnippet({ type }, new Places())) || "null";
  return [
    {
      title: `Create local value "${name}"`,
      kind: "quickfix",
      edits: [declareLocal(folder, source, item.start, name, value)],
      mends: "unknown-local",
    },
  ];
}
