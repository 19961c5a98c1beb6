import { pathAt } from "../at.ts";
import { cursorAt } from "../cursor.ts";
import { type Form, formAt } from "../forms.ts";
import { formSource, scopeAt } from "../scope.ts";
import type { Located } from "../snapshot.ts";
import { Places, requiredLines, withoutPlaces } from "../snippets.ts";
import type { Action, ActionPlace } from "./action.ts";
import { appendToBody } from "./insert.ts";

/** Writes what the blocks around a place cannot do without, the innermost block first. */
export function addRequired({ snapshot, file, text, selection }: ActionPlace, { source }: Located): Action[] {
  const path = pathAt(source, selection.start);
  const blocks = path?.nodes.flatMap((n) => (n.kind === "block" ? [n.node] : [])) ?? [];
  return blocks.toReversed().flatMap((block): Action[] => {
    const start = path?.origin.start ?? 0;
    const inside = text.indexOf("{", start + (block.labels.at(-1) ?? block.keyword).end) + 1;
    if (inside === 0) return [];
    const cursor = cursorAt(text, inside);
    const form = formAt(formSource(scopeAt(snapshot, file, cursor)), cursor.frames);
    const set = new Set(block.body.items.map((i) => (i.type === "block" ? i.keyword.name : i.name.name)));
    const isSet = (name: string) => namesOf(form, name).some((n) => set.has(n));
    const lines = requiredLines(form, new Places(), isSet);
    if (lines.length === 0) return [];
    const names = lines.map((line) => /^\S+/.exec(withoutPlaces(line))?.[0]);
    return [
      {
        title: `Add ${names.join(", ")}`,
        kind: "quickfix",
        edits: [appendToBody(source, block, start, lines.map(withoutPlaces))],
        mends: "missing-attribute",
      },
    ];
  });
}

/** All names under which an attribute may be set. */
function namesOf({ fields }: Form, name: string): readonly string[] {
  const field = fields.find((f) => f.schema.name === name);
  return [name, ...(field?.aliases ?? []), ...(field?.block === undefined ? [] : [field.block])];
}
