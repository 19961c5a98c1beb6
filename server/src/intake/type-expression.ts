/** Types as they are written: `string`, `list(number)`, `object({ a = optional(number, 3) })`, `any`. */
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import { correction, didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { Call, Expression, Node, ObjectItem, Template } from "../syntax/ast.ts";
import { convert, describeProblem } from "./convert.ts";
import { evaluate } from "./evaluate.ts";
import { functions } from "./functions/table.ts";
import { maxDepth } from "./limits.ts";
import { createBudget, type Report } from "./scope.ts";
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  type ObjectField,
  setOf,
  stringType,
  type Type,
  tupleOf,
} from "./type.ts";
import { sortFields } from "./values.ts";

const primitives: ReadonlyMap<string, Type> = new Map([
  ["string", stringType],
  ["number", numberType],
  ["bool", boolType],
  ["any", dynamicType],
]);

const collections: ReadonlyMap<string, (element: Type) => Type> = new Map([
  ["list", listOf],
  ["set", setOf],
  ["map", mapOf],
]);

/** Terraform 0.11 wrote types in quotes, and collections without their element type; the latter is still read. */
const legacy: ReadonlyMap<string, string> = new Map([
  ["string", "string"],
  ["number", "number"],
  ["bool", "bool"],
  ["list", "list(any)"],
  ["map", "map(any)"],
]);

const names = [...primitives.keys(), ...collections.keys(), "object", "tuple"];

interface Reader {
  readonly origin: Origin;
  readonly report: Report;
  depth: number;
}

/** The type an expression names. Where it names none that is reported, and `any` stands for it. */
export function typeFromExpression(expression: Expression, origin: Origin, report: Report): Type {
  return read(expression, { origin, report, depth: 0 });
}

function read(expression: Expression, reader: Reader): Type {
  if (reader.depth >= maxDepth) return invalid(reader, expression, "The type is nested too deep");
  reader.depth++;
  const type = readPart(expression, reader);
  reader.depth--;
  return type;
}

function readPart(expression: Expression, reader: Reader): Type {
  switch (expression.type) {
    case "missing":
      return dynamicType;
    case "parentheses":
      return read(expression.inner, reader);
    case "variable":
      return readName(expression.name, expression, reader);
    case "template":
      return readQuoted(expression, reader);
    case "call":
      return readCall(expression, reader);
    default:
      return invalid(reader, expression, "This is no type", `Types are ${names.join(", ")}.`);
  }
}

function readName(name: string, at: Node, reader: Reader): Type {
  const type = primitives.get(name);
  if (type) return type;
  const collection = collections.get(name);
  if (collection && legacy.has(name) && reader.depth === 1) {
    reader.report(deprecated(reader, at, `The type ${name} needs the type of its elements`, `${name}(any)`));
    return collection(dynamicType);
  }
  if (collection) {
    return invalid(
      reader,
      at,
      `The type ${name} needs the type of its elements`,
      `Write ${name}(any), or ${name}(string).`,
    );
  }
  if (name === "object") {
    return invalid(reader, at, "The type object needs its attributes", "Write object({ name = string }).");
  }
  if (name === "tuple") {
    return invalid(
      reader,
      at,
      "The type tuple needs the types of its items",
      "Write tuple([string, number]).",
    );
  }
  return invalid(
    reader,
    at,
    `There is no type "${name}"`,
    didYouMean(name, names) ?? `Types are ${names.join(", ")}.`,
    nearest(name, primitives.keys()),
  );
}

function readQuoted(template: Template, reader: Reader): Type {
  const [part] = template.parts;
  const text = template.parts.length === 1 && part?.type === "literal" ? part.value : undefined;
  const plain = text === undefined ? undefined : legacy.get(text);
  if (text === undefined || plain === undefined) {
    return invalid(reader, template, "A type is written without quotes", text && didYouMean(text, names));
  }
  reader.report(deprecated(reader, template, `The type ${text} is written without quotes`, plain));
  const collection = collections.get(text);
  return collection ? collection(dynamicType) : readName(text, template, reader);
}

function deprecated(reader: Reader, at: Node, message: string, plain: string): Diagnostic {
  const span = { origin: reader.origin, start: at.start, end: at.end };
  const fix = { title: `Write ${plain}`, edits: [{ span, text: plain }] };
  return diagnostic("deprecated-form", message, { span, fix });
}

function readCall(call: Call, reader: Reader): Type {
  const { name } = call.name;
  const [argument, extra] = call.args;
  const collection = collections.get(name);
  if (!collection && name !== "object" && name !== "tuple") {
    if (name === "optional") {
      return invalid(reader, call, "Only an attribute of an object type can be optional");
    }
    if (primitives.has(name))
      return invalid(reader, call, `The type ${name} takes no arguments`, `Write ${name}.`);
    return invalid(
      reader,
      call.name,
      `There is no type "${name}"`,
      didYouMean(name, names),
      nearest(name, [...collections.keys(), "object", "tuple"]),
    );
  }
  if (!argument || extra || call.expand) {
    return invalid(
      reader,
      call,
      `The type ${name} takes one argument`,
      "Write list(string), object({ a = number }) or tuple([string]).",
    );
  }
  if (collection) return collection(read(argument, reader));
  return name === "object" ? readObject(argument, reader) : readTuple(argument, reader);
}

function readTuple(argument: Expression, reader: Reader): Type {
  if (argument.type === "missing") return dynamicType;
  if (argument.type === "tuple") return tupleOf(argument.items.map((item) => read(item, reader)));
  return invalid(reader, argument, "The type tuple takes a list of types", "Write tuple([string, number]).");
}

function readObject(argument: Expression, reader: Reader): Type {
  if (argument.type === "missing") return dynamicType;
  if (argument.type !== "object") {
    return invalid(
      reader,
      argument,
      "The type object takes its attributes in braces",
      "Write object({ name = string }).",
    );
  }
  const fields = new Map<string, ObjectField>();
  for (const item of argument.items) {
    const name = fieldName(item);
    if (name === undefined) invalid(reader, item.key, "The name of an attribute is written as it is");
    else if (fields.has(name)) invalid(reader, item.key, `The attribute "${name}" stands twice in the type`);
    else fields.set(name, readField(item.value, reader));
  }
  return { kind: "object", fields: sortFields(fields) };
}

function fieldName({ key }: ObjectItem): string | undefined {
  if (key.type === "variable") return key.name;
  if (key.type !== "template") return undefined;
  const [part] = key.parts;
  return key.parts.length === 1 && part?.type === "literal" ? part.value : undefined;
}

function readField(expression: Expression, reader: Reader): ObjectField {
  if (expression.type !== "call" || expression.name.name !== "optional") {
    return { type: read(expression, reader), optional: false };
  }
  const [given, fallback, extra] = expression.args;
  if (!given || extra || expression.expand) {
    invalid(
      reader,
      expression,
      "optional takes a type and, if you like, a default",
      "Write optional(number, 3).",
    );
    return { type: dynamicType, optional: true };
  }
  const type = read(given, reader);
  return fallback ? readDefault(fallback, type, reader) : { type, optional: true };
}

function readDefault(expression: Expression, type: Type, reader: Reader): ObjectField {
  const { origin, report } = reader;
  let failed = false;
  const value = evaluate(expression, {
    origin,
    functions,
    budget: createBudget(),
    report: (d) => {
      failed = true;
      report(d);
    },
    resolve: (path, tell) => {
      const at = { start: path[0]?.start ?? expression.start, end: path.at(-1)?.end ?? expression.end };
      const name = path.map((step) => step.name).join(".");
      tell(
        problem(
          reader,
          "unknown-reference",
          `A default in a type is a constant: it cannot refer to "${name}"`,
          at,
        ),
      );
      return undefined;
    },
  });
  if (failed) return { type, optional: true };
  const converted = convert(value, type);
  if (converted.kind !== "problem") return { type, optional: true, default: converted };
  report(
    problem(
      reader,
      "wrong-type",
      `Default of an optional attribute: ${describeProblem(converted)}`,
      expression,
    ),
  );
  return { type, optional: true };
}

const problem = (reader: Reader, code: Code, message: string, at: Node, hint?: string) =>
  diagnostic(code, message, { span: { origin: reader.origin, start: at.start, end: at.end }, hint });

/** `near`: what can be written in the place of `at`. */
function invalid(reader: Reader, at: Node, message: string, hint?: string, near?: string): Type {
  const found = problem(reader, "invalid-type", message, at, hint);
  const { fix } = found.span ? correction(near, found.span) : {};
  reader.report(fix ? { ...found, fix } : found);
  return dynamicType;
}
