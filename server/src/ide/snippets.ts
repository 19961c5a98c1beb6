/**
 * Text to insert with places to fill in, in the notation of the protocol: `$1`, `${2:text}`, `${3|a,b|}`, `$0` for the end.
 */
import type { FieldSchema } from "../intake/schema/blocks.ts";
import type { Type } from "../intake/type.ts";
import type { BlockForm, Form } from "./forms.ts";

/** Numbers the places of one snippet. */
export class Places {
  #last = 0;

  next(text = ""): string {
    this.#last++;
    return text === "" ? `$${this.#last}` : `\${${this.#last}:${escaped(text)}}`;
  }

  choice(values: readonly string[]): string {
    this.#last++;
    return `\${${this.#last}|${values.map((v) => escaped(v).replace(/[,|]/g, "\\$&")).join(",")}|}`;
  }
}

/** Text that stands for itself in a snippet. */
export const escaped = (text: string): string => text.replace(/[\\$}]/g, "\\$&");

/** The same without places: for clients that know no snippets. */
export const withoutPlaces = (snippet: string): string =>
  snippet
    .replace(/\$\{\d+\|([^,|}]*)[^}]*\}/g, "$1")
    .replace(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, "$1")
    .replace(/(^|[^\\])\$\d+/g, "$1")
    .replace(/\\([\\$}])/g, "$1");

/** A value to be written, with its quotes or brackets. */
export function valueSnippet(
  schema: Pick<FieldSchema, "type" | "values" | "holds" | "default">,
  places: Places,
): string {
  const { type, values, holds } = schema;
  if (holds === "addresses" || holds === "attributes") return `[${places.next()}]`;
  if (holds === "type" || holds === "address") return places.next();
  if (values) return `"${places.choice(values)}"`;
  return ofType(type, schema.default, places);
}

function ofType(type: Type, fallback: FieldSchema["default"], places: Places): string {
  switch (type.kind) {
    case "string":
      return `"${places.next(typeof fallback === "string" ? fallback : "")}"`;
    case "bool":
      return places.choice(fallback === true ? ["false", "true"] : ["true", "false"]);
    case "number":
      return places.next(typeof fallback === "number" ? String(fallback) : "");
    case "list":
    case "set":
    case "tuple": {
      const isText = type.kind !== "tuple" && type.element.kind === "string";
      return isText ? `["${places.next()}"]` : `[${places.next()}]`;
    }
    case "map":
    case "object":
      return `{\n  ${places.next()}\n}`;
    case "dynamic":
      return places.next();
  }
}

/** What a block's body begins with: whatever it cannot do without. Lines without margin; empty when there is nothing. */
export function requiredLines(
  form: Form,
  places: Places,
  isSet: (name: string) => boolean = () => false,
): string[] {
  const lines: { readonly name: string; readonly text: string }[] = [];
  for (const { schema } of form.fields) {
    if (schema.required && !isSet(schema.name))
      lines.push({ name: schema.name, text: `= ${valueSnippet(schema, places)}` });
  }
  const width = Math.max(0, ...lines.map((l) => l.name.length));
  const aligned = lines.map(({ name, text }) => `${name.padEnd(width)} ${text}`);
  for (const group of form.oneOf) {
    if (!group.some(isSet)) aligned.push(`${places.choice(group)} = ${places.next()}`);
  }
  return aligned;
}

/** From the brace on: `{ … }` with the body's beginning. */
export function bodySnippet(form: Form, places: Places): string {
  const lines = requiredLines(form, places);
  const inner = lines.length > 0 ? lines : ["$0"];
  return `{\n${inner.map((line) => `  ${line.replaceAll("\n", "\n  ")}\n`).join("")}}`;
}

/** A whole block: header, and what its body cannot do without. `labels` are those that are given. */
export function blockSnippet(block: BlockForm, labels: readonly string[] = []): string {
  const places = new Places();
  const header = block.labels.map((label, i) => {
    const given = labels[i];
    if (given !== undefined) return `"${escaped(given)}"`;
    return label.values && label.values.length > 0
      ? `"${places.choice(label.values)}"`
      : `"${places.next(label.placeholder.toLowerCase())}"`;
  });
  return [block.name, ...header, bodySnippet(block.form(labels), places)].join(" ");
}
