/** `dynamic "port" { for_each, iterator, content { … } }`: a nested block for each element of a collection. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Attribute, Block, Expression, Label } from "../syntax/ast.ts";
import { readContent } from "./block-content.ts";
import { spanOf } from "./stack.ts";

/** How often a dynamic block's content counts. */
export interface Each {
  readonly collection: Expression;
  /** The name under which the content finds `key` and `value`. */
  readonly iterator: string;
}

export interface DynamicBlock extends Each {
  /** The type of the nested blocks. */
  readonly label: Label;
  readonly content: Block;
}

const form = {
  what: "A dynamic block",
  attributes: ["for_each", "iterator"],
  blocks: ["content"],
};

/** Undefined, and reported, where something that it needs is missing. */
export function readDynamic(
  block: Block,
  origin: Origin,
  isBroken: boolean,
  report: (d: Diagnostic) => void,
): DynamicBlock | undefined {
  const [label, extra] = block.labels;
  const span = spanOf(origin, block.keyword);
  if (!label || extra) {
    if (!isBroken)
      report(
        diagnostic("wrong-labels", "A dynamic block has one label: the type of the blocks that it makes", {
          span: extra ? spanOf(origin, extra) : span,
          hint: 'Write dynamic "port" { … }',
        }),
      );
    return undefined;
  }
  const { attributes, blocks, meant } = readContent(block, origin, form, report);
  const collection = attributes.get("for_each")?.expression;
  const [content, second] = blocks;
  if (second)
    report(
      diagnostic("duplicate-attribute", 'There is a second "content" block', {
        span: spanOf(origin, second.keyword),
        hint: "Remove one of them.",
      }),
    );
  if (!collection && !isBroken && !meant.has("for_each"))
    report(diagnostic("missing-attribute", 'This dynamic block needs "for_each"', { span }));
  if (!content && !isBroken && !meant.has("content")) {
    const hint = `What stands in each ${label.value} block goes into content { … }`;
    report(diagnostic("missing-attribute", 'This dynamic block needs "content"', { span, hint }));
  }
  const iterator = iteratorOf(attributes.get("iterator")?.expression, origin, report) ?? label.value;
  return collection && content ? { label, collection, iterator, content } : undefined;
}

function iteratorOf(
  expression: Attribute["value"] | undefined,
  origin: Origin,
  report: (d: Diagnostic) => void,
): string | undefined {
  if (!expression || expression.type === "missing") return undefined;
  if (expression.type === "variable") return expression.name;
  report(
    diagnostic("invalid-value", "iterator: a name is required, without quotes", {
      span: spanOf(origin, expression),
    }),
  );
  return undefined;
}
