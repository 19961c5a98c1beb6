/** What is wanted where a value is written: by the attribute it belongs to and the brackets and calls in between. */
import { type FunctionSignature, functionSignatures } from "../intake/functions/signatures.ts";
import { functions } from "../intake/functions/table.ts";
import type { FieldSchema } from "../intake/schema/blocks.ts";
import type { AttributeSchema } from "../intake/schema/schema.ts";
import { dynamicType, type Type } from "../intake/type.ts";
import type { Frame } from "./cursor.ts";
import type { Field, Form } from "./forms.ts";

export interface Expected {
  readonly type: Type;
  /** The attribute that the whole value is of; absent inside calls. */
  readonly field?: Field;
  /** Allowed texts. */
  readonly values?: FieldSchema["values"];
  readonly holds?: FieldSchema["holds"];
  readonly reads?: AttributeSchema["reads"];
  /** The function whose argument it is. */
  readonly argument?: { readonly name: string; readonly index: number };
}

const anything: Expected = { type: dynamicType };

/** `form` is the innermost body's. */
export function expectedAt(form: Form, frames: readonly Frame[]): Expected {
  const depth = frames.findLastIndex((f) => f.type === "body");
  const body = frames[depth];
  if (body?.type !== "body" || body.attribute === undefined) return anything;
  const field = fieldNamed(form, body.attribute);
  let expected = field ? ofField(field) : anything;
  for (const frame of frames.slice(depth + 1)) expected = inside(expected, frame, form);
  return expected;
}

export function fieldNamed({ fields }: Form, name: string): Field | undefined {
  return fields.find((f) => f.schema.name === name || f.aliases.includes(name));
}

function ofField(field: Field): Expected {
  const { type, values, holds } = field.schema;
  return {
    type,
    field,
    ...(values && { values }),
    ...(holds && { holds }),
    ...(field.reads && { reads: field.reads }),
  };
}

function inside(expected: Expected, frame: Frame, form: Form): Expected {
  const { type, field, holds } = expected;
  const held = { ...(holds && { holds }) };
  switch (frame.type) {
    case "object": {
      if (frame.key === undefined) return expected;
      const nested = field?.block === undefined ? undefined : nestedField(form, field.block, frame.key);
      if (nested) return ofField(nested);
      const inner = type.kind === "map" ? type.element : typeOfField(type, frame.key);
      return { type: inner, ...held };
    }
    case "tuple": {
      const isList = type.kind === "list" || type.kind === "set";
      return { type: isList ? type.element : dynamicType, ...(field && { field }), ...held };
    }
    case "call":
      if (holds === "type") return { type: dynamicType, holds };
      return { type: parameterType(frame.name, frame.argument), argument: argumentOf(frame) };
    case "index":
      return anything;
    case "sequence":
      return { type: dynamicType };
    case "template":
    case "parentheses":
    case "body":
      return expected;
  }
}

const argumentOf = ({ name, argument }: Extract<Frame, { type: "call" }>) => ({ name, index: argument });

const typeOfField = (type: Type, name: string): Type =>
  (type.kind === "object" && type.fields.get(name)?.type) || dynamicType;

function nestedField(form: Form, block: string, name: string): Field | undefined {
  const inner = form.blocks.find((b) => b.name === block)?.form([]);
  return inner && fieldNamed(inner, name);
}

function parameterType(name: string, index: number): Type {
  const entry = functions.get(name);
  if (!entry || "refused" in entry) return dynamicType;
  return (entry.parameters[index] ?? entry.variadic)?.type ?? dynamicType;
}

/** Whether a value of one type can go where another is wanted, perhaps after a conversion. */
export function fits(type: Type, wanted: Type): "well" | "converted" | "no" {
  if (type.kind === "dynamic" || wanted.kind === "dynamic") return "converted";
  if (type.kind === wanted.kind) return "well";
  if (isSequence(type) && isSequence(wanted)) return "well";
  if (isMapping(type) && isMapping(wanted)) return "well";
  return isPrimitive(type) && isPrimitive(wanted) && !isOdd(type, wanted) ? "converted" : "no";
}

const isSequence = ({ kind }: Type): boolean => kind === "list" || kind === "set" || kind === "tuple";
const isMapping = ({ kind }: Type): boolean => kind === "map" || kind === "object";
const isPrimitive = ({ kind }: Type): boolean => kind === "string" || kind === "number" || kind === "bool";
const isOdd = (a: Type, b: Type): boolean =>
  (a.kind === "number" && b.kind === "bool") || (a.kind === "bool" && b.kind === "number");

/** The signature of a function, by name. */
export function signatureOf(name: string): FunctionSignature | undefined {
  return signatures.get(name);
}

export const signatures: ReadonlyMap<string, FunctionSignature> = new Map(
  functionSignatures().map((signature) => [signature.name, signature]),
);
