/** The labelled blocks of a `kind` block: attributes, outputs, scripts. */
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Block, Label } from "../syntax/ast.ts";
import type { KindReader } from "./kind-reader.ts";
import {
  type AttributeSchema,
  type KindScript,
  type OutputSchema,
  scriptLanguages,
  scriptRoles,
} from "./schema/schema.ts";
import { valueToJson } from "./to-json.ts";
import { dynamicType, stringType, type Type } from "./type.ts";
import { typeFromExpression } from "./type-expression.ts";
import { markIf } from "./values.ts";

/** What every resource block has beside its kind's attributes. */
const metaNames: ReadonlySet<string> = new Set(
  "depends_on count for_each provider lifecycle timeout retries dynamic connection provisioner".split(" "),
);
/** Names become environment variables: these are the characters that tell two of them apart there. */
const partName = /^[a-z][a-z0-9_]{0,39}$/;
/** Whether an attribute or output of a kind may be called so. */
export const isPartName = (name: string): boolean => partName.test(name) && !metaNames.has(name);
const nameHint = "It begins with a small letter and has small letters, digits and underscores, at most 40.";

const attributeFields = ["type", "required", "default", "description", "sensitive", "replace"];

export function readAttribute(reader: KindReader, block: Block, label: Label): AttributeSchema | undefined {
  const name = label.value;
  if (!partName.test(name))
    return void reader.badLabel(label, `"${name}" is no name for an attribute`, nameHint);
  if (metaNames.has(name)) {
    const hint = "Every resource block has it already.";
    return void reader.badLabel(label, `An attribute cannot be called "${name}"`, hint);
  }
  const { attributes } = reader.fields(block.body, { attributes: attributeFields }, "An attribute block");
  const typed = attributes.get("type");
  const type = typed ? typeFromExpression(typed.value, reader.origin, reader.report) : dynamicType;
  const required = reader.flag(attributes.get("required"));
  const sensitive = reader.flag(attributes.get("sensitive"));
  const fallback = attributes.get("default");
  const value = reader.value(fallback, type);
  if (required && fallback) {
    reader.refuse(fallback, "what is required has no default", "Remove one of the two.");
  }
  return {
    name,
    type,
    description: reader.text(attributes.get("description")) ?? "",
    risk: "approve",
    ...(required && { required }),
    ...(value && { default: valueToJson(value), emitted: markIf(sensitive, value) }),
    ...(sensitive && { sensitive }),
    ...(reader.flag(attributes.get("replace")) && { replace: true }),
  };
}

/** A value is carried as the text of a variable, so that it can be no more than a primitive. */
const outputTypes: readonly Type["kind"][] = ["string", "number", "bool"];

export function readOutput(reader: KindReader, block: Block, label: Label): OutputSchema | undefined {
  const name = label.value;
  if (!partName.test(name))
    return void reader.badLabel(label, `"${name}" is no name for an output`, nameHint);
  const { attributes } = reader.fields(
    block.body,
    { attributes: ["type", "description"] },
    "An output block",
  );
  const typed = attributes.get("type");
  const { length } = reader.problems;
  const type = typed ? typeFromExpression(typed.value, reader.origin, reader.report) : stringType;
  if (typed && reader.problems.length === length && !outputTypes.includes(type.kind)) {
    const hint = "Use string, and encode what has parts: jsondecode(…) reads it.";
    reader.refuse(typed, "an output is a string, number or bool", hint);
  }
  return { name, description: reader.text(attributes.get("description")) ?? "", type, common: true };
}

export function readScript(reader: KindReader, block: Block, label: Label): KindScript | undefined {
  if (!scriptRoles.some((role) => role === label.value)) {
    const known = scriptRoles.map((r) => `"${r}"`).join(", ");
    const hint = didYouMean(label.value, scriptRoles) ?? `There are: ${known}.`;
    return void reader.badLabel(label, `A kind has no script "${label.value}"`, hint);
  }
  const { attributes, meant } = reader.fields(
    block.body,
    { attributes: ["lang", "content"] },
    "A script block",
  );
  const lang = readLanguage(reader, block, attributes.get("lang"), meant);
  const content = attributes.get("content");
  if (!content) reader.missing(block, "script", "content", meant, "content: The script's text.");
  const text = reader.text(content);
  if (content && text?.trim() === "") reader.refuse(content, "the script is empty");
  return lang && text !== undefined ? { lang, content: text.replaceAll("\r\n", "\n") } : undefined;
}

function readLanguage(
  reader: KindReader,
  block: Block,
  attribute: Parameters<KindReader["text"]>[0],
  meant: ReadonlySet<string>,
): KindScript["lang"] | undefined {
  const known = `One of ${scriptLanguages.map((l) => `"${l}"`).join(", ")}.`;
  if (!attribute) return void reader.missing(block, "script", "lang", meant, `lang: ${known}`);
  const text = reader.text(attribute);
  const lang = scriptLanguages.find((l) => l === text);
  if (text !== undefined && !lang) {
    reader.refuse(
      attribute,
      `${JSON.stringify(text)} is no language of scripts`,
      didYouMean(text, scriptLanguages) ?? known,
    );
  }
  return lang;
}
