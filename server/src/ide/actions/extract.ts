import type { Folder } from "../../intake/folder.ts";
import { type Bound, referencesIn } from "../../intake/references.ts";
import { describeType } from "../../intake/type.ts";
import { typeOf } from "../../intake/values.ts";
import type { Attribute, Expression } from "../../syntax/ast.ts";
import { pathAt, type Syntax } from "../at.ts";
import { cursorAt } from "../cursor.ts";
import { expectedAt } from "../expected.ts";
import { formAt } from "../forms.ts";
import { formSource, scopeAt } from "../scope.ts";
import type { Located } from "../snapshot.ts";
import type { Action, ActionPlace } from "./action.ts";
import { declareLocal, declareVariable, freeName } from "./declare.ts";
import { topItemAt } from "./top-item.ts";

/** Gives an expression a name: as a local value, or where it refers to nothing as a variable whose default it is. */
export function extract(place: ActionPlace, { source, folder }: Located): Action[] {
  const found = selected(place, source);
  const top = topItemAt(source, place.selection.start);
  if (!found || !top || !canMove(place, found, top.item.type === "block" ? top.item.keyword.name : ""))
    return [];
  const { base, expression } = found;
  const [start, end] = [base + expression.start, base + expression.end];
  const value = place.text.slice(start, end);
  const references = referencesIn(expression);
  const wanted = nameFor(found);
  const use = (text: string) => ({ file: source.file, start, end, text });
  const actions: Action[] = [];
  if (
    !isBoundTo(
      references.map((r) => r.path[0]?.name ?? ""),
      found.bound,
    )
  ) {
    const name = freeName(wanted, folder.stack.locals);
    actions.push({
      title: `Extract to local.${name}`,
      kind: "refactor.extract",
      edits: [declareLocal(folder, source, top.start, name, value), use(`local.${name}`)],
    });
  }
  // A default is a constant, and a heredoc would need a margin of its own.
  if ((references.length === 0 && expression.type !== "template") || isPlainText(expression)) {
    const name = freeName(wanted, folder.variables);
    const block = variableBlock(place, folder, expression, name, value, base);
    actions.push({
      title: `Extract to var.${name}`,
      kind: "refactor.extract",
      edits: [declareVariable(folder, source, top.start, block), use(`var.${name}`)],
    });
  }
  return actions;
}

interface Selected {
  readonly base: number;
  readonly expression: Expression;
  readonly around: readonly Syntax[];
  /** Names of loops around it. */
  readonly bound: Bound;
}

/** The expression that is selected exactly; without a selection the literal, list or object at the place. */
function selected({ text, selection }: ActionPlace, source: Located["source"]): Selected | undefined {
  const chosen = text.slice(selection.start, selection.end);
  const start = selection.start + chosen.length - chosen.trimStart().length;
  const end = start + chosen.trim().length;
  const path = pathAt(source, start);
  if (!path) return undefined;
  const base = path.origin.start;
  const isEmpty = start === end;
  const index = path.nodes.findLastIndex(({ kind, node }) => {
    if (kind !== "expression") return false;
    return isEmpty || (base + node.start === start && base + node.end === end);
  });
  const found = path.nodes[index];
  if (found?.kind !== "expression" || (isEmpty && !isLiteral(found.node))) return undefined;
  const around = path.nodes.slice(0, index);
  return { base, expression: found.node, around, bound: boundAround(around) };
}

const isLiteral = ({ type }: Expression): boolean =>
  type === "number" || type === "template" || type === "tuple";

function boundAround(around: readonly Syntax[]): Bound {
  const names = new Set<string>();
  for (const { kind, node } of around) {
    const isLoop = kind === "expression" && (node.type === "for-tuple" || node.type === "for-object");
    const loop = isLoop ? node : kind === "part" && node.type === "for" ? node : undefined;
    if (!loop) continue;
    names.add(loop.value.name);
    if (loop.key) names.add(loop.key.name);
  }
  for (const { kind, node } of around)
    if (kind === "block" && node.keyword.name === "dynamic") names.add(node.labels[0]?.value ?? "");
  return names;
}

/** What belongs to an instance or a loop cannot leave it. */
const isBoundTo = (roots: readonly string[], bound: Bound): boolean =>
  roots.some((root) => bound.has(root) || root === "each" || root === "count" || root === "self");

/** Types, addresses and constants are no values that could have a name. */
function canMove(
  { snapshot, file, text }: ActionPlace,
  { base, expression, around }: Selected,
  keyword: string,
): boolean {
  if (expression.type === "missing" || expression.type === "null") return false;
  if (["variable", "moved", "removed", "clockwork", "kind", ""].includes(keyword)) return false;
  const cursor = cursorAt(text, base + expression.start);
  const form = formAt(formSource(scopeAt(snapshot, file, cursor)), cursor.frames);
  if (expectedAt(form, cursor.frames).holds !== undefined) return false;
  // The key of an object is a name, and a local value by itself needs no other one.
  const parent = around.at(-1);
  if (parent?.kind === "object-item" && parent.node.key === expression) return false;
  return !(keyword === "locals" && parent?.kind === "attribute");
}

function nameFor({ around }: Selected): string {
  for (const { kind, node } of around.toReversed()) {
    if (kind === "object-item" && node.key.type === "variable") return node.key.name;
    if (kind === "attribute") return (node satisfies Attribute).name.name;
  }
  return "value";
}

function isPlainText(expression: Expression): boolean {
  return (
    expression.type === "template" &&
    !expression.heredoc &&
    expression.parts.every((p) => p.type === "literal")
  );
}

function variableBlock(
  { snapshot }: ActionPlace,
  folder: Folder,
  expression: Expression,
  name: string,
  value: string,
  base: number,
): string {
  const found = snapshot.look({ origin: { file: "", start: base }, expression }, { folder: folder.path });
  const type = found && typeOf(found);
  const isPlain = type && ["string", "number", "bool"].includes(type.kind);
  return isPlain
    ? `variable "${name}" {\n  type    = ${describeType(type)}\n  default = ${value}\n}`
    : `variable "${name}" {\n  default = ${value}\n}`;
}
