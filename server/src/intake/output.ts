import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { BodyItem } from "../syntax/ast.ts";
import type { OutputIr } from "./ir.ts";
import type { Lowering } from "./node.ts";
import { type BlockDeclaration, type Placed, spanOf } from "./stack.ts";
import { containsSensitive, isWhollyKnown } from "./values.ts";

const known = ["value", "description"];
/** Legal in the language, evaluated by a later version. */
const later: ReadonlySet<string> = new Set(["sensitive", "depends_on", "precondition", "ephemeral"]);

/** An `output` block; undefined, and reported, without a value that can be kept. */
export function lowerOutput(lowering: Lowering, declaration: BlockDeclaration): OutputIr | undefined {
  const { report, evaluator } = lowering;
  const { found, meant } = readOutput(lowering, declaration);
  const source = found.get("value");
  if (!source) {
    if (!declaration.broken && !meant.has("value"))
      report(diagnostic("missing-attribute", 'This output needs "value"', { span: declaration.span }));
    return undefined;
  }
  const value = evaluator.expression(source, { module: lowering.root });
  if (containsSensitive(value)) {
    const span = spanOf(source.origin, source.expression);
    report(
      diagnostic("not-supported", "This version of Clockwork does not keep sensitive outputs yet", { span }),
    );
    return undefined;
  }
  const about = found.get("description");
  const description = about && evaluator.expression(about, { module: lowering.root });
  return {
    name: declaration.name,
    value,
    sensitive: false,
    ...(description?.kind === "string" && { description: description.value }),
    span: declaration.span,
    evaluate: (outputs) => {
      const diagnostics: Diagnostic[] = [];
      const evaluator = lowering.evaluatorFor(outputs, (d) => void diagnostics.push(d));
      const later = evaluator.expression(source, { module: lowering.root });
      return { ...(isWhollyKnown(later) && { value: later }), diagnostics };
    },
  };
}

interface OutputContent {
  readonly found: ReadonlyMap<string, Placed>;
  /** Attributes that mistyped names were probably meant to be. */
  readonly meant: ReadonlySet<string>;
}

function readOutput({ report }: Lowering, { block, origin }: BlockDeclaration): OutputContent {
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
