/** `output` blocks: what a stack, or a module, says to whoever uses it. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { readContent } from "./block-content.ts";
import { type Condition, conditionHere, type Evaluate, readCondition, unmet } from "./condition.ts";
import { constant } from "./constant.ts";
import { readDependsOn } from "./depends-on.ts";
import type { ModuleInstance } from "./instances.ts";
import type { OutputIr } from "./ir.ts";
import type { Lowering } from "./node.ts";
import type { Report } from "./scope.ts";
import { type BlockDeclaration, type Placed, spanOf } from "./stack.ts";
import { boolType, stringType, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { containsSensitive, hasInfinity, isWhollyKnown } from "./values.ts";

/** An `output` block, read. */
export interface Output {
  readonly name: string;
  readonly declaration: BlockDeclaration;
  /** Absent where that has been reported. */
  readonly value?: Placed;
  readonly description?: string;
  readonly sensitive: boolean;
  readonly dependsOn?: Placed;
  readonly preconditions: readonly Condition[];
}

const form = {
  what: "An output block",
  attributes: ["value", "description", "sensitive", "depends_on", "ephemeral"],
  blocks: ["precondition"],
};

export function readOutput(declaration: BlockDeclaration, report: Report): Output {
  const { block, origin, name, broken } = declaration;
  const { attributes, blocks, meant } = readContent(block, origin, form, report);
  const [value, dependsOn] = [attributes.get("value"), attributes.get("depends_on")];
  if (!value && !broken && !meant.has("value"))
    report(diagnostic("missing-attribute", 'This output needs "value"', { span: declaration.span }));
  const setting = (what: string, type: Type): Value | undefined => {
    const placed = attributes.get(what);
    return placed && constant(placed, type, what, report);
  };
  const description = setting("description", stringType);
  // Nothing sensitive is ever stored, which is all that Terraform's ephemeral values ask for.
  const marks = ["sensitive", "ephemeral"].map((what) => setting(what, boolType));
  return {
    name,
    declaration,
    ...(value && { value }),
    ...(dependsOn && { dependsOn }),
    ...(description?.kind === "string" && { description: description.value }),
    sensitive: marks.some((mark) => mark?.kind === "bool" && mark.value),
    preconditions: blocks.flatMap((b) => readCondition(b, origin, broken, report) ?? []),
  };
}

/** Reports each precondition of an output that is not met. */
export function checkPreconditions(
  { name, preconditions }: Output,
  evaluate: Evaluate,
  report: Report,
): void {
  for (const rule of preconditions) {
    const sentence = unmet(rule, evaluate, report);
    if (sentence === undefined) continue;
    const { span } = conditionHere(rule);
    report(diagnostic("validation-failed", `output "${name}": ${sentence}`, { span }));
  }
}

/** What an output asks of the values around it, beside its own. */
export function checkOutput(lowering: Lowering, module: ModuleInstance, output: Output): void {
  const { declaration, dependsOn } = output;
  if (dependsOn) readDependsOn(lowering, { module, block: declaration }, dependsOn.expression);
  const evaluate: Evaluate = (placed) => lowering.evaluator.expression(placed, { module });
  checkPreconditions(output, evaluate, lowering.report);
}

/** An output of the stack itself; undefined, and reported, without a value that can be shown. */
export function lowerOutput(lowering: Lowering, output: Output): OutputIr | undefined {
  const { report, evaluator, root } = lowering;
  const { declaration, value: source, description, sensitive } = output;
  const value = evaluator.output(root, declaration.name);
  if (!source || !value) return undefined;
  if (!sensitive && containsSensitive(value)) {
    report(unmarked(source));
    return undefined;
  }
  if (hasInfinity(value)) {
    const span = spanOf(source.origin, source.expression);
    const hint = "Was something divided by zero?";
    report(diagnostic("invalid-value", "An output cannot be an infinite number", { span, hint }));
    return undefined;
  }
  return {
    name: declaration.name,
    value,
    sensitive,
    ...(description !== undefined && { description }),
    span: declaration.span,
    evaluate: (outputs) => {
      const diagnostics: Diagnostic[] = [];
      const evaluator = lowering.evaluatorFor(outputs, (d) => void diagnostics.push(d));
      const later = evaluator.output(root, declaration.name);
      const check: Evaluate = (placed) => evaluator.expression(placed, { module: root });
      checkPreconditions(output, check, (d) => void diagnostics.push(d));
      if (later && !sensitive && containsSensitive(later)) diagnostics.push(unmarked(source));
      else if (later && isWhollyKnown(later)) return { value: later, diagnostics };
      return { diagnostics };
    },
  };
}

function unmarked({ origin, expression }: Placed): Diagnostic {
  const span = spanOf(origin, expression);
  const after = { origin, start: span.end, end: span.end };
  return diagnostic("sensitive-value", "The value of this output is sensitive, and outputs are shown", {
    span,
    hint: "Write sensitive = true, or nonsensitive(…) around what may be seen.",
    fix: { title: "Mark the output as sensitive", edits: [{ span: after, text: "\n  sensitive = true\n" }] },
  });
}
