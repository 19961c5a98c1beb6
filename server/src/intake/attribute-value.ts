/** The value of an attribute, whatever form it is written in, in the schema's type. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Frame } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import type { Each } from "./dynamic-block.ts";
import { listElements } from "./elements.ts";
import { locate } from "./locate.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import { broken, type Report } from "./scope.ts";
import type { AttributeSource, NestedBlock } from "./shape.ts";
import { spanOf } from "./stack.ts";
import { numberType, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { listValue, markIf, nullOf, objectValue, unknownOf } from "./values.ts";

/** Where an attribute stands, and how its expressions are evaluated. */
export interface Surroundings {
  readonly origin: Origin;
  readonly evaluate: (expression: Expression, frame?: Frame) => Value;
  readonly report: Report;
  /** Names of dynamic blocks around it. */
  readonly frame?: Frame;
}

export function attributeValue(at: Surroundings, source: AttributeSource, schema: AttributeSchema): Value {
  const value = valueFrom(at, source, schema);
  return markIf(schema.sensitive && value.kind !== "null", value);
}

function valueFrom(at: Surroundings, source: AttributeSource, schema: AttributeSchema): Value {
  switch (source.form) {
    case "value":
      return typed(at, source, schema);
    case "port": {
      const port = converted(at, source, numberType, "port");
      if (port.kind === "null") return nullOf(schema.type);
      const fields = new Map<string, Value>([
        ["external", port],
        ["internal", port],
      ]);
      const list = listValue(elementOf(schema.type), [objectValue(fields)]);
      return convertValue(at, list, schema.type, "port", source.span);
    }
    case "blocks":
      return blocks(at, source, schema);
  }
}

function blocks(
  at: Surroundings,
  source: Extract<AttributeSource, { form: "blocks" }>,
  schema: AttributeSchema,
): Value {
  const made = source.blocks.map((block) =>
    block.each ? dynamic(at, block, block.each, schema) : { items: [nested(at, block, schema)] },
  );
  const isSensitive = made.some((m) => m?.isSensitive);
  const items: Value[] = [];
  for (const one of made) {
    // How many there are is not known yet.
    if (!one) return markIf(isSensitive, unknownOf(schema.type));
    for (const item of one.items) items.push(item);
  }
  const [first, second] = items;
  // No block at all is the same as none written.
  if (!first) return nullOf(schema.type);
  const isOne = schema.block?.cardinality === "one";
  if (isOne && second) {
    const message = `There is more than one "${schema.block?.name}" block`;
    at.report(diagnostic("invalid-value", message, { span: source.span }));
    return broken;
  }
  const value: Value = isOne ? first : { kind: "tuple", items };
  return markIf(isSensitive, convertValue(at, value, schema.type, schema.name, source.span));
}

/** Undefined where it is not known which blocks there are, or there can be none, which has been reported. */
function dynamic(
  at: Surroundings,
  block: NestedBlock,
  { collection, iterator }: Each,
  schema: AttributeSchema,
): { readonly items: readonly Value[]; readonly isSensitive?: boolean } | undefined {
  const value = at.evaluate(collection, at.frame);
  const elements = listElements(value);
  if (!elements) {
    const what = value.kind === "null" ? "null cannot" : `a ${value.kind} cannot`;
    const hint = "A list, a set or a map has an element for each block.";
    const span = spanOf(at.origin, collection);
    if (value.kind !== "unknown")
      at.report(diagnostic("invalid-for-each", `for_each: ${what} be gone through`, { span, hint }));
    return undefined;
  }
  const items = elements.map((element) => {
    const fields = new Map<string, Value>([
      ["key", element.key],
      ["value", element.value],
    ]);
    const frame: Frame = { name: iterator, value: { kind: "object", fields }, parent: at.frame };
    return nested({ ...at, frame }, block, schema);
  });
  return { items, isSensitive: value.sensitive === true };
}

function typed(
  at: Surroundings,
  source: Extract<AttributeSource, { form: "value" }>,
  schema: AttributeSchema,
): Value {
  const { expression } = source;
  const isListOfStrings = schema.type.kind === "list" && schema.type.element.kind === "string";
  if (isListOfStrings && expression.type === "template") return oneString(at, expression, schema);
  return converted(at, source, schema.type, schema.name);
}

function oneString(at: Surroundings, expression: Expression, schema: AttributeSchema): Value {
  const value = at.evaluate(expression, at.frame);
  const isShown = value.kind === "string" && !value.sensitive && schema.name === "command";
  const words = isShown ? value.value.trim().split(/\s+/) : undefined;
  const span = spanOf(at.origin, expression);
  const simple = words?.every((w) => /^[\w@%+=:,./-]+$/.test(w)) ? words : undefined;
  const list = simple ? `[${simple.map((w) => JSON.stringify(w)).join(", ")}]` : undefined;
  at.report(
    diagnostic("wrong-type", `${schema.name}: a list of strings is required, this is one string`, {
      span,
      hint: list ? `Write ${schema.name} = ${list}` : `Write ${schema.name} = ["…", "…"]`,
      fix: list ? { title: "Split it into a list", edits: [{ span, text: list }] } : undefined,
    }),
  );
  return broken;
}

function nested(at: Surroundings, block: NestedBlock, schema: AttributeSchema): Value {
  const fields = new Map<string, Value>();
  for (const inner of schema.block?.attributes ?? []) {
    const source = block.attributes.get(inner.name);
    if (source) fields.set(inner.name, attributeValue(at, source, inner));
  }
  // A missing required attribute has been reported; the object must convert all the same.
  for (const inner of schema.block?.attributes ?? []) {
    if (inner.required && !fields.has(inner.name)) fields.set(inner.name, broken);
  }
  return objectValue(fields);
}

function converted(
  at: Surroundings,
  source: { readonly expression: Expression; readonly span: Span },
  type: Type,
  path: string,
): Value {
  const result = convert(at.evaluate(source.expression, at.frame), type);
  if (result.kind !== "problem") return result;
  const span = spanOf(at.origin, locate(source.expression, result.path));
  at.report(diagnostic("wrong-type", describeProblem(result, path), { span }));
  return broken;
}

function convertValue(at: Surroundings, value: Value, type: Type, path: string, span: Span): Value {
  const result = convert(value, type);
  if (result.kind !== "problem") return result;
  at.report(diagnostic("wrong-type", describeProblem(result, path), { span }));
  return broken;
}

function elementOf(type: Type): Type {
  return type.kind === "list" ? type.element : type;
}
