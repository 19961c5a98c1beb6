import { isPartName } from "../intake/kind-parts.ts";
import { kindNameProblem } from "../intake/own-kinds.ts";
import { longestLabel, namePattern, reservedVariables } from "../intake/stack.ts";
import { childrenOf, chunkAt, type Syntax } from "./at.ts";
import type { Index } from "./index.ts";
import type { Name } from "./names.ts";
import { locate } from "./snapshot.ts";

const words: Readonly<Record<Name["kind"], string>> = {
  variable: "a variable",
  local: "a local value",
  output: "an output",
  module: "a module",
  resource: "a resource",
  verify: "a check",
  kind: "a kind",
  check: "a kind of checks",
  setting: "an attribute",
  member: "an attribute or output",
  binding: "a variable",
};

/** What references begin with: a `for` variable of that name would hide it. */
const roots: ReadonlySet<string> = new Set([
  "var",
  "local",
  "module",
  "each",
  "count",
  "self",
  "path",
  "facts",
  "true",
  "false",
  "null",
]);

/** Why a thing cannot be called so, in one sentence. */
export function nameProblem(index: Index, name: Name, to: string): string | undefined {
  return (
    formProblem(name, to) ?? (name.kind === "binding" ? hidden(index, name, to) : collision(index, name, to))
  );
}

function formProblem({ kind }: Name, to: string): string | undefined {
  if (!namePattern.test(to))
    return `"${to}" is not a name: one begins with a letter or underscore and has letters, digits, underscores and hyphens.`;
  if (to.length > longestLabel) return `A name has at most ${longestLabel} characters.`;
  if (kind === "variable" && reservedVariables.has(to))
    return `A variable cannot be called "${to}": in a module block that name has a meaning of its own.`;
  if (kind === "kind") return kindNameProblem(to);
  if (kind === "member" && !isPartName(to))
    return `"${to}" is no name for a part of a kind: it begins with a small letter and has small letters, digits and underscores.`;
  if (kind === "binding" && roots.has(to)) return `"${to}" has a meaning of its own in the language.`;
  return undefined;
}

function collision(index: Index, name: Name, to: string): string | undefined {
  const renamed = { ...name, name: name.name.slice(0, name.name.indexOf(".") + 1) + to };
  return index.definitions(renamed).length > 0
    ? `There is ${words[name.kind]} called "${to}" already.`
    : undefined;
}

/** Whether the word is used around the declaration: it would be hidden, or hide the name. */
function hidden(index: Index, name: Name, to: string): string | undefined {
  const [definition] = index.definitions(name);
  const source = definition && locate(index.snapshot, definition.at.file)?.source;
  const chunk = source && chunkAt(source, definition.at.start);
  const isUsed = chunk?.items.some((item) =>
    uses(item.type === "block" ? { kind: "block", node: item } : { kind: "attribute", node: item }, to),
  );
  return isUsed ? `"${to}" is used around here already.` : undefined;
}

function uses(syntax: Syntax, word: string): boolean {
  const { kind, node } = syntax;
  if (kind === "expression" && node.type === "variable" && node.name === word) return true;
  const isLoop =
    (kind === "expression" && node.type.startsWith("for-")) || (kind === "part" && node.type === "for");
  if (isLoop && childrenOf(syntax).some((c) => c.kind === "name" && c.node.name === word)) return true;
  return childrenOf(syntax).some((child) => uses(child, word));
}
