/** Strings with `${}` and `%{}`. */
import type { Template, TemplateFor, TemplateIf, TemplatePart } from "../syntax/ast.ts";
import { type Context, enter, fail, leave, type Run } from "./context.ts";
import { convert, describeProblem } from "./convert.ts";
import { elementsOf } from "./elements.ts";
import { maxText } from "./limits.ts";
import { toCondition } from "./operators.ts";
import { stringType } from "./type.ts";
import type { RuntimeReference, Value } from "./value.ts";
import { markIf, stringValue, unknownOf } from "./values.ts";

/** A string being put together. */
interface Output {
  /** Text since the last of `parts`. */
  text: string;
  /** What came before `text`; absent as long as everything is known. */
  parts: (string | RuntimeReference)[] | undefined;
  /** Something unknown is in it that has no parts itself. */
  vague: boolean;
  sensitive: boolean;
  length: number;
}

export function evaluateTemplate(node: Template, context: Context, run: Run): Value {
  const { parts } = node;
  const [only] = parts;
  if (!only) return stringValue("");
  if (parts.length === 1) {
    if (only.type === "literal") return stringValue(only.value);
    // One interpolation alone is its expression's value, whatever its type.
    if (only.type === "interpolation") return run(only.expression, context);
  }
  const output: Output = { text: "", parts: undefined, vague: false, sensitive: false, length: 0 };
  const before = context.failures;
  append(parts, output, context, run);
  if (output.length > maxText) {
    return fail(context, "invalid-expression", "The string has more than 8 million characters", node);
  }
  return context.failures > before ? unknownOf(stringType) : markIf(output.sensitive, finish(output));
}

function finish(output: Output): Value {
  if (output.vague) return unknownOf(stringType);
  if (!output.parts) return stringValue(output.text);
  const parts = output.text === "" ? output.parts : [...output.parts, output.text];
  return { kind: "unknown", type: stringType, parts };
}

function append(parts: readonly TemplatePart[], output: Output, context: Context, run: Run): void {
  for (const part of parts) {
    if (output.length > maxText) return;
    switch (part.type) {
      case "literal":
        output.text += part.value;
        output.length += part.value.length;
        break;
      case "interpolation":
        appendValue(run(part.expression, context), part, output, context);
        break;
      case "if":
      case "for":
        if (!enter(context, part)) return;
        if (part.type === "if") appendIf(part, output, context, run);
        else appendFor(part, output, context, run);
        leave(context);
        break;
    }
  }
}

function appendValue(value: Value, part: TemplatePart, output: Output, context: Context): void {
  if (value.sensitive) output.sensitive = true;
  if (value.kind === "null") {
    fail(context, "invalid-expression", "A null value cannot be part of a string", part);
    return;
  }
  const text = value.kind === "string" ? value : convert(value, stringType);
  if (text.kind === "problem") {
    fail(context, "invalid-expression", `Part of a string: ${describeProblem(text)}`, part);
  } else if (text.kind === "string") {
    output.text += text.value;
    output.length += text.value.length;
  } else if (text.kind === "unknown" && text.parts) appendParts(text.parts, output);
  else output.vague = true;
}

function appendParts(parts: readonly (string | RuntimeReference)[], output: Output): void {
  output.parts ??= [];
  for (const part of parts) {
    if (typeof part === "string") output.text += part;
    else {
      if (output.text !== "") output.parts.push(output.text);
      output.parts.push(part);
      output.text = "";
    }
  }
}

function appendIf(part: TemplateIf, output: Output, context: Context, run: Run): void {
  const condition = toCondition(context, run(part.condition, context), part.condition);
  if (!condition) return;
  if (condition.sensitive) output.sensitive = true;
  if (condition.kind === "bool") {
    append(condition.value ? part.then : part.otherwise, output, context, run);
    appendSilently(condition.value ? part.otherwise : part.then, output, context, run);
    return;
  }
  output.vague = true;
  append(part.then, { ...output }, context, run);
  append(part.otherwise, { ...output }, context, run);
}

/** The branch not taken may still make the string sensitive, as in a conditional. */
function appendSilently(parts: readonly TemplatePart[], output: Output, context: Context, run: Run): void {
  if (parts.every((part) => part.type === "literal")) return;
  const { muted, failures } = context;
  context.muted = true;
  const other: Output = { ...output, parts: undefined };
  append(parts, other, context, run);
  if (other.sensitive) output.sensitive = true;
  context.muted = muted;
  context.failures = failures;
}

function appendFor(part: TemplateFor, output: Output, context: Context, run: Run): void {
  const collection = run(part.collection, context);
  if (collection.sensitive) output.sensitive = true;
  const elements = elementsOf(context, collection, part.collection);
  if (!elements) {
    output.vague = true;
    return;
  }
  const outer = context.frame;
  const before = context.failures;
  for (const { key, value } of elements) {
    context.frame = part.key ? { name: part.key.name, value: key, parent: outer } : outer;
    context.frame = { name: part.value.name, value, parent: context.frame };
    append(part.body, output, context, run);
    // One report of what is wrong with every element is enough.
    if (context.failures > before || output.length > maxText) break;
  }
  context.frame = outer;
}
