/** The documentation of a name, in Markdown: what completion tells of an item and hover of a place. */
import type { Folder } from "../intake/folder.ts";
import { callText, type FunctionSignature, type ParameterSignature } from "../intake/functions/signatures.ts";
import {
  type BlockSchema,
  dynamicBlock,
  type FieldSchema,
  lifecycleBlock,
  topBlocks,
} from "../intake/schema/blocks.ts";
import { metaAttributes } from "../intake/schema/kinds.ts";
import type { AttributeSchema, KindSchema } from "../intake/schema/schema.ts";
import { describeType } from "../intake/type.ts";
import { declarationText } from "./document-declaration.ts";
import { signatures } from "./expected.ts";
import { metaSchema } from "./forms.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Topic } from "./topic.ts";
import { words } from "./words.ts";

/** Undefined where there is nothing to say. */
export function document(snapshot: Snapshot, topic: Topic): string | undefined {
  switch (topic.kind) {
    case "block": {
      const block = blockAt(topic.path);
      return block && blockText(block);
    }
    case "field": {
      const field = blockAt(topic.path)?.fields.find((f) => f.name === topic.name);
      return field && attributeText(field);
    }
    case "kind": {
      const kind = kindNamed(snapshot, topic.name, topic.verify);
      return kind && kindText(kind, topic.verify);
    }
    case "attribute": {
      const all = kindNamed(snapshot, topic.of, topic.verify)?.attributes;
      const outer =
        topic.block === undefined ? all : all?.find((a) => a.block?.name === topic.block)?.block?.attributes;
      const attribute = outer?.find((a) => a.name === topic.name);
      return attribute && attributeText(attribute);
    }
    case "made": {
      const output = kindNamed(snapshot, topic.of, false)?.outputs.find((o) => o.name === topic.name);
      return (
        output &&
        lines(
          code(`${output.name}: ${describeType(output.type ?? { kind: "string" })}`),
          output.description,
          `Made by ${topic.of}.`,
        )
      );
    }
    case "meta": {
      const attribute = metaAttributes.find((a) => a.name === topic.name);
      return attribute && attributeText(metaSchema(attribute));
    }
    case "function": {
      const signature = signatures.get(topic.name);
      return signature && functionText(signature);
    }
    case "word":
      return words[topic.name];
    default: {
      const folder = folderAt(snapshot, topic.folder);
      return folder && declarationText(snapshot, folder, topic);
    }
  }
}

export function folderAt({ folders }: Snapshot, path: string): Folder | undefined {
  return folders.find((f) => f.path === path);
}

/** Paragraphs, without the empty ones. */
export const lines = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((p) => p !== undefined && p !== false && p !== "").join("\n\n");

export const code = (text: string): string => `\`\`\`clockwork\n${text}\n\`\`\``;

function blockAt(path: readonly string[]): BlockSchema | undefined {
  const [first, ...rest] = path;
  let block = topBlocks.find((b) => b.name === first);
  for (const name of rest) {
    const inner: readonly BlockSchema[] =
      block?.name === "resource" ? [lifecycleBlock, dynamicBlock] : (block?.blocks ?? []);
    block = inner.find((b) => b.name === name);
  }
  return block;
}

function blockText({ name, labels, description }: BlockSchema): string {
  return lines(code([name, ...labels.map((l) => `"${l.placeholder}"`), "{ … }"].join(" ")), description);
}

function kindNamed({ ir: { kinds } }: Snapshot, name: string, verify: boolean): KindSchema | undefined {
  return (verify ? kinds.verifies : kinds.resources).get(name);
}

function kindText(kind: KindSchema, verify: boolean): string {
  const required = kind.attributes.filter((a) => a.required).map((a) => `\`${a.name}\``);
  const groups = (kind.oneOf ?? []).map((g) => g.map((n) => `\`${n}\``).join(" or "));
  const outputs = kind.outputs.map((o) => `\`${o.name}\``);
  return lines(
    code(`${verify ? "verify" : "resource"} "${kind.name}" "NAME" { … }`),
    kind.description,
    required.length + groups.length > 0 && `Needs ${[...required, ...groups].join(", ")}.`,
    outputs.length > 0 && `Gives ${outputs.join(", ")}.`,
    kind.own && "A kind of this stack.",
  );
}

/** Of a kind's attribute also what a change of it does. */
export function attributeText(schema: FieldSchema | AttributeSchema): string {
  const facts = [
    schema.required ? "Required." : undefined,
    schema.default !== undefined ? `Default: \`${JSON.stringify(schema.default)}\`.` : undefined,
    schema.values && `One of ${schema.values.map((v) => `\`"${v}"\``).join(", ")}.`,
    "range" in schema && schema.range ? `From ${schema.range.min} to ${schema.range.max}.` : undefined,
    "replace" in schema && schema.replace ? "A change of it replaces the resource." : undefined,
    "sensitive" in schema && schema.sensitive ? "Its value is shown nowhere." : undefined,
    "risk" in schema ? riskText[schema.risk] : undefined,
  ].filter((f) => f !== undefined);
  const type = "holds" in schema && schema.holds ? heldText[schema.holds] : describeType(schema.type);
  return lines(code(`${schema.name}: ${type}`), schema.description, facts.join(" "));
}

const heldText = {
  type: "a type",
  address: "an address",
  addresses: "a list of addresses",
  attributes: "a list of attributes",
  folder: "a folder",
} as const;

const riskText = {
  safe: undefined,
  approve: "The daemon asks before it changes this.",
  never: "The daemon never changes this.",
} as const;

export function functionText(signature: FunctionSignature): string {
  const { parameters, variadic, result, description, instead } = signature;
  const all = [...parameters, ...(variadic ? [variadic] : [])];
  return lines(
    code(`${callText(signature)}${result === "" ? "" : ` → ${result}`}`),
    description,
    instead,
    all.map(parameterText).join("\n"),
  );
}

const parameterText = ({ name, type, description, nullable }: ParameterSignature): string =>
  `- \`${name}\`: \`${type}\`${nullable ? " or null" : ""}${description === undefined ? "" : `; ${description}`}`;
