import type { SourceFile } from "../../server/src/syntax/chunk.ts";

/**
 * A file's items without their places, and without what `fmt` may rewrite: quotes of labels, `"${x}"` for `x`,
 * parentheses, and old names of types. Two files that mean the same give the same text.
 */
export function meaning(file: SourceFile): string {
  return JSON.stringify(normal(file.chunks.flatMap((c) => c.items)));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((v) => !isType(v)).map(normal);
  if (!isRecord(value)) return value;
  if (value["type"] === "parentheses") return normal(value["inner"]);
  const only = onlyPart(value);
  if (only !== undefined) return normal(only);
  return Object.entries(value)
    .filter(([name]) => name !== "start" && name !== "end" && name !== "quoted")
    .map(([name, inner]) => [name, normal(inner)]);
}

/** `type = "string"` of a variable becomes `type = string`. */
function isType(value: unknown): boolean {
  return (
    isRecord(value) &&
    value["type"] === "attribute" &&
    isRecord(value["name"]) &&
    value["name"]["name"] === "type"
  );
}

/** The `x` of `"${x}"`. */
function onlyPart({ type, parts }: Readonly<Record<string, unknown>>): unknown {
  if (type !== "template" || !Array.isArray(parts) || parts.length !== 1) return undefined;
  const [part]: unknown[] = parts;
  return isRecord(part) ? part["expression"] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
