/** Everything that a block's expressions may refer to, by name: what its values and problems can depend on. */
import type { Block, Body, Expression } from "../syntax/ast.ts";
import { referencesIn } from "./references.ts";

/**
 * The first names of every reference, `local.x` or `service.web`, whatever becomes of the attribute that it stands in; of a
 * check, whose address has one more, all of it. Rather too many than too few.
 */
export function namesInBlock({ body }: Block): ReadonlySet<string> {
  const names = new Set<string>();
  addBody(body, names);
  return names;
}

export function namesInExpressions(expressions: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const expression of expressions) addExpression(expression, names);
  return names;
}

function addBody(body: Body, names: Set<string>): void {
  for (const item of body.items) {
    if (item.type === "block") addBody(item.body, names);
    else addExpression(item.value, names);
  }
}

function addExpression(expression: Expression, names: Set<string>): void {
  for (const { path } of referencesIn(expression)) {
    const [root, name, third] = path;
    if (!root || !name) continue;
    names.add(`${root.name}.${name.name}`);
    if (root.name === "verify" && third) names.add(`verify.${name.name}.${third.name}`);
  }
  // Addresses may stand in quotes in depends_on.
  if (expression.type !== "tuple") return;
  for (const item of expression.items) {
    if (item.type !== "template") continue;
    const [part] = item.parts;
    if (part?.type === "literal") names.add(part.value);
  }
}
