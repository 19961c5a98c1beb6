/** What Tab offers at the console: names of functions, of what the stack declares, and of the attributes of a value. */
import type { Completion } from "../../host/ports.ts";
import { functions } from "../../intake/functions/table.ts";
import type { Type } from "../../intake/type.ts";
import { typeOf } from "../../intake/values.ts";
import type { SourceFile } from "../../syntax/chunk.ts";
import { evaluateText } from "../expression.ts";
import type { Session } from "../session.ts";

/** The names that references begin with and go on with. */
type Names = ReadonlyMap<string, readonly string[]>;

export function completer(session: Session): (line: string) => Promise<Completion> {
  const names = declaredNames(session.analysis?.files ?? []);
  return async (line) => {
    const word = /[\w-]*$/.exec(line)?.[0] ?? "";
    const base = baseOf(line.slice(0, line.length - word.length));
    const offered =
      base === undefined ? firstWords(names) : (names.get(base) ?? (await attributes(session, base)));
    return { candidates: offered.filter((name) => name.startsWith(word)), word };
  };
}

/** Of `1 + local.a[0].` it is `local.a[0]`; undefined where no reference goes on. */
function baseOf(before: string): string | undefined {
  return /([A-Za-z_][\w-]*(?:\.[\w-]+|\[[^[\]]*\])*)\.$/.exec(before)?.[1];
}

function firstWords(names: Names): readonly string[] {
  const callable = [...functions].flatMap(([name, entry]) => ("refused" in entry ? [] : [`${name}(`]));
  return [
    ...[...names.keys()].map((name) => `${name}.`),
    ...callable,
    "type(",
    "true",
    "false",
    "null",
  ].sort();
}

async function attributes(session: Session, base: string): Promise<readonly string[]> {
  const { value } = await evaluateText(session.grammar, base, session);
  return value ? fieldsOf(typeOf(value), "fields" in value ? [...value.fields.keys()] : []) : [];
}

const fieldsOf = (type: Type, keys: readonly string[]): readonly string[] =>
  (type.kind === "object" ? [...type.fields.keys()] : keys).filter((name) => /^[\p{L}_][\w-]*$/u.test(name));

function declaredNames(files: readonly SourceFile[]): Names {
  const names = new Map<string, string[]>([
    ["var", []],
    ["local", []],
    ["path", ["module", "root"]],
  ]);
  const declare = (root: string, name: string) => {
    const known = names.get(root);
    if (known) known.push(name);
    else names.set(root, [name]);
  };
  for (const item of files.flatMap((f) => f.chunks.flatMap((c) => c.items))) {
    if (item.type !== "block") continue;
    const [first = "", second = ""] = item.labels.map((label) => label.value);
    switch (item.keyword.name) {
      case "variable":
        declare("var", first);
        break;
      case "locals":
        for (const local of item.body.items)
          if (local.type === "attribute") declare("local", local.name.name);
        break;
      case "resource":
        declare(first, second);
        break;
      case "module":
        declare("module", first);
        break;
    }
  }
  return names;
}
