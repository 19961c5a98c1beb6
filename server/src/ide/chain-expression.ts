/** A reference as an expression that can be evaluated, made from its steps. */

import type { Placed } from "../intake/stack.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Chain } from "./cursor.ts";

const nowhere = { start: 0, end: 0 };

/** Undefined for what is no reference, or has a key that is not written out. */
export function placedChain(chain: Chain): Placed | undefined {
  const expression = chainExpression(chain);
  return expression && { origin: { file: "", start: 0 }, expression };
}

function chainExpression([first, ...rest]: Chain): Expression | undefined {
  if (first?.kind !== "name") return undefined;
  let expression: Expression = { type: "variable", name: first.name, ...nowhere };
  for (const step of rest) {
    if (step.kind === "name") {
      const name = { name: step.name, ...nowhere };
      expression = { type: "get-attribute", object: expression, name, ...nowhere };
    } else if (step.kind === "index" && step.key !== undefined) {
      expression = { type: "index", collection: expression, key: literal(step.key), ...nowhere };
    } else {
      return undefined;
    }
  }
  return expression;
}

function literal(key: string | number): Expression {
  if (typeof key === "number") return { type: "number", text: String(key), ...nowhere };
  const part = { type: "literal", value: key, ...nowhere } as const;
  return { type: "template", parts: key === "" ? [] : [part], heredoc: false, ...nowhere };
}
