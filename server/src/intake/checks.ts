/** What an attribute's known value must be like beyond its type. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { longestMs, parseDuration } from "./duration.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import type { Value } from "./value.ts";

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
    found.push(
      diagnostic("invalid-value", `${name}: ${problem.message}`, { span: spanAt(path), hint: problem.hint }),
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
  const problem = scalarProblem(value, schema);
  if (problem) report(path, problem);
}

/** `ports[0].external` */
export function describePath(root: string, path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${step}`),
    root,
  );
}

interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

const isNull: Problem = { message: "it must not be null" };

function scalarProblem(value: Value, schema: AttributeSchema): Problem | undefined {
  if (value.kind === "number" && schema.range) {
    const { min, max } = schema.range;
    if (!value.value.isInteger() || value.value.lt(min) || value.value.gt(max)) {
      return { message: `${shown(value.value.toString())} is not a whole number from ${min} to ${max}` };
    }
  }
  if (value.kind !== "string") return undefined;
  if (value.value.includes("\0")) return { message: "the text contains a NUL character" };
  if (schema.values && !schema.values.includes(value.value)) {
    return {
      message: `${quoted(value.value)} is not one of ${schema.values.map((v) => `"${v}"`).join(", ")}`,
      hint: didYouMean(value.value, schema.values),
    };
  }
  return schema.format ? formats[schema.format](value.value) : undefined;
}

/** Messages are for reading: a long text shows how it begins. */
const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const quoted = (text: string): string => `"${shown(text)}"`;

type Format = NonNullable<AttributeSchema["format"]>;

const formats: Readonly<Record<Format, (text: string) => Problem | undefined>> = {
  "http-url": (text) => {
    if (!URL.canParse(text))
      return { message: `${quoted(text)} is not a URL`, hint: "Such as http://localhost:8080/health" };
    const { protocol } = new URL(text);
    return protocol === "http:" || protocol === "https:"
      ? undefined
      : {
          message: `${quoted(text)} is not an http or https URL`,
          hint: "Such as http://localhost:8080/health",
        };
  },
  url: (text) => (text.trim() === "" ? { message: "it is empty" } : undefined),
  "absolute-or-relative-path": (text) => (text.trim() === "" ? { message: "the path is empty" } : undefined),
  mode: (text) =>
    /^0?[0-7]{3}$/.test(text)
      ? undefined
      : { message: `${quoted(text)} is not a file mode`, hint: 'Octal digits, such as "0644".' },
  image: (text) =>
    /^[a-z0-9]+([._-]+[a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(
      text,
    )
      ? undefined
      : {
          message: `${quoted(text)} is not an image reference`,
          hint: "Lower-case name and tag, such as myapp:1.0 or registry.example/team/app:1.0",
        },
  duration: (text) => {
    const ms = parseDuration(text);
    if (ms === undefined)
      return { message: `${quoted(text)} is not a duration`, hint: 'Such as "30s", "5m" or "1h30m".' };
    return ms > longestMs
      ? { message: `${quoted(text)} is longer than 24 days` }
      : ms === 0
        ? { message: `${quoted(text)} is no time at all` }
        : undefined;
  },
  hostname: (text) =>
    /^[^\s/]+$/.test(text) ? undefined : { message: `${quoted(text)} is not a host name or address` },
  sha256: (text) =>
    /^[0-9a-f]{64}$/.test(text)
      ? undefined
      : { message: `${quoted(text)} is not a sha256`, hint: "64 lower-case hexadecimal digits." },
};
