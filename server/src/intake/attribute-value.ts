/** The value of an attribute, whatever form it is written in, in the schema's type. */
import { diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { convert, describeProblem } from "./convert.ts";
import { locate } from "./locate.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import { broken, type Report } from "./scope.ts";
import type { AttributeSource, NestedBlock } from "./shape.ts";
import { spanOf } from "./stack.ts";
import { numberType, type Type } from "./type.ts";
import type { Value } from "./value.ts";
import { listValue, markIf, nullOf, objectValue } from "./values.ts";

/** Where an attribute stands, and how its expressions are evaluated. */
export interface Surroundings {
  readonly origin: Origin;
  readonly evaluate: (expression: Expression) => Value;
  readonly report: Report;
}

export function attributeValue(at: Surroundings, source: AttributeSource, schema: AttributeSchema): Value {
  switch (source.form) {
    case "value": {
      const value = typed(at, source, schema);
      return markIf(schema.sensitive && value.kind !== "null", value);
    }
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
    case "blocks": {
      const objects = source.blocks.map((block) => nested(at, block, schema));
      const [first = broken] = objects;
      const value = schema.block?.cardinality === "one" ? first : { kind: "tuple" as const, items: objects };
      return convertValue(at, value, schema.type, schema.name, source.span);
    }
  }
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
  const value = at.evaluate(expression);
  const words =
    value.kind === "string" && schema.name === "command" ? value.value.trim().split(/\s+/) : undefined;
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
  const result = convert(at.evaluate(source.expression), type);
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
