import type { Code } from "../diagnostics/codes.ts";
import { diagnostic, type Fix } from "../diagnostics/diagnostic.ts";
import type { Expression, Node } from "../syntax/ast.ts";
import { maxDepth } from "./limits.ts";
import { broken, type PathStep, type Report, type Scope } from "./scope.ts";
import type { Value } from "./value.ts";

/** A `for` variable, or with the empty name the element of a splat. */
export interface Frame {
  readonly name: string;
  readonly value: Value;
  readonly parent: Frame | undefined;
}

/** What the parts of the evaluator share during one evaluation. */
export interface Context {
  readonly scope: Scope;
  frame: Frame | undefined;
  /** How often something failed, whether that was reported or not. */
  failures: number;
  /** Failures are counted only: in an argument of `try`, in the branch not taken. */
  muted: boolean;
  /** Where the references to nothing start that were reported although problems are forgotten. */
  missing?: Set<number>;
}

/** Evaluates a part. */
export type Run = (expression: Expression, context: Context) => Value;

const forget: Report = () => {};

/**
 * For references to what does not exist: Terraform looks for those before it evaluates anything, so neither `try` nor the
 * branch not taken hides one. Each is reported once, however often it is evaluated.
 */
export function referenceReport(context: Context, [root]: readonly PathStep[]): Report {
  if (!context.muted) return context.scope.report;
  const at = root?.start ?? 0;
  context.missing ??= new Set();
  if (context.missing.has(at)) return forget;
  context.missing.add(at);
  return context.scope.report;
}

/** Reports a problem at `at` and gives the value that stands for what cannot be evaluated. */
export function fail(
  context: Context,
  code: Code,
  message: string,
  at: Node,
  hint?: string,
  fix?: Fix,
): Value {
  context.failures++;
  if (!context.muted) {
    const span = { origin: context.scope.origin, start: at.start, end: at.end };
    context.scope.report(diagnostic(code, message, { span, hint, fix }));
  }
  return broken;
}

/**
 * Takes steps from the budget. False when there are none left: whatever is evaluated from then on fails, and this once
 * that is reported even where problems are forgotten.
 */
export function spend(context: Context, steps: number, at: Node): boolean {
  const { budget } = context.scope;
  budget.steps -= steps;
  if (budget.steps >= 0) return true;
  if (budget.exhausted) context.failures++;
  else {
    budget.exhausted = true;
    const { muted } = context;
    context.muted = false;
    const hint = "Loops inside loops multiply: let each go over fewer values.";
    fail(context, "invalid-expression", "The expression takes too long to evaluate", at, hint);
    context.muted = muted;
  }
  return false;
}

/** Goes one level deeper; false, and reported, where that is too deep. Paired with `leave`. */
export function enter(context: Context, at: Node): boolean {
  const { budget } = context.scope;
  if (budget.depth < maxDepth) {
    budget.depth++;
    return true;
  }
  fail(context, "invalid-expression", `Expressions are nested more than ${maxDepth} levels deep`, at);
  return false;
}

export function leave(context: Context): void {
  context.scope.budget.depth--;
}

export function lookUp(context: Context, name: string): Value | undefined {
  for (let frame = context.frame; frame; frame = frame.parent) if (frame.name === name) return frame.value;
  return undefined;
}
