/** Function calls: what every function's arguments go through before and its result after. */
import { nearest } from "../diagnostics/suggest.ts";
import type { Call, Expression, Node } from "../syntax/ast.ts";
import { asConstructor, renamed } from "./call-fixes.ts";
import { type Context, fail, type Run, spend } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import type {
  FunctionFailure,
  FunctionSpec,
  LazyFunction,
  Parameter,
  RefusedFunction,
} from "./functions/function.ts";
import { countNodes } from "./limits.ts";
import { broken } from "./scope.ts";
import type { Value } from "./value.ts";
import {
  boolValue,
  containsSensitive,
  isSequence,
  isWhollyKnown,
  markIf,
  typeOf,
  unknownOf,
  unmarkDeep,
} from "./values.ts";

export function evaluateCall(node: Call, context: Context, run: Run): Value {
  // Terraform lets its own functions be called core::upper, too.
  const name = node.name.name.startsWith("core::") ? node.name.name.slice(6) : node.name.name;
  const entry = context.scope.functions.get(name);
  if (!entry) return unknownFunction(node, context);
  if ("refused" in entry) return refuse(entry, node, context);
  if ("lazy" in entry) return evaluateLazily(entry, node, context, run);
  return call(entry, node, context, run);
}

function unknownFunction(node: Call, context: Context): Value {
  const { name } = node.name;
  if (name.startsWith("provider::")) {
    const hint =
      "Clockwork has no providers. What a provider would compute can be passed in as a variable, or made by a task.";
    return fail(
      context,
      "unknown-function",
      `There are no functions of providers: "${name}"`,
      node.name,
      hint,
    );
  }
  const known = [...context.scope.functions].flatMap(([key, f]) => ("refused" in f ? [] : [key]));
  const near = nearest(name, known);
  return fail(
    context,
    "unknown-function",
    `There is no function "${name}"`,
    node.name,
    near && `Did you mean "${near}"?`,
    near === undefined ? undefined : renamed(node, near, context.scope.origin),
  );
}

function refuse(entry: RefusedFunction, node: Call, context: Context): Value {
  return fail(
    context,
    entry.refused,
    `Function "${node.name.name}" cannot be called: ${entry.description}`,
    node.name,
    entry.hint,
    asConstructor(node, context.scope.origin),
  );
}

/** `try`: the first argument that can be evaluated. `can`: whether the argument can be. */
function evaluateLazily(entry: LazyFunction, node: Call, context: Context, run: Run): Value {
  const expanded: Value[] = [];
  const last = node.expand ? node.args.at(-1) : undefined;
  if (last && !expand(run(last, context), expanded, node, context)) return broken;
  const attempts: readonly (() => Value | undefined)[] = [
    ...node.args.filter((arg) => arg !== last).map((arg) => () => attempt(arg, context, run)),
    ...expanded.map((value) => () => value),
  ];
  const [first, second] = attempts;
  if (!first) return fail(context, "wrong-arguments", `Function "${entry.lazy}" needs an expression`, node);
  if (entry.lazy === "can") {
    if (second) return tooMany(context, node, 1, argumentNode(node, 1));
    const value = first();
    if (!value) return boolValue(false);
    return isWhollyKnown(value) || isRuntimeValue(value) ? boolValue(true) : unknownOf({ kind: "bool" });
  }
  for (const next of attempts) {
    const value = next();
    if (!value) continue;
    // Once it is known, what is unknown now might fail and the next argument be taken; a run-time value itself will not.
    return isWhollyKnown(value) || isRuntimeValue(value) ? value : markIf(value.sensitive, broken);
  }
  return fail(context, "wrong-arguments", `No argument of ${node.name.name} can be evaluated`, node);
}

const isRuntimeValue = (value: Value): boolean => value.kind === "unknown" && value.parts !== undefined;

function attempt(expression: Expression, context: Context, run: Run): Value | undefined {
  const { muted, failures } = context;
  context.muted = true;
  const value = run(expression, context);
  const failed = context.failures > failures;
  context.muted = muted;
  context.failures = failures;
  return failed ? undefined : value;
}

function call(spec: FunctionSpec, node: Call, context: Context, run: Run): Value {
  const wrong = spec.checkCall?.(node);
  if (wrong) return failed(wrong, false, node, context);
  const before = context.failures;
  const args: Value[] = [];
  for (const arg of node.args) args.push(run(arg, context));
  if (context.failures > before) return broken;
  if (node.expand) {
    const last = args.pop();
    if (!last || !expand(last, args, node, context))
      return context.failures > before ? broken : unknownOf(spec.result);
  }
  if (!checkCount(spec, args.length, node, context)) return broken;
  const marked = prepare(spec, args, node, context);
  if (marked === undefined) return broken;
  if (isUndecided(spec, args)) return markIf(marked, unknownOf(spec.resultOf?.(args) ?? spec.result));
  const { budget } = context.scope;
  if (!spend(context, cost(args), node)) return broken;
  const outcome = spec.implementation(args, budget, context);
  if (outcome.kind === "reported") {
    context.failures++;
    return broken;
  }
  if (!spend(context, outcome.kind === "failure" ? 0 : countNodes(outcome), node)) return broken;
  if (outcome.kind !== "failure") return markIf(marked, outcome);
  return failed(outcome, marked || args.some(containsSensitive), node, context);
}

/** What is wrong may quote an argument: `hidden` when one is sensitive. */
function failed(failure: FunctionFailure, hidden: boolean, node: Call, context: Context): Value {
  const at = failure.argument === undefined ? node : argumentNode(node, failure.argument);
  const reason = hidden ? "the arguments do not fit; they are sensitive" : failure.message;
  return fail(context, "wrong-arguments", `${node.name.name}: ${reason}`, at, failure.hint);
}

/** A function looks at each part of its arguments a few times at most. */
function cost(args: readonly Value[]): number {
  let nodes = 0;
  for (const arg of args) nodes += countNodes(arg);
  return nodes >> 2;
}

/** The items of the last argument as arguments of their own. False when it has none to give. */
function expand(last: Value, args: Value[], node: Call, context: Context): boolean {
  if (isSequence(last)) {
    for (const item of last.items) args.push(markIf(last.sensitive, item));
    return true;
  }
  const at = argumentNode(node, node.args.length - 1);
  const { kind } = typeOf(last);
  if (last.kind === "null")
    fail(context, "wrong-arguments", "What is expanded with ... must not be null", at);
  else if (kind !== "dynamic" && kind !== "tuple" && kind !== "list" && kind !== "set") {
    fail(context, "wrong-arguments", `What is expanded with ... must be a list, a ${kind} is none`, at);
  }
  return false;
}

function checkCount(spec: FunctionSpec, given: number, node: Call, context: Context): boolean {
  const { parameters, variadic } = spec;
  const { name } = node.name;
  const missing = parameters[given];
  if (missing) {
    const want = `${variadic ? "at least " : ""}${parameters.length} argument${parameters.length === 1 ? "" : "s"}`;
    fail(context, "wrong-arguments", `Function "${name}" takes ${want}; "${missing.name}" is missing`, node);
    return false;
  }
  if (variadic || given <= parameters.length) return true;
  tooMany(context, node, parameters.length, argumentNode(node, parameters.length));
  return false;
}

function tooMany(context: Context, node: Call, most: number, at: Node): Value {
  const count = most === 0 ? "no arguments" : `only ${most} argument${most === 1 ? "" : "s"}`;
  return fail(context, "wrong-arguments", `Function "${node.name.name}" takes ${count}`, at);
}

/** With `f(list...)` there are more arguments than nodes: the last node stands for what was expanded. */
function argumentNode(node: Call, index: number): Node {
  return node.args[Math.min(index, node.args.length - 1)] ?? node;
}

/** Converts the arguments in place; whether any is sensitive, or undefined when one does not fit, which is then reported. */
function prepare(spec: FunctionSpec, args: Value[], node: Call, context: Context): boolean | undefined {
  let sensitive = false;
  for (let i = 0; i < args.length; i++) {
    const parameter = spec.parameters[i] ?? spec.variadic;
    const given = args[i];
    if (!parameter || !given) continue;
    const value = prepareOne(parameter, given, i, node, context);
    if (!value) return undefined;
    if (!spec.marks && containsSensitive(value)) {
      sensitive = true;
      args[i] = unmarkDeep(value);
    } else args[i] = value;
  }
  return sensitive;
}

function prepareOne(
  parameter: Parameter,
  given: Value,
  i: number,
  node: Call,
  context: Context,
): Value | undefined {
  const value =
    given.kind === parameter.type.kind && "value" in given ? given : convert(given, parameter.type);
  if (value.kind === "problem") {
    const message = `${node.name.name}: ${describeProblem(value, parameter.name)}`;
    fail(context, "wrong-arguments", message, argumentNode(node, i));
    return undefined;
  }
  if (value.kind === "null" && !parameter.nullable) {
    fail(
      context,
      "wrong-arguments",
      `${node.name.name}: ${parameter.name} must not be null`,
      argumentNode(node, i),
    );
    return undefined;
  }
  return value;
}

function isUndecided(spec: FunctionSpec, args: readonly Value[]): boolean {
  switch (spec.accepts) {
    case "unknown":
      return false;
    case "partly-known":
      return args.some((arg) => arg.kind === "unknown");
    default:
      return !args.every(isWhollyKnown);
  }
}
