import type { Expression, Node } from "../syntax/ast.ts";

/** Where in an expression the part of its value at a path stands; the nearest that is written out. */
export function locate(expression: Expression, path: readonly (string | number)[]): Node {
  const [step, ...rest] = path;
  if (step === undefined) return expression;
  if (expression.type === "parentheses") return locate(expression.inner, path);
  if (expression.type === "tuple" && typeof step === "number") {
    const item = expression.items[step];
    return item ? locate(item, rest) : expression;
  }
  if (expression.type === "object") {
    const item = expression.items.find(({ key }) => keyName(key) === String(step));
    return item ? locate(item.value, rest) : expression;
  }
  return expression;
}

function keyName(key: Expression): string | undefined {
  if (key.type === "variable") return key.name;
  const [part] = key.type === "template" && key.parts.length === 1 ? key.parts : [];
  return part?.type === "literal" ? part.value : undefined;
}
