/** What an attribute's known value must be like beyond its type. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { formats, keyFormats, type Problem, quoted, shown } from "./formats.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import type { Value } from "./value.ts";
import { containsSensitive } from "./values.ts";

/** A step into a value: a field's name or an item's index. */
type Path = readonly (string | number)[];

/**
 * Checks a converted value against its attribute's bounds, enumerations and formats; unknown and null values pass. `spanAt`
 * says where the part at a path is written.
 */
export function checkValue(
  value: Value,
  schema: AttributeSchema,
  spanAt: (path: Path) => Span,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  visit(value, schema, [], (path, problem) => {
    const name = describePath(schema.name, path);
    const isShown = !containsSensitive(value);
    const message = isShown ? problem.message : "this sensitive value cannot be right";
    found.push(
      diagnostic("invalid-value", `${name}: ${message}`, {
        span: spanAt(path),
        hint: isShown ? problem.hint : undefined,
      }),
    );
  });
  return found;
}

function visit(
  value: Value,
  schema: AttributeSchema,
  path: Path,
  report: (path: Path, problem: Problem) => void,
): void {
  if (value.kind === "null" || value.kind === "unknown") return;
  if (value.kind === "list" || value.kind === "set" || value.kind === "tuple") {
    if (schema.filled && value.items.length === 0) report(path, { message: "the list is empty" });
    for (const [i, item] of value.items.entries()) {
      if (item.kind === "null" && schema.type.kind === "list") report([...path, i], isNull);
      else visit(item, schema, [...path, i], report);
    }
    return;
  }
  if (value.kind === "object" && schema.block) {
    for (const inner of schema.block.attributes) {
      const field = value.fields.get(inner.name);
      if (inner.required && field?.kind === "null") report([...path, inner.name], isNull);
      else if (field) visit(field, inner, [...path, inner.name], report);
    }
    return;
  }
  if (value.kind === "map") {
    visitMap(value.fields, schema, path, report);
    return;
  }
  const problem = scalarProblem(value, schema);
  if (problem) report(path, problem);
}

function visitMap(
  fields: ReadonlyMap<string, Value>,
  schema: AttributeSchema,
  path: Path,
  report: (path: Path, problem: Problem) => void,
): void {
  for (const [key, item] of fields) {
    const problem = schema.keys && keyFormats[schema.keys](key);
    if (problem) report([...path, key], problem);
    if (item.kind === "string" && item.value.includes("\0")) report([...path, key], hasNul);
    if (item.kind === "string" && schema.keys === "header" && /[\r\n]/.test(item.value))
      report([...path, key], { message: "a header has one line" });
  }
}

/** `ports[0].external` */
export function describePath(root: string, path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number"
        ? `${text}[${step}]`
        : /^[\w-]+$/.test(step)
          ? `${text}.${step}`
          : `${text}[${JSON.stringify(step)}]`,
    root,
  );
}

const hasNul: Problem = { message: "the text contains a NUL character" };
const isNull: Problem = { message: "it must not be null" };

function scalarProblem(value: Value, schema: AttributeSchema): Problem | undefined {
  if (value.kind === "number" && schema.range) {
    const { min, max } = schema.range;
    if (!value.value.isInteger() || value.value.lt(min) || value.value.gt(max)) {
      return { message: `${shown(value.value.toString())} is not a whole number from ${min} to ${max}` };
    }
  }
  if (value.kind === "number" && schema.positive && !value.value.gt(0))
    return { message: `${shown(value.value.toString())} is not more than 0` };
  if (value.kind !== "string") return undefined;
  if (value.value.includes("\0")) return hasNul;
  if (schema.values && !schema.values.includes(value.value)) {
    return {
      message: `${quoted(value.value)} is not one of ${schema.values.map((v) => `"${v}"`).join(", ")}`,
      hint: didYouMean(value.value, schema.values),
    };
  }
  return schema.format ? formats[schema.format](value.value) : undefined;
}
