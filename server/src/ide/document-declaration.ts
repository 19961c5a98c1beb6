/** What is said of variables, local values, outputs, modules and resources: what their blocks say, and their values. */
import type { Folder } from "../intake/folder.ts";
import { rootFolder } from "../intake/module-block.ts";
import type { Placed } from "../intake/stack.ts";
import { describeType } from "../intake/type.ts";
import type { Value } from "../intake/value.ts";
import type { Variable } from "../intake/variable.ts";
import { code, lines } from "./document.ts";
import { shownValue } from "./shown-value.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Topic } from "./topic.ts";

type Declared = Extract<Topic, { readonly folder: string }>;

export function declarationText(snapshot: Snapshot, folder: Folder, topic: Declared): string | undefined {
  const { name } = topic;
  switch (topic.kind) {
    case "variable": {
      const variable = folder.variables.get(name);
      return variable && variableText(snapshot, folder, variable);
    }
    case "local": {
      const local = folder.stack.locals.get(name);
      const value = local && snapshot.look(local, { folder: folder.path });
      return local && lines(code(`local.${name}`), valueLine(value));
    }
    case "output": {
      const output = folder.outputs.get(name);
      if (!output) return undefined;
      const value = output.value && snapshot.look(output.value, { folder: folder.path });
      const shown = value && output.sensitive ? { ...value, sensitive: true as const } : value;
      return lines(code(`output "${name}"`), output.description, valueLine(shown));
    }
    case "module": {
      const module = folder.stack.modules.get(name);
      return (
        module &&
        lines(
          code(`module "${name}"`),
          module.folder !== undefined && `The blocks of the folder \`${module.folder}\`.`,
        )
      );
    }
    case "resource":
    case "verify": {
      const node = (topic.kind === "verify" ? folder.stack.verifies : folder.stack.resources).get(name);
      return node && lines(code(`${topic.kind} "${node.kind.name}" "${node.name}"`), node.kind.description);
    }
  }
}

function variableText(snapshot: Snapshot, folder: Folder, variable: Variable): string {
  const { name, type, description, sensitive, validations } = variable;
  const placed = reference("var", name);
  const value = snapshot.look(placed, { folder: folder.path });
  const fallback = variable.default && !sensitive ? shownValue(variable.default.value, 200) : undefined;
  return lines(
    code(`variable "${name}": ${describeType(type)}`),
    description,
    sensitive && "Its value is shown nowhere.",
    fallback !== undefined && `Default: \`${fallback}\``,
    valueLine(value, sourceOf(snapshot, folder, variable)),
    validations.length > 0 &&
      `${validations.length === 1 ? "One condition" : `${validations.length} conditions`} must be met.`,
  );
}

/** Where a variable's value comes from, as far as files say. */
function sourceOf(
  { values }: Snapshot,
  folder: Folder,
  { name, default: fallback }: Variable,
): string | undefined {
  if (folder.path !== rootFolder) return undefined;
  const setIn = values.findLast((file) =>
    file.chunks.some((c) => c.items.some((i) => i.type === "attribute" && i.name.name === name)),
  );
  return setIn ? setIn.file : fallback && "the default";
}

export function valueLine(value: Value | undefined, source?: string): string | undefined {
  if (!value) return undefined;
  const shown = shownValue(value, 2_000);
  const from = source === undefined ? "" : ` (from ${source})`;
  if (shown === undefined) return undefined;
  return shown.includes("\n") ? `Value${from}:\n\n${code(shown)}` : `Value${from}: \`${shown}\``;
}

function reference(root: string, name: string): Placed {
  const at = { start: 0, end: 0 };
  const object = { type: "variable", name: root, ...at } as const;
  const expression = { type: "get-attribute", object, name: { name, ...at }, ...at } as const;
  return { origin: { file: "", start: 0 }, expression };
}
