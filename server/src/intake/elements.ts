import type { Expression } from "../syntax/ast.ts";
import { type Context, fail, spend } from "./context.ts";
import { numberValue } from "./number.ts";
import { describeType } from "./type.ts";
import type { Value } from "./value.ts";
import { isMapping, isSequence, typeOf } from "./values.ts";

export interface Element {
  readonly key: Value;
  readonly value: Value;
}

/** What a `for` goes through. Undefined when it is not known yet, or cannot be gone through, which is then reported. */
export function elementsOf(
  context: Context,
  collection: Value,
  at: Expression,
): readonly Element[] | undefined {
  const elements = listElements(collection);
  // Each element costs a step, whatever is done with it.
  if (elements) return spend(context, elements.length, at) ? elements : undefined;
  if (collection.kind === "null") {
    fail(context, "invalid-expression", "A null value cannot be gone through with for", at);
    return undefined;
  }
  const type = typeOf(collection);
  if (type.kind === "string" || type.kind === "number" || type.kind === "bool") {
    fail(context, "invalid-expression", `A ${describeType(type)} cannot be gone through with for`, at);
  }
  return undefined;
}

/** Undefined where it has no elements that are known. */
export function listElements(collection: Value): Element[] | undefined {
  if (collection.kind === "set") return collection.items.map((value) => ({ key: value, value }));
  if (isSequence(collection)) return collection.items.map((value, i) => ({ key: numberValue(i), value }));
  if (!isMapping(collection)) return undefined;
  return Array.from(collection.fields, ([key, value]) => ({ key: { kind: "string", value: key }, value }));
}
