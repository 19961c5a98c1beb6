/**
 * Conditions that values must meet: `validation` of variables, `precondition` of outputs. A condition that is not known yet
 * says nothing, as in Terraform.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Block } from "../syntax/ast.ts";
import { readContent } from "./block-content.ts";
import { convert, describeProblem } from "./convert.ts";
import { referencedPaths } from "./references.ts";
import type { Report } from "./scope.ts";
import { type Placed, spanOf } from "./stack.ts";
import { boolType, stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { containsSensitive, unmark } from "./values.ts";

export interface Condition {
  readonly condition: Placed;
  readonly message: Placed;
}

/** Evaluates an expression where the condition stands, and reports what is wrong with it. */
export type Evaluate = (placed: Placed) => Value;

/** A block with `condition` and `error_message`; undefined, and reported, where one is missing. */
export function readCondition(
  block: Block,
  origin: Origin,
  isBroken: boolean,
  report: Report,
): Condition | undefined {
  const what = `A ${block.keyword.name} block`;
  const form = { what, attributes: ["condition", "error_message"] };
  const { attributes, meant } = readContent(block, origin, form, report);
  const span = spanOf(origin, block.keyword);
  for (const name of form.attributes) {
    if (attributes.has(name) || meant.has(name) || isBroken) continue;
    report(diagnostic("missing-attribute", `${what} needs "${name}"`, { span }));
  }
  const [condition, message] = [attributes.get("condition"), attributes.get("error_message")];
  if (!condition || !message) return undefined;
  if (referencedPaths(condition.expression).length === 0 && condition.expression.type !== "missing") {
    report(
      diagnostic("invalid-condition", "The condition refers to nothing, so it checks nothing", {
        span: spanOf(origin, condition.expression),
      }),
    );
    return undefined;
  }
  return { condition, message };
}

/** The sentence to tell the user when the condition is not met; undefined when it is, or is not known yet. */
export function unmet(rule: Condition, evaluate: Evaluate, report: Report): string | undefined {
  const span = spanOf(rule.condition.origin, rule.condition.expression);
  const met = convert(unmark(evaluate(rule.condition)), boolType);
  if (met.kind === "problem") {
    report(diagnostic("invalid-condition", `The condition: ${describeProblem(met)}`, { span }));
    return undefined;
  }
  if (met.kind === "null") {
    report(diagnostic("invalid-condition", "The condition is null, it must be true or false", { span }));
    return undefined;
  }
  if (met.kind !== "bool" || met.value) return undefined;
  return messageOf(rule.message, evaluate, report);
}

function messageOf(message: Placed, evaluate: Evaluate, report: Report): string {
  const problem = (text: string, hint?: string): Diagnostic =>
    diagnostic("invalid-condition", text, { span: spanOf(message.origin, message.expression), hint });
  const value = evaluate(message);
  if (containsSensitive(value)) {
    report(
      problem(
        "The error message would show a sensitive value",
        "Leave the value out, or say with nonsensitive(…) that this part of it may be seen.",
      ),
    );
    return notShown;
  }
  const text = convert(value, stringType);
  if (text.kind === "problem") report(problem(`The error message: ${describeProblem(text)}`));
  if (text.kind === "null") report(problem("The error message is null"));
  return text.kind === "string" ? text.value.trim() : notShown;
}

const notShown = "the condition is not met";

/** The condition's place, beside what it has found wrong. */
export const conditionHere = ({ condition }: Condition): { span: Span; message: string } => ({
  span: spanOf(condition.origin, condition.expression),
  message: "this condition is not met",
});
