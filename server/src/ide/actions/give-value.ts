import { rootFolder } from "../../intake/module-block.ts";
import type { Located } from "../snapshot.ts";
import { Places, valueSnippet, withoutPlaces } from "../snippets.ts";
import type { Action, ActionPlace } from "./action.ts";
import { topItemAt } from "./top-item.ts";

const valuesFile = "clockwork.cwvars";

/** Gives a variable of the stack a value in clockwork.cwvars, where it has none. */
export function giveValue({ snapshot, text, selection }: ActionPlace, { source, folder }: Located): Action[] {
  const top = topItemAt(source, selection.start);
  if (folder.path !== rootFolder || top?.item.type !== "block" || top.item.keyword.name !== "variable")
    return [];
  const name = top.item.labels[0]?.value ?? "";
  const variable = folder.variables.get(name);
  const values = snapshot.values.find((v) => v.file === valuesFile);
  const isSet = snapshot.values.some(({ chunks }) =>
    chunks.some((c) => c.items.some((i) => i.type === "attribute" && i.name.name === name)),
  );
  if (!variable || variable.sensitive || isSet) return [];
  const { default: fallback } = variable;
  const { start, end } = fallback?.expression ?? { start: 0, end: 0 };
  const base = fallback?.origin.start ?? 0;
  const value = fallback
    ? text.slice(base + start, base + end)
    : withoutPlaces(valueSnippet({ type: variable.type }, new Places())) || "null";
  const at = values?.text.length ?? 0;
  const gap = values && values.text !== "" && !values.text.endsWith("\n") ? "\n" : "";
  return [
    {
      title: `Set "${name}" in ${valuesFile}`,
      kind: fallback ? "refactor.rewrite" : "quickfix",
      edits: [
        {
          file: valuesFile,
          start: at,
          end: at,
          text: `${gap}${name} = ${value}\n`,
          ...(!values && { isNew: true as const }),
        },
      ],
      ...(!fallback && { mends: "missing-variable" }),
    },
  ];
}
