/**
 * The shape of a `resource` or `verify` block: which attributes it sets, in which form, and everything that is wrong with
 * that before any value is known.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Attribute, Block, Body, Expression } from "../syntax/ast.ts";
import { metaAttributes } from "./schema/kinds.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import { type NodeDeclaration, spanOf } from "./stack.ts";

/** Where an attribute's value comes from. */
export type AttributeSource =
  | { readonly form: "value"; readonly expression: Expression; readonly span: Span }
  /** Nested blocks, each an object. */
  | { readonly form: "blocks"; readonly blocks: readonly NestedBlock[]; readonly span: Span }
  /** `port = 8080`: one port, equal on both sides. */
  | { readonly form: "port"; readonly expression: Expression; readonly span: Span };

export interface NestedBlock {
  readonly span: Span;
  readonly attributes: ReadonlyMap<string, AttributeSource>;
}

export interface Shape {
  /** By the schema's names, aliases resolved. */
  readonly attributes: ReadonlyMap<string, AttributeSource>;
  readonly meta: ReadonlyMap<string, AttributeSource>;
}

/** Legal in every resource block, evaluated by a later version. */
const laterAttributes: ReadonlySet<string> = new Set(["count", "for_each", "provider"]);
const laterBlocks: ReadonlySet<string> = new Set(["lifecycle", "dynamic", "capabilities"]);

export function shapeOf(node: NodeDeclaration): { value: Shape; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const meta = new Map<string, AttributeSource>();
  const attributes = readBody(
    node.block.body,
    node.origin,
    node.kind.attributes,
    `A ${describe(node)}`,
    diagnostics,
    meta,
  );
  for (const schema of node.kind.attributes) {
    if (schema.required && !attributes.has(schema.name))
      diagnostics.push(missing(node.block, node.origin, describe(node), schema));
  }
  for (const group of node.kind.oneOf ?? []) checkOneOf(node, group, attributes, diagnostics);
  return { value: { attributes, meta }, diagnostics };
}

function describe(node: NodeDeclaration): string {
  return node.verify ? `${node.kind.name} check` : node.kind.name;
}

function readBody(
  body: Body,
  origin: Origin,
  schemas: readonly AttributeSchema[],
  what: string,
  diagnostics: Diagnostic[],
  meta: Map<string, AttributeSource> | undefined,
): Map<string, AttributeSource> {
  const found = new Map<string, AttributeSource>();
  const nested = new Map<AttributeSchema, NestedBlock[]>();
  for (const item of body.items) {
    if (item.type === "attribute") readAttribute(item, origin, schemas, what, diagnostics, meta, found);
    else readBlock(item, origin, schemas, what, diagnostics, nested);
  }
  for (const [schema, blocks] of nested) {
    const first = found.get(schema.name);
    const span = blocks[0]?.span;
    if (!span) continue;
    if (first) {
      diagnostics.push(
        diagnostic(
          "conflicting-attributes",
          `${schema.name} is given both as an attribute and as "${schema.block?.name}" blocks`,
          {
            span,
            related: [{ span: first.span, message: "the attribute is here" }],
            hint: "Use one of the two forms.",
          },
        ),
      );
    } else found.set(schema.name, { form: "blocks", blocks, span });
  }
  return found;
}

function readAttribute(
  attribute: Attribute,
  origin: Origin,
  schemas: readonly AttributeSchema[],
  what: string,
  diagnostics: Diagnostic[],
  meta: Map<string, AttributeSource> | undefined,
  found: Map<string, AttributeSource>,
): void {
  const name = attribute.name.name;
  const span = spanOf(origin, attribute.name);
  const source: AttributeSource = { form: "value", expression: attribute.value, span };
  const schema = schemas.find((s) => s.name === name || s.aliases?.includes(name));
  if (schema) {
    put(found, schema.name, source, diagnostics);
    return;
  }
  if (meta && metaAttributes.some((m) => m.name === name)) {
    put(meta, name, source, diagnostics);
    return;
  }
  if (meta && name === "port" && schemas.some((s) => s.name === "ports")) {
    put(found, "ports", { form: "port", expression: attribute.value, span }, diagnostics);
    return;
  }
  if (meta && laterAttributes.has(name)) {
    diagnostics.push(
      diagnostic("not-supported", `This version of Clockwork does not evaluate "${name}" yet`, { span }),
    );
    return;
  }
  const known = [...schemas, ...(meta ? metaAttributes : [])].map((s) => s.name);
  const near = nearest(name, known);
  diagnostics.push(
    diagnostic("unknown-attribute", `${what} has no attribute "${name}"`, {
      span,
      hint: near ? `Did you mean "${near}"?` : `It has: ${known.join(", ")}.`,
      fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
    }),
  );
}

function put(
  found: Map<string, AttributeSource>,
  name: string,
  source: AttributeSource,
  diagnostics: Diagnostic[],
): void {
  const first = found.get(name);
  if (!first) return void found.set(name, source);
  diagnostics.push(
    diagnostic("duplicate-attribute", `"${name}" is set twice`, {
      span: source.span,
      related: [{ span: first.span, message: "the first time is here" }],
      hint: "Remove one of them.",
    }),
  );
}

function readBlock(
  block: Block,
  origin: Origin,
  schemas: readonly AttributeSchema[],
  what: string,
  diagnostics: Diagnostic[],
  nested: Map<AttributeSchema, NestedBlock[]>,
): void {
  const name = block.keyword.name;
  const span = spanOf(origin, block.keyword);
  const schema = schemas.find((s) => s.block?.name === name);
  if (!schema?.block) {
    diagnostics.push(unknownNested(name, span, schemas, what));
    return;
  }
  const label = block.labels[0];
  if (label) {
    diagnostics.push(
      diagnostic("wrong-labels", `A ${name} block has no label`, {
        span: spanOf(origin, label),
        hint: `Write ${name} { … }`,
      }),
    );
  }
  const already = nested.get(schema) ?? [];
  if (schema.block.cardinality === "one" && already[0]) {
    diagnostics.push(
      diagnostic("duplicate-attribute", `There is a second "${name}" block`, {
        span,
        related: [{ span: already[0].span, message: "the first one is here" }],
        hint: "Remove one of them.",
      }),
    );
    return;
  }
  const attributes = readBody(
    block.body,
    origin,
    schema.block.attributes,
    `A ${name} block`,
    diagnostics,
    undefined,
  );
  for (const inner of schema.block.attributes) {
    if (inner.required && !attributes.has(inner.name)) diagnostics.push(missing(block, origin, name, inner));
  }
  nested.set(schema, [...already, { span, attributes }]);
}

function unknownNested(
  name: string,
  span: Span,
  schemas: readonly AttributeSchema[],
  what: string,
): Diagnostic {
  if (laterBlocks.has(name)) {
    return diagnostic("not-supported", `This version of Clockwork does not evaluate "${name}" blocks yet`, {
      span,
    });
  }
  const attribute = schemas.find((s) => s.name === name || s.aliases?.includes(name));
  if (attribute) {
    return diagnostic("unexpected-block", `"${name}" is an attribute, not a block`, {
      span,
      hint: `Write ${name} = …`,
    });
  }
  const known = schemas.flatMap((s) => (s.block ? [s.block.name] : []));
  const near = nearest(name, known);
  return diagnostic("unexpected-block", `${what} has no block "${name}"`, {
    span,
    hint: near ? `Did you mean "${near}"?` : known.length > 0 ? `It has: ${known.join(", ")}.` : undefined,
    fix: near ? { title: `Change it to "${near}"`, edits: [{ span, text: near }] } : undefined,
  });
}

function missing(block: Block, origin: Origin, what: string, schema: AttributeSchema): Diagnostic {
  const last = block.labels.at(-1) ?? block.keyword;
  return diagnostic("missing-attribute", `This ${what} needs "${schema.name}"`, {
    span: { origin, start: block.keyword.start, end: last.end },
    hint: `${schema.name}: ${schema.description}`,
  });
}

function checkOneOf(
  node: NodeDeclaration,
  group: readonly string[],
  attributes: ReadonlyMap<string, AttributeSource>,
  diagnostics: Diagnostic[],
): void {
  const set = group.filter((name) => attributes.has(name));
  const names = group.map((n) => `"${n}"`).join(" or ");
  if (set.length === 0) {
    diagnostics.push(
      diagnostic("missing-attribute", `This ${describe(node)} needs ${names}`, {
        span: node.span,
        hint: group
          .map((n) => `${n}: ${node.kind.attributes.find((a) => a.name === n)?.description ?? ""}`)
          .join(" "),
      }),
    );
  }
  const [first, second] = set.map((name) => attributes.get(name));
  if (first && second) {
    diagnostics.push(
      diagnostic("conflicting-attributes", `A ${describe(node)} has ${names}, not both`, {
        span: second.span,
        related: [{ span: first.span, message: `"${set[0]}" is here` }],
        hint: "Remove one of them.",
      }),
    );
  }
}
