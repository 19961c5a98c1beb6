/**
 * The value of an expression. It is synchronous and pure, knows nothing of stacks, blocks or files (its `Scope` looks
 * references up), never throws for what a user wrote, and stops at a limit: a broken part is reported once and stands as an
 * unknown value from then on, so that one mistake never shows up as two.
 */
import type { Expression, ObjectExpression, ObjectItem, Tuple } from "../syntax/ast.ts";
import { evaluateCall } from "./call.ts";
import { type Context, enter, type Frame, fail, leave, spend } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import { excess, maxSteps } from "./limits.ts";
import { evaluateForObject, evaluateForTuple, evaluateSplat } from "./loops.ts";
import { parseLiteral } from "./number.ts";
import { evaluateBinary, evaluateConditional, evaluateUnary } from "./operators.ts";
import { broken, type Scope } from "./scope.ts";
import { evaluateTemplate } from "./template.ts";
import { evaluateIndex, evaluateTraversal } from "./traversal.ts";
import { stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { boolValue, markIf, nullValue, objectValue, tupleValue } from "./values.ts";

/** `frame` has names around the expression, such as the iterator of a dynamic block. Problems go to `scope.report`; what could not be evaluated is unknown, of unknown type. */
export function evaluate(expression: Expression, scope: Scope, frame?: Frame): Value {
  const { budget } = scope;
  const { depth } = budget;
  if (depth === 0) {
    budget.steps = maxSteps;
    budget.exhausted = false;
  }
  try {
    return run(expression, { scope, frame, failures: 0, muted: false });
  } finally {
    budget.depth = depth;
  }
}

/** An expression of another text, in the middle of an evaluation whose budget its scope shares. */
export function evaluateWithin(
  expression: Expression,
  scope: Scope,
  muted: boolean,
): { readonly value: Value; readonly failed: boolean } {
  const context: Context = { scope, frame: undefined, failures: 0, muted };
  const value = run(expression, context);
  return { value, failed: context.failures > 0 };
}

function run(node: Expression, context: Context): Value {
  switch (node.type) {
    case "number":
      return (
        parseLiteral(node.text) ??
        fail(context, "invalid-expression", "The number is too large or too small", node)
      );
    case "bool":
      return boolValue(node.value);
    case "null":
      return nullValue;
    case "missing":
      context.failures++;
      return broken;
    default:
      return runBounded(node, context);
  }
}

function runBounded(node: Expression, context: Context): Value {
  if (!spend(context, 1, node) || !enter(context, node)) return broken;
  const value = runPart(node, context);
  leave(context);
  return value;
}

function runPart(node: Expression, context: Context): Value {
  switch (node.type) {
    case "template":
      return evaluateTemplate(node, context, run);
    case "variable":
    case "get-attribute":
      return evaluateTraversal(node, context, run);
    case "index":
      return evaluateIndex(node, context, run);
    case "call":
      return bounded(evaluateCall(node, context, run), node, context);
    case "tuple":
      return bounded(evaluateTuple(node, context), node, context);
    case "object":
      return bounded(evaluateObject(node, context), node, context);
    case "for-tuple":
      return bounded(evaluateForTuple(node, context, run), node, context);
    case "for-object":
      return bounded(evaluateForObject(node, context, run), node, context);
    case "splat":
      return evaluateSplat(node, context, run);
    case "unary":
      return evaluateUnary(node, context, run);
    case "binary":
      return evaluateBinary(node, context, run);
    case "conditional":
      return evaluateConditional(node, context, run);
    case "parentheses":
      return run(node.inner, context);
    default:
      return run(node, context);
  }
}

function bounded(value: Value, node: Expression, context: Context): Value {
  const tooMuch = excess(value);
  return tooMuch === undefined
    ? value
    : fail(context, "invalid-expression", `The result is ${tooMuch}`, node, tooMuchHint);
}

const tooMuchHint = "Let the script of a task make or read data of this size.";

function evaluateTuple(node: Tuple, context: Context): Value {
  const items: Value[] = [];
  for (const item of node.items) items.push(run(item, context));
  return tupleValue(items);
}

function evaluateObject(node: ObjectExpression, context: Context): Value {
  const fields = new Map<string, Value>();
  let sensitive = false;
  let vague = false;
  for (const item of node.items) {
    const key = evaluateKey(item, context);
    const value = run(item.value, context);
    if (key.sensitive) sensitive = true;
    if (key.kind === "string") fields.set(key.value, value);
    else vague = true;
  }
  return markIf(sensitive, vague ? broken : objectValue(fields));
}

/** A string, or unknown. */
function evaluateKey({ key }: ObjectItem, context: Context): Value {
  switch (key.type) {
    case "variable":
      return { kind: "string", value: key.name };
    case "null":
      return { kind: "string", value: "null" };
    case "get-attribute":
      // A key with dots may be a name or a reference: the parser has reported it.
      context.failures++;
      return broken;
    default: {
      const value = run(key, context);
      if (value.kind === "null")
        return fail(context, "invalid-expression", "The key of an object must not be null", key);
      const text = convert(value, stringType);
      if (text.kind !== "problem") return text;
      return fail(context, "invalid-expression", `Key of an object: ${describeProblem(text)}`, key);
    }
  }
}
