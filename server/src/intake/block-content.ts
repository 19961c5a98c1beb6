/** What stands in a block that has a few fixed attributes and nested blocks: variable, output, validation. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { Block, BodyItem } from "../syntax/ast.ts";
import { asBlock, notIn } from "./body-edits.ts";
import type { Report } from "./scope.ts";
import { type Placed, spanOf } from "./stack.ts";

/** What a block of some type may have. */
export interface BlockForm {
  /** As it begins a sentence: `A variable block`. */
  readonly what: string;
  readonly attributes: readonly string[];
  readonly blocks?: readonly string[];
}

export interface BlockContent {
  /** By name; of one that is set twice the first. */
  readonly attributes: ReadonlyMap<string, Placed>;
  /** Nested blocks, in their order. */
  readonly blocks: readonly Block[];
  /** Names that mistyped ones were probably meant to be: they are not missing too. */
  readonly meant: ReadonlySet<string>;
}

export function readContent(block: Block, origin: Origin, form: BlockForm, report: Report): BlockContent {
  const attributes = new Map<string, Placed>();
  const spans = new Map<string, Span>();
  const blocks: Block[] = [];
  const meant = new Set<string>();
  for (const item of block.body.items) {
    const { name } = item.type === "block" ? item.keyword : item.name;
    const span = spanOf(origin, item.type === "block" ? item.keyword : item.name);
    const first = spans.get(name);
    if (item.type === "block" && form.blocks?.includes(name)) blocks.push(item);
    else if (item.type === "block" || !form.attributes.includes(name))
      report(unknown(block, item, span, form, meant));
    else if (first) report(twice(name, span, first));
    else {
      spans.set(name, span);
      attributes.set(name, { origin, expression: item.value });
    }
  }
  return { attributes, blocks, meant };
}

function twice(name: string, span: Span, first: Span): Diagnostic {
  return diagnostic("duplicate-attribute", `"${name}" is set twice`, {
    span,
    related: [{ span: first, message: "the first time is here" }],
    hint: "Remove one of them.",
  });
}

function unknown(block: Block, item: BodyItem, span: Span, form: BlockForm, meant: Set<string>): Diagnostic {
  const { name } = item.type === "block" ? item.keyword : item.name;
  const { what, attributes, blocks = [] } = form;
  const known = [...attributes, ...blocks];
  const isKnown = known.includes(name);
  const candidates = item.type === "block" ? blocks : notIn(block.body, attributes);
  const near = isKnown ? name : nearest(name, candidates);
  if (near) meant.add(near);
  const code = item.type === "block" ? "unexpected-block" : "unknown-attribute";
  if (!isKnown) {
    const repair = correction(near, span, `It has: ${known.join(", ")}.`);
    return diagnostic(code, `${what} has no "${name}"`, { span, ...repair });
  }
  const written = item.type === "block" ? `${name} = …` : `${name} { … }`;
  return diagnostic(code, `${what} has "${name}" as ${item.type === "block" ? "an attribute" : "a block"}`, {
    span,
    hint: `Write ${written}`,
    fix: item.type === "block" ? undefined : asBlock(item, span.origin),
  });
}
