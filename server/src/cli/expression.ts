/** Expressions that are in no file: an operand of `eval`, a line of the console. */
import type { Analysis } from "../analyse.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { absolute } from "../diagnostics/span.ts";
import type { RuntimeOutputs } from "../intake/ir.ts";
import { renderType } from "../intake/render-type.ts";
import type { Value } from "../intake/value.ts";
import { stringValue, typeOf } from "../intake/values.ts";
import type { Expression } from "../syntax/ast.ts";
import { parse } from "../syntax/document.ts";
import type { Grammar } from "../syntax/parser.ts";

/** The stack that references lead into. */
export interface Surroundings {
  readonly evaluate: Analysis["evaluate"];
  readonly outputs: RuntimeOutputs;
}

export interface Evaluated {
  /** Of `type(EXPR)` the type's text. */
  readonly value?: Value;
  /** The value is the text of a type: it is printed as it is. */
  readonly isType?: true;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes an attribute of an expression; what is reported is placed in the expression alone. */
const prefix = "value = ";
/** What the places of problems call the expression's text. */
const textName = "expression";

export async function evaluateText(grammar: Grammar, text: string, around: Surroundings): Promise<Evaluated> {
  const chunks = parse(grammar, textName, `${prefix}${text}\n`).chunks.filter(
    (c) => c.items.length + c.diagnostics.length > 0,
  );
  for (const { origin } of chunks) origin.start -= prefix.length;
  const problems = chunks.flatMap((c) => c.diagnostics);
  const [chunk] = chunks;
  const [item] = chunk?.items ?? [];
  // A problem before the text is one of the attribute that only we see.
  const ours = problems.some((d) => d.span && absolute(d.span).start < 0);
  if (problems.length > 0 && !ours) return { diagnostics: problems };
  if (!chunk || ours || chunks.length > 1 || chunk.items.length !== 1 || item?.type !== "attribute") {
    return { diagnostics: [diagnostic("syntax-error", "This is not one expression")] };
  }
  const { origin } = chunk;
  const asked = typeQuestion(item.value);
  const evaluated = await around.evaluate({ origin, expression: asked ?? item.value }, around.outputs);
  return asked
    ? { ...evaluated, value: stringValue(renderType(typeOf(evaluated.value))), isType: true }
    : evaluated;
}

/** EXPR, of an expression that is `type(EXPR)`. */
function typeQuestion(expression: Expression): Expression | undefined {
  if (expression.type !== "call" || expression.name.name !== "type" || expression.expand) return undefined;
  const [asked, ...others] = expression.args;
  return others.length === 0 ? asked : undefined;
}

/** Whether the text only wants more lines: a bracket or a heredoc is open. */
export function isUnfinished({ diagnostics }: Evaluated): boolean {
  return diagnostics.some((d) => d.code === "unclosed-block" || d.code === "unclosed-heredoc");
}
