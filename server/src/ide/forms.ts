/**
 * What bodies of blocks can hold, by the blocks around: one view of the table of kinds, of the table of the language's own
 * blocks and of what modules declare.
 */
import type { Folder } from "../intake/folder.ts";
import {
  type BlockSchema,
  dynamicBlock,
  type FieldSchema,
  type LabelSchema,
  lifecycleBlock,
  topBlocks,
} from "../intake/schema/blocks.ts";
import { metaAttributes } from "../intake/schema/kinds.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { AttributeSchema, KindSchema } from "../intake/schema/schema.ts";
import type { Frame } from "./cursor.ts";
import type { Topic } from "./topic.ts";

/** An attribute that a body can hold. */
export interface Field {
  readonly schema: FieldSchema;
  readonly topic: Topic;
  /** Other names for it. */
  readonly aliases: readonly string[];
  /** Every resource has it. */
  readonly isMeta: boolean;
  /** The nested blocks that it can be written as. */
  readonly block?: string;
  readonly reads?: AttributeSchema["reads"];
}

/** A type of nested, or top-level, blocks. */
export interface BlockForm {
  readonly name: string;
  readonly labels: readonly LabelSchema[];
  readonly topic: Topic;
  readonly once: boolean;
  readonly form: (labels: readonly string[]) => Form;
}

export interface Form {
  readonly fields: readonly Field[];
  readonly blocks: readonly BlockForm[];
  /** One of each of these is needed. */
  readonly oneOf: readonly (readonly string[])[];
  /** Any name can be set: a `locals` block. */
  readonly isOpen: boolean;
  readonly kind?: KindSchema;
}

export const noForm: Form = { fields: [], blocks: [], oneOf: [], isOpen: false };

/** Where forms come from. */
export interface FormSource {
  readonly kinds: Kinds;
  readonly folder: Folder;
  /** The folder of a module block, by its name, which may be half typed. */
  readonly moduleFolder: (name: string) => Folder | undefined;
}

/** Of the innermost body around a place. */
export function formAt(source: FormSource, frames: readonly Frame[]): Form {
  let form = topForm(source);
  for (const frame of frames) {
    if (frame.type !== "body" || !frame.header) continue;
    const { keyword, labels } = frame.header;
    form = form.blocks.find((b) => b.name === keyword)?.form(labels) ?? noForm;
  }
  return form;
}

/** Of a `.cw` file. */
export function topForm(source: FormSource): Form {
  return { ...noForm, blocks: topBlocks.map((schema) => topBlock(source, schema)) };
}

/** Of a `.cwvars` file: the variables of the stack. */
export function valuesForm(folder: Folder): Form {
  return { ...noForm, fields: variableFields(folder) };
}

function topBlock(source: FormSource, schema: BlockSchema): BlockForm {
  const plain = blockForm(schema, []);
  switch (schema.name) {
    case "resource":
      return { ...plain, form: ([name = ""]) => kindForm(source.kinds.resources.get(name), false) };
    case "verify":
      return { ...plain, form: ([name = ""]) => kindForm(source.kinds.verifies.get(name), true) };
    case "locals":
      return { ...plain, form: () => ({ ...noForm, isOpen: true }) };
    case "module":
      return {
        ...plain,
        form: (labels) => {
          const inner = source.moduleFolder(labels[0] ?? "");
          const own = plain.form(labels);
          const fields = own.fields.map((f) => ({ ...f, isMeta: f.schema.name !== "source" }));
          return { ...own, fields: [...fields, ...(inner ? variableFields(inner) : [])] };
        },
      };
    default:
      return plain;
  }
}

function blockForm(schema: BlockSchema, above: readonly string[]): BlockForm {
  const path = [...above, schema.name];
  return {
    name: schema.name,
    labels: schema.labels,
    topic: { kind: "block", path },
    once: schema.once === true,
    form: () => ({
      ...noForm,
      fields: schema.fields.map((field) => ({
        schema: field,
        topic: { kind: "field", path, name: field.name },
        aliases: [],
        isMeta: false,
      })),
      blocks: schema.blocks.map((inner) => blockForm(inner, path)),
    }),
  };
}

function kindForm(kind: KindSchema | undefined, verify: boolean): Form {
  const meta = metaAttributes.map(
    (schema): Field => ({
      schema: metaSchema(schema),
      topic: { kind: "meta", name: schema.name },
      aliases: [],
      isMeta: true,
    }),
  );
  if (!kind) return { ...noForm, fields: meta };
  const topic = (name: string, block?: string): Topic => ({
    kind: "attribute",
    of: kind.name,
    verify,
    ...(block !== undefined && { block }),
    name,
  });
  const nested = kind.attributes.flatMap((a) => (a.block ? [nestedForm(a, topic)] : []));
  const dynamic = nested.length > 0 ? [dynamicForm(nested)] : [];
  return {
    fields: [...kind.attributes.map((a) => fieldOf(a, topic(a.name))), ...meta],
    blocks: [...nested, ...dynamic, ...(verify ? [] : [blockForm(lifecycleBlock, ["resource"])])],
    oneOf: kind.oneOf ?? [],
    isOpen: false,
    kind,
  };
}

/** `depends_on` holds no value. */
export function metaSchema(schema: AttributeSchema): FieldSchema {
  return schema.name === "depends_on" ? { ...schema, holds: "addresses" } : schema;
}

function fieldOf(schema: AttributeSchema, topic: Topic): Field {
  const { aliases = [], block, reads } = schema;
  return {
    schema,
    topic,
    aliases,
    isMeta: false,
    ...(block && { block: block.name }),
    ...(reads && { reads }),
  };
}

function nestedForm(attribute: AttributeSchema, topic: (name: string, block?: string) => Topic): BlockForm {
  const { name = "", attributes = [], cardinality } = attribute.block ?? {};
  return {
    name,
    labels: [],
    topic: topic(attribute.name),
    once: cardinality === "one",
    form: () => ({ ...noForm, fields: attributes.map((a) => fieldOf(a, topic(a.name, name))) }),
  };
}

/** Its `content` holds what the block of its label holds. */
function dynamicForm(nested: readonly BlockForm[]): BlockForm {
  const plain = blockForm(dynamicBlock, ["resource"]);
  const values = nested.map((n) => n.name);
  return {
    ...plain,
    labels: plain.labels.map((label) => ({ ...label, values })),
    form: ([label = ""]) => {
      const own = plain.form([]);
      const inner = nested.find((n) => n.name === label);
      return { ...own, blocks: own.blocks.map((b) => ({ ...b, form: () => inner?.form([]) ?? noForm })) };
    },
  };
}

function variableFields(folder: Folder): Field[] {
  return [...folder.variables.values()].map((variable) => ({
    schema: {
      name: variable.name,
      type: variable.type,
      description: variable.description ?? "",
      ...(!variable.default && { required: true }),
    },
    topic: { kind: "variable", folder: folder.path, name: variable.name },
    aliases: [],
    isMeta: false,
  }));
}
