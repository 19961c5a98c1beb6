/** Unary and binary operators, and the conditional. */
import type { Binary, BinaryOperator, Conditional, Expression, Unary } from "../syntax/ast.ts";
import { type Context, fail, type Run, spend } from "./context.ts";
import { convert, describeProblem, describeValue } from "./convert.ts";
import { equalValues } from "./equal.ts";
import { countNodes } from "./limits.ts";
import { arithmetic, type Decimal, decimalValue, negated } from "./number.ts";
import { broken } from "./scope.ts";
import { boolType, describeType, dynamicType, numberType, type Type } from "./type.ts";
import { unify } from "./unify.ts";
import type { Value } from "./value.ts";
import { boolValue, containsSensitive, markIf, nullOf, typeOf, unknownOf } from "./values.ts";

export function evaluateUnary(node: Unary, context: Context, run: Run): Value {
  const not = node.operator === "!";
  const given = run(node.operand, context);
  const operand = toOperand(context, given, not ? boolType : numberType, node.operator, node.operand);
  if (!operand) return unknownOf(not ? boolType : numberType);
  if (operand.kind === "bool") return markIf(operand.sensitive, boolValue(!operand.value));
  if (operand.kind === "number") return markIf(operand.sensitive, decimalValue(negated(operand.value)));
  return markIf(operand.sensitive, unknownOf(not ? boolType : numberType));
}

/** A chain of operators is one deep tree to the left; it is folded without recursion. */
export function evaluateBinary(node: Binary, context: Context, run: Run): Value {
  const chain: Binary[] = [node];
  let first: Expression = node.left;
  while (first.type === "binary") {
    chain.push(first);
    first = first.left;
  }
  let value = run(first, context);
  for (let i = chain.length - 1; i >= 0; i--) {
    const step = chain[i];
    if (!step) continue;
    value = binary(context, step, value, run(step.right, context));
    // What failed still has a type, which a conditional asks for.
    if (value === broken) value = unknownOf(isArithmetic(step.operator) ? numberType : boolType);
  }
  return value;
}

const isArithmetic = (operator: BinaryOperator): boolean => /[-+*/%]/.test(operator);

function binary(context: Context, node: Binary, left: Value, right: Value): Value {
  switch (node.operator) {
    case "==":
    case "!=":
      // Every part is compared, each of a set with others of it.
      if (!spend(context, (countNodes(left) + countNodes(right)) >> 2, node)) return broken;
      return equality(node.operator, left, right);
    case "&&":
    case "||":
      return logical(context, node, left, right);
    default:
      return numeric(context, node, node.operator, left, right);
  }
}

function equality(operator: "==" | "!=", left: Value, right: Value): Value {
  const equal = equalValues(left, right);
  const sensitive = containsSensitive(left) || containsSensitive(right);
  return markIf(
    sensitive,
    equal === undefined ? unknownOf(boolType) : boolValue(equal === (operator === "==")),
  );
}

/** Both sides are always evaluated and needed, as in Terraform up to 1.11. */
function logical(context: Context, node: Binary, left: Value, right: Value): Value {
  const a = toOperand(context, left, boolType, node.operator, node.left);
  const b = toOperand(context, right, boolType, node.operator, node.right);
  if (!a || !b) return broken;
  const sensitive = a.sensitive || b.sensitive;
  if (a.kind !== "bool" || b.kind !== "bool") return markIf(sensitive, unknownOf(boolType));
  return markIf(sensitive, boolValue(node.operator === "&&" ? a.value && b.value : a.value || b.value));
}

type NumericOperator = Exclude<BinaryOperator, "==" | "!=" | "&&" | "||">;

function numeric(
  context: Context,
  node: Binary,
  operator: NumericOperator,
  left: Value,
  right: Value,
): Value {
  const a = toOperand(context, left, numberType, operator, node.left);
  const b = toOperand(context, right, numberType, operator, node.right);
  if (!a || !b) return broken;
  const sensitive = a.sensitive || b.sensitive;
  const compares = operator === "<" || operator === "<=" || operator === ">" || operator === ">=";
  if (a.kind !== "number" || b.kind !== "number") {
    return markIf(sensitive, unknownOf(compares ? boolType : numberType));
  }
  if (compares) return markIf(sensitive, boolValue(holds(operator, a.value.comparedTo(b.value))));
  const result = arithmetic(operator, a.value, b.value);
  if (!result) return fail(context, "invalid-expression", noResult(a.value, b.value), node);
  return markIf(sensitive, decimalValue(result));
}

/** Why two numbers have no result. */
function noResult(a: Decimal, b: Decimal): string {
  if (a.isZero() && b.isZero()) return "Zero divided by zero is no number";
  if (!a.isFinite() || !b.isFinite()) return "The result of this with an infinite number is no number";
  return "The result is a number too large or too small to be kept";
}

function holds(operator: "<" | "<=" | ">" | ">=", order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** The operand as the operator needs it; undefined when it cannot be, which is then reported. */
function toOperand(
  context: Context,
  given: Value,
  type: Type,
  operator: string,
  at: Expression,
): Value | undefined {
  const value = given.kind === type.kind ? given : convert(given, type);
  if (value.kind === "problem") {
    fail(context, "invalid-expression", `Operand of ${operator}: ${describeProblem(value)}`, at);
    return undefined;
  }
  if (value.kind === "null") {
    fail(context, "invalid-expression", `Operand of ${operator}: a ${type.kind} is required, it is null`, at);
    return undefined;
  }
  return value;
}

/**
 * Both branches are evaluated, because the result's type is what both can be converted to; problems of the one not taken
 * are dropped.
 */
export function evaluateConditional(node: Conditional, context: Context, run: Run): Value {
  const condition = toCondition(context, run(node.condition, context), node.condition);
  const taken = condition?.kind === "bool" ? condition.value : undefined;
  const whenTrue = taken === false ? silently(node.then, context, run) : run(node.then, context);
  const whenFalse = taken === true ? silently(node.otherwise, context, run) : run(node.otherwise, context);
  const type = resultType(whenTrue, whenFalse);
  if (!condition) return unknownOf(type ?? dynamicType);
  if (!type) return inconsistent(context, node, whenTrue, whenFalse);
  const sensitive = condition.sensitive || whenTrue.sensitive || whenFalse.sensitive;
  if (taken === undefined) {
    const bothNull = whenTrue.kind === "null" && whenFalse.kind === "null";
    return markIf(sensitive, bothNull ? nullOf(type) : unknownOf(type));
  }
  const result = convert(taken ? whenTrue : whenFalse, type);
  if (result.kind !== "problem") return markIf(sensitive, result);
  const branch = taken ? node.then : node.otherwise;
  return fail(context, "invalid-expression", `Result of the conditional: ${describeProblem(result)}`, branch);
}

/** A condition as a bool, or unknown; undefined when it is neither, which is then reported. */
export function toCondition(context: Context, given: Value, at: Expression): Value | undefined {
  const value = given.kind === "bool" ? given : convert(given, boolType);
  if (value.kind === "problem") {
    const shown = given.sensitive ? "the sensitive value" : describeValue(given);
    fail(context, "invalid-expression", `The condition must be true or false, ${shown} is neither`, at);
    return undefined;
  }
  if (value.kind === "null") {
    fail(context, "invalid-expression", "The condition is null; it must be true or false", at);
    return undefined;
  }
  return value;
}

/** Evaluates what its result's type and marks are needed of, forgetting its problems. */
export function silently(expression: Expression, context: Context, run: Run): Value {
  const { muted, failures } = context;
  context.muted = true;
  const value = run(expression, context);
  context.muted = muted;
  context.failures = failures;
  return value;
}

function resultType(a: Value, b: Value): Type | undefined {
  if (a.kind === b.kind && (a.kind === "string" || a.kind === "number" || a.kind === "bool"))
    return typeOf(a);
  if (isBareNull(a)) return typeOf(b);
  if (isBareNull(b)) return typeOf(a);
  const x = typeOf(a);
  const y = typeOf(b);
  return x.kind === "dynamic" || y.kind === "dynamic" ? dynamicType : unify([x, y]);
}

const isBareNull = (value: Value): boolean => value.kind === "null" && value.type.kind === "dynamic";

function inconsistent(context: Context, node: Conditional, a: Value, b: Value): Value {
  const message = `The results of the conditional have no type in common: ${describeBranch(a)} and ${describeBranch(b)}`;
  return fail(context, "invalid-expression", message, { start: node.then.start, end: node.otherwise.end });
}

/** The names of an object's attributes may be sensitive themselves. */
const describeBranch = (value: Value): string =>
  containsSensitive(value) ? typeOf(value).kind : describeType(typeOf(value));
