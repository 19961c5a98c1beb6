/** `output` blocks: what a stack shows, and what a module hands to the stack around it. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { BodyItem } from "../syntax/ast.ts";
import { constant } from "./constant.ts";
import type { OutputIr } from "./ir.ts";
import type { Lowering } from "./node.ts";
import type { Report } from "./scope.ts";
import { type BlockDeclaration, type Placed, spanOf } from "./stack.ts";
import { stringType } from "./type.ts";
import { containsSensitive, hasInfinity, isWhollyKnown } from "./values.ts";

/** An `output` block, read. */
export interface Output {
  readonly declaration: BlockDeclaration;
  /** Absent, and reported, where it is missing. */
  readonly value?: Placed;
  readonly description?: string;
}

const known = ["value", "description"];
/** Legal in the language, evaluated by a later version. */
const later: ReadonlySet<string> = new Set(["sensitive", "depends_on", "precondition", "ephemeral"]);

export function readOutput(declaration: BlockDeclaration, report: Report): Output {
  const { found, meant } = readContent(declaration, report);
  const value = found.get("value");
  if (!value && !declaration.broken && !meant.has("value"))
    report(diagnostic("missing-attribute", 'This output needs "value"', { span: declaration.span }));
  const about = found.get("description");
  const description = about && constant(about, stringType, "description", report);
  return {
    declaration,
    ...(value && { value }),
    ...(description?.kind === "string" && { description: description.value }),
  };
}

/** An output of the stack itself; undefined, and reported, without a value that can be kept. */
export function lowerOutput(lowering: Lowering, output: Output): OutputIr | undefined {
  const { report, evaluator, root } = lowering;
  const { declaration, value: source, description } = output;
  const value = evaluator.output(root, declaration.name);
  if (!source || !value) return undefined;
  if (containsSensitive(value)) {
    const span = spanOf(source.origin, source.expression);
    report(
      diagnostic("not-supported", "This version of Clockwork does not keep sensitive outputs yet", { span }),
    );
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
    sensitive: false,
    ...(description !== undefined && { description }),
    span: declaration.span,
    evaluate: (outputs) => {
      const diagnostics: Diagnostic[] = [];
      const evaluator = lowering.evaluatorFor(outputs, (d) => void diagnostics.push(d));
      const later = evaluator.output(root, declaration.name);
      return { ...(later && isWhollyKnown(later) && { value: later }), diagnostics };
    },
  };
}

interface OutputContent {
  readonly found: ReadonlyMap<string, Placed>;
  /** Attributes that mistyped names were probably meant to be. */
  readonly meant: ReadonlySet<string>;
}

function readContent({ block, origin }: BlockDeclaration, report: Report): OutputContent {
  const found = new Map<string, Placed>();
  const meant = new Set<string>();
  for (const item of block.body.items) {
    const name = item.type === "block" ? item.keyword : item.name;
    const span = spanOf(origin, name);
    if (item.type === "attribute" && known.includes(name.name)) {
      if (found.has(name.name)) report(twice(name.name, span));
      else found.set(name.name, { origin, expression: item.value });
    } else if (later.has(name.name)) {
      const message = `This version of Clockwork does not evaluate "${name.name}" of outputs yet`;
      report(diagnostic("not-supported", message, { span }));
    } else report(unknown(item, name.name, span, meant));
  }
  return { found, meant };
}

function twice(name: string, span: Span): Diagnostic {
  return diagnostic("duplicate-attribute", `"${name}" is set twice`, { span, hint: "Remove one of them." });
}

function unknown(item: BodyItem, name: string, span: Span, meant: Set<string>): Diagnostic {
  const near = item.type === "block" ? undefined : nearest(name, known);
  if (near) meant.add(near);
  return diagnostic(
    item.type === "block" ? "unexpected-block" : "unknown-attribute",
    `An output block has no "${name}"`,
    { span, ...correction(near, span, `It has: ${known.join(", ")}.`) },
  );
}
