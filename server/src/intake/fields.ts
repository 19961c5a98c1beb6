import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { Attribute, Block, Body, BodyItem } from "../syntax/ast.ts";
import { asBlock, notIn } from "./body-edits.ts";
import type { Report } from "./scope.ts";
import { spanOf } from "./stack.ts";

/** What a block of the language itself (no kind's) holds, by name. */
export interface Fields {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Names that mistyped ones were probably meant to be: they are not missing too. */
  readonly meant: ReadonlySet<string>;
}

/** The names that a block may hold. */
export interface FieldNames {
  readonly attributes: readonly string[];
  readonly blocks?: readonly string[];
}

/** `what` begins a sentence: `A moved block`. */
export function readFields(
  body: Body,
  origin: Origin,
  { attributes: attributeNames, blocks: blockNames = [] }: FieldNames,
  what: string,
  report: Report,
): Fields {
  const attributes = new Map<string, Attribute>();
  const blocks = new Map<string, Block>();
  const meant = new Set<string>();
  const seen = new Map<string, Span>();
  for (const item of body.items) {
    const isBlock = item.type === "block";
    const { name } = isBlock ? item.keyword : item.name;
    const span = spanOf(origin, isBlock ? item.keyword : item.name);
    const known = isBlock ? blockNames : attributeNames;
    if (known.includes(name)) {
      const first = seen.get(name);
      if (first) report(twice(name, isBlock, span, first));
      else if (isBlock) blocks.set(name, item);
      else attributes.set(name, item);
      if (!first) seen.set(name, span);
      if (isBlock && item.labels[0]) report(labelled(name, spanOf(origin, item.labels[0])));
      continue;
    }
    // A name without a value is half typed; the syntax error says what there is to say.
    if (!isBlock && item.value.type === "missing") continue;
    const near = (isBlock ? attributeNames : blockNames).includes(name)
      ? undefined
      : nearest(name, notIn(body, known));
    if (near) meant.add(near);
    report(unknown(item, span, { attributes: attributeNames, blocks: blockNames }, near, what));
  }
  return { attributes, blocks, meant };
}

function twice(name: string, isBlock: boolean, span: Span, first: Span) {
  const message = isBlock ? `There is a second "${name}" block` : `"${name}" is set twice`;
  return diagnostic("duplicate-attribute", message, {
    span,
    related: [{ span: first, message: "the first one is here" }],
    hint: "Remove one of them.",
  });
}

function labelled(name: string, span: Span) {
  return diagnostic("wrong-labels", `A ${name} block has no label`, {
    span,
    hint: `Write ${name} { … }`,
  });
}

function unknown(item: BodyItem, span: Span, names: FieldNames, near: string | undefined, what: string) {
  const isBlock = item.type === "block";
  const { name } = isBlock ? item.keyword : item.name;
  const other = isBlock ? names.attributes : (names.blocks ?? []);
  const all = [...names.attributes, ...(names.blocks ?? []).map((b) => `${b} { … }`)];
  const otherForm = isBlock ? `Write ${name} = …` : `Write ${name} { … }`;
  const repair = other.includes(name)
    ? { hint: otherForm, fix: isBlock ? undefined : asBlock(item, span.origin) }
    : correction(near, span, `It has: ${all.join(", ")}.`);
  return diagnostic(
    isBlock ? "unexpected-block" : "unknown-attribute",
    `${what} has no ${isBlock ? "block" : "attribute"} "${name}"`,
    {
      span,
      ...repair,
    },
  );
}
