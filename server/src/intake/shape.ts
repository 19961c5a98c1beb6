/**
 * The shape of a `resource` or `verify` block: which attributes it sets, in which form, and everything that is wrong with
 * that before any value is known.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import { correction, nearest } from "../diagnostics/suggest.ts";
import type { Attribute, Block, Body, Expression } from "../syntax/ast.ts";
import { asAttribute, notIn } from "./body-edits.ts";
import { type Each, readDynamic } from "./dynamic-block.ts";
import { locate } from "./locate.ts";
import { type Bound, type Reference, referencesIn } from "./references.ts";
import { metaAttributes } from "./schema/kinds.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import { type NodeDeclaration, spanOf } from "./stack.ts";

/** Where an attribute's value comes from. */
export type AttributeSource = {
  readonly span: Span;
  /** What `referencesOf` found. */
  references?: readonly Reference[];
} & (
  | { readonly form: "value"; readonly expression: Expression }
  /** Nested blocks, each an object. */
  | { readonly form: "blocks"; readonly blocks: readonly NestedBlock[] }
  /** `port = 8080`: one port, equal on both sides. */
  | { readonly form: "port"; readonly expression: Expression }
);

export interface NestedBlock {
  readonly span: Span;
  readonly attributes: ReadonlyMap<string, AttributeSource>;
  /** Of a dynamic block. */
  readonly each?: Each;
}

export interface Shape {
  /** By the schema's names, aliases resolved. */
  readonly attributes: ReadonlyMap<string, AttributeSource>;
  readonly meta: ReadonlyMap<string, AttributeSource>;
  readonly lifecycle?: Block;
}

/** Legal in every resource block, evaluated by a later version. */
const laterAttributes: ReadonlySet<string> = new Set(["provider"]);
const laterBlocks: ReadonlySet<string> = new Set(["capabilities"]);

/** What is read from one block, and everything that is wrong with it. */
interface Reading {
  readonly origin: Origin;
  readonly diagnostics: Diagnostic[];
  /** The block has syntax errors: nothing is called missing. */
  readonly broken: boolean;
  readonly verify: boolean;
  lifecycle?: Block;
}

export function shapeOf(node: NodeDeclaration): { value: Shape; diagnostics: Diagnostic[] } {
  const reading: Reading = { origin: node.origin, diagnostics: [], broken: node.broken, verify: node.verify };
  const meta = new Map<string, AttributeSource>();
  const what = describe(node);
  const { found, meant } = readBody(reading, node.block.body, node.kind.attributes, `A ${what}`, meta);
  checkRequired(reading, node.block, what, node.kind.attributes, found, meant);
  for (const group of node.kind.oneOf ?? []) checkOneOf(reading, node, group, found, meant);
  const { lifecycle } = reading;
  return {
    value: { attributes: found, meta, ...(lifecycle && { lifecycle }) },
    diagnostics: reading.diagnostics,
  };
}

/** A resource's `lifecycle` block is kept for itself: no kind has it, and its expressions are no values. */
function readLifecycle(reading: Reading, block: Block): void {
  const span = spanOf(reading.origin, block.keyword);
  const first = reading.lifecycle;
  if (!first) reading.lifecycle = block;
  else reading.diagnostics.push(secondBlock("lifecycle", span, spanOf(reading.origin, first.keyword)));
  const label = block.labels[0];
  if (label) reading.diagnostics.push(labelled("lifecycle", spanOf(reading.origin, label)));
}

/** `service`, `http check`. */
export function describe(node: NodeDeclaration): string {
  return node.verify ? `${node.kind.name} check` : node.kind.name;
}

interface BodyContent {
  readonly found: Map<string, AttributeSource>;
  /** Attributes that mistyped names were probably meant to be: they are not missing too. */
  readonly meant: ReadonlySet<string>;
}

function readBody(
  reading: Reading,
  body: Body,
  schemas: readonly AttributeSchema[],
  what: string,
  meta: Map<string, AttributeSource> | undefined,
): BodyContent {
  const found = new Map<string, AttributeSource>();
  const meant = new Set<string>();
  const nested = new Map<AttributeSchema, NestedBlock[]>();
  for (const item of body.items) {
    if (item.type === "block") {
      if (meta && !reading.verify && item.keyword.name === "lifecycle") readLifecycle(reading, item);
      else readBlock(reading, item, schemas, what, nested);
    } else readAttribute(reading, item, schemas, what, meta, found, meant, body);
  }
  for (const [schema, blocks] of nested) {
    const first = found.get(schema.name);
    const span = blocks[0]?.span;
    if (!span) continue;
    if (!first) found.set(schema.name, { form: "blocks", blocks, span });
    else {
      const message = `${schema.name} is given both as an attribute and as "${schema.block?.name}" blocks`;
      reading.diagnostics.push(
        diagnostic("conflicting-attributes", message, {
          span,
          related: [{ span: first.span, message: "the attribute is here" }],
          hint: "Use one of the two forms.",
        }),
      );
    }
  }
  return { found, meant };
}

function readAttribute(
  { origin, diagnostics }: Reading,
  attribute: Attribute,
  schemas: readonly AttributeSchema[],
  what: string,
  meta: Map<string, AttributeSource> | undefined,
  found: Map<string, AttributeSource>,
  meant: Set<string>,
  body: Body,
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
  if (meta && name === "port" && schemas.some((s) => s.name === "ports" && s.block)) {
    put(found, "ports", { form: "port", expression: attribute.value, span }, diagnostics);
    return;
  }
  if (meta && laterAttributes.has(name)) {
    diagnostics.push(
      diagnostic("not-supported", `This version of Clockwork does not evaluate "${name}" yet`, { span }),
    );
    return;
  }
  // A name without a value is half typed; the syntax error says what there is to say.
  if (attribute.value.type === "missing") return;
  diagnostics.push(unknownAttribute(name, span, schemas, what, meta !== undefined, meant, body));
}

function unknownAttribute(
  name: string,
  span: Span,
  schemas: readonly AttributeSchema[],
  what: string,
  withMeta: boolean,
  meant: Set<string>,
  body: Body,
): Diagnostic {
  const names = [...schemas, ...(withMeta ? metaAttributes : [])].map((s) => s.name);
  const near = nearest(name, notIn(body, [...names, ...schemas.flatMap((s) => s.aliases ?? [])]));
  const schema = schemas.find((s) => near !== undefined && (s.name === near || s.aliases?.includes(near)));
  if (schema) meant.add(schema.name);
  return diagnostic("unknown-attribute", `${what} has no attribute "${name}"`, {
    span,
    ...correction(near, span, `It has: ${names.join(", ")}.`),
  });
}

function checkRequired(
  reading: Reading,
  block: Block,
  what: string,
  schemas: readonly AttributeSchema[],
  found: ReadonlyMap<string, AttributeSource>,
  meant: ReadonlySet<string>,
): void {
  if (reading.broken) return;
  for (const schema of schemas) {
    if (!schema.required || found.has(schema.name) || meant.has(schema.name)) continue;
    reading.diagnostics.push(missing(block, reading.origin, what, schema));
  }
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
  reading: Reading,
  block: Block,
  schemas: readonly AttributeSchema[],
  what: string,
  nested: Map<AttributeSchema, NestedBlock[]>,
): void {
  if (block.keyword.name === "dynamic" && !schemas.some((s) => s.block?.name === "dynamic")) {
    const report = (d: Diagnostic) => void reading.diagnostics.push(d);
    const dynamic = readDynamic(block, reading.origin, reading.broken, report);
    if (!dynamic) return;
    const { label, content, collection, iterator } = dynamic;
    const { start, end } = label;
    const keyword = { name: label.value, start, end };
    readNested(reading, { ...content, keyword }, schemas, what, nested, { collection, iterator });
  } else readNested(reading, block, schemas, what, nested);
}

/** A nested block, or the content of a dynamic one under the name of the blocks that it makes. */
function readNested(
  reading: Reading,
  block: Block,
  schemas: readonly AttributeSchema[],
  what: string,
  nested: Map<AttributeSchema, NestedBlock[]>,
  each?: Each,
): void {
  const { origin, diagnostics } = reading;
  const name = block.keyword.name;
  const span = spanOf(origin, block.keyword);
  const schema = schemas.find((s) => s.block?.name === name);
  if (!schema?.block) {
    // In a broken block it may be an attribute whose "=" is missing, which has been said.
    const isAttribute = schemas.some((s) => s.name === name || s.aliases?.includes(name));
    if (!reading.broken || !isAttribute) diagnostics.push(unknownNested(block, span, schemas, what));
    return;
  }
  const label = block.labels[0];
  if (label) diagnostics.push(labelled(name, spanOf(origin, label)));
  const already = nested.get(schema) ?? [];
  if (schema.block.cardinality === "one" && already[0] && !each && !already[0].each) {
    diagnostics.push(secondBlock(name, span, already[0].span));
    return;
  }
  const { found, meant } = readBody(
    reading,
    block.body,
    schema.block.attributes,
    `A ${name} block`,
    undefined,
  );
  checkRequired(reading, block, name, schema.block.attributes, found, meant);
  nested.set(schema, [...already, { span, attributes: found, ...(each && { each }) }]);
}

function labelled(name: string, span: Span): Diagnostic {
  return diagnostic("wrong-labels", `A ${name} block has no label`, { span, hint: `Write ${name} { … }` });
}

function secondBlock(name: string, span: Span, first: Span): Diagnostic {
  return diagnostic("duplicate-attribute", `There is a second "${name}" block`, {
    span,
    related: [{ span: first, message: "the first one is here" }],
    hint: "Remove one of them.",
  });
}

function unknownNested(
  block: Block,
  span: Span,
  schemas: readonly AttributeSchema[],
  what: string,
): Diagnostic {
  const { name } = block.keyword;
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
      fix: ["map", "object"].includes(attribute.type.kind) ? asAttribute(block, span.origin) : undefined,
    });
  }
  const known = schemas.flatMap((s) => (s.block ? [s.block.name] : []));
  const near = nearest(name, known);
  return diagnostic("unexpected-block", `${what} has no block "${name}"`, {
    span,
    ...correction(near, span, known.length > 0 ? `It has: ${known.join(", ")}.` : undefined),
  });
}

function missing(block: Block, origin: Origin, what: string, schema: AttributeSchema): Diagnostic {
  const last = block.labels.at(-1) ?? block.keyword;
  return diagnostic("missing-attribute", `This ${what} needs "${schema.name}"`, {
    span: { origin, start: block.keyword.start, end: last.end },
    hint: `${schema.name}: ${schema.description}`,
  });
}

/** None of a group is set. */
export function needsOneOf(node: NodeDeclaration, group: readonly string[], span: Span): Diagnostic {
  const names = group.map((n) => `"${n}"`).join(" or ");
  const about = group.map(
    (n) => `${n}: ${node.kind.attributes.find((a) => a.name === n)?.description ?? ""}`,
  );
  return diagnostic("missing-attribute", `This ${describe(node)} needs ${names}`, {
    span,
    hint: about.join(" "),
  });
}

/** Whether there is one at all; whether there is one too many depends on which of them are null. */
function checkOneOf(
  { diagnostics, broken }: Reading,
  node: NodeDeclaration,
  group: readonly string[],
  found: ReadonlyMap<string, AttributeSource>,
  meant: ReadonlySet<string>,
): void {
  if (broken || group.some((name) => found.has(name) || meant.has(name))) return;
  diagnostics.push(needsOneOf(node, group, node.span));
}

/** Where the part of an attribute's value at a path is written. */
export function spanAt(source: AttributeSource, origin: Origin, path: readonly (string | number)[]): Span {
  if (source.form === "value") return spanOf(origin, locate(source.expression, path));
  if (source.form === "port") return spanOf(origin, source.expression);
  const isItem = typeof path[0] === "number";
  const before = isItem ? Number(path[0]) : 0;
  // Behind a dynamic block nobody knows which of them an item comes from: the first that it may be.
  const block = source.blocks.find((b, i) => i === before || b.each);
  const [name, ...rest] = isItem ? path.slice(1) : path;
  const inner = block?.attributes.get(String(name));
  return inner ? spanAt(inner, origin, rest) : (block?.span ?? source.span);
}

/** Everything that an attribute's expressions refer to. Looked for once: each instance of a block asks several times. */
export function referencesOf(source: AttributeSource): readonly Reference[] {
  source.references ??= find(source, undefined);
  return source.references;
}

/** The iterators of dynamic blocks around it are `bound`. */
function find(source: AttributeSource, bound: Bound | undefined): readonly Reference[] {
  if (source.form !== "blocks") return referencesIn(source.expression, bound);
  return source.blocks.flatMap(({ attributes, each }) => {
    const inside = each ? new Set([...(bound ?? []), each.iterator]) : bound;
    const content = [...attributes.values()].flatMap((inner) => find(inner, inside));
    return each ? [...referencesIn(each.collection, bound), ...content] : content;
  });
}
