/** Values as `terraform console` prints them. */
import { formatNumber } from "./number.ts";
import { quoteText } from "./quote.ts";
import type { Type } from "./type.ts";
import type { Value } from "./value.ts";

/** Multi-line strings are heredocs, as there. Sensitive and unknown values are named, not shown. */
export function renderValue(value: Value): string {
  return render(value, 0);
}

function render(value: Value, indent: number): string {
  if (value.kind === "unknown") return "(known after apply)";
  if (value.sensitive) return "(sensitive value)";
  switch (value.kind) {
    case "null":
      return renderNull(value.type);
    case "string":
      return renderText(value.value, indent);
    case "number":
      return formatNumber(value.value);
    case "bool":
      return value.value ? "true" : "false";
    case "tuple":
      return renderItems(value.items, indent);
    case "list":
      return `tolist(${renderItems(value.items, indent)})`;
    case "set":
      return `toset(${renderItems(value.items, indent)})`;
    case "object":
      return renderFields(value.fields, indent);
    case "map":
      return `tomap(${renderFields(value.fields, indent)})`;
  }
}

function renderNull(type: Type): string {
  switch (type.kind) {
    case "dynamic":
      return "null";
    case "string":
    case "number":
    case "bool":
      return `to${type.kind}(null)`;
    case "list":
    case "set":
    case "map":
      return `to${type.kind}(null) /* of ${friendlyName(type.element)} */`;
    default:
      return `null /* ${type.kind} */`;
  }
}

/** Terraform's words for a type: `list of string`. */
function friendlyName(type: Type): string {
  return "element" in type ? `${type.kind} of ${friendlyName(type.element)}` : type.kind;
}

function renderText(text: string, indent: number): string {
  const lines = text.split("\n");
  if (lines.length < 2) return quoteText(text);
  let marker = "EOT";
  while (lines.some((line) => line.trim() === marker)) marker += "_";
  const margin = " ".repeat(indent);
  return [
    indent > 0 ? `<<-${marker}` : `<<${marker}`,
    ...lines.map((line) => margin + line),
    margin + marker,
  ].join("\n");
}

function renderItems(items: readonly Value[], indent: number): string {
  if (items.length === 0) return "[]";
  const inner = " ".repeat(indent + 2);
  return `[\n${items.map((item) => `${inner}${render(item, indent + 2)},\n`).join("")}${" ".repeat(indent)}]`;
}

function renderFields(fields: ReadonlyMap<string, Value>, indent: number): string {
  if (fields.size === 0) return "{}";
  const inner = " ".repeat(indent + 2);
  const lines = Array.from(
    fields,
    ([k, v]) => `${inner}${renderText(k, indent + 2)} = ${render(v, indent + 2)}\n`,
  );
  return `{\n${lines.join("")}${" ".repeat(indent)}}`;
}
