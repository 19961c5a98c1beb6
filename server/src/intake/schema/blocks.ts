/**
 * The blocks of the language itself, as data: completion, hover and documentation read this table. What a kind's blocks hold
 * stands in the table of kinds.
 */
import { boolType, dynamicType, listOf, numberType, stringType } from "../type.ts";
import { type AttributeSchema, networkReaches, scriptLanguages, scriptRoles, secretWays } from "./schema.ts";

/** An attribute of a block of the language. */
export interface FieldSchema
  extends Pick<
    AttributeSchema,
    "name" | "type" | "description" | "required" | "default" | "values" | "format"
  > {
  /** What is written there, where it is no ordinary expression. */
  readonly holds?: Holds;
}

export type Holds =
  /** A type: `list(string)`. */
  | "type"
  /** The address of a resource or module, which may be gone: `moved.from`. */
  | "address"
  /** A list of addresses: `depends_on`. */
  | "addresses"
  /** A list of attributes of the block around. */
  | "attributes"
  /** A folder of the stack: `"./network"`. */
  | "folder";

export interface LabelSchema {
  /** As a header shows it: `NAME`. */
  readonly placeholder: string;
  readonly values?: readonly string[];
}

export interface BlockSchema {
  readonly name: string;
  /** Markdown, one or two sentences. */
  readonly description: string;
  readonly labels: readonly LabelSchema[];
  readonly fields: readonly FieldSchema[];
  readonly blocks: readonly BlockSchema[];
  /** At most one of them in a body. */
  readonly once?: true;
}

const name: LabelSchema = { placeholder: "NAME" };
const kind: LabelSchema = { placeholder: "KIND" };

const field = (
  name: string,
  type: FieldSchema["type"],
  description: string,
  more: Partial<FieldSchema> = {},
): FieldSchema => ({ name, type, description, ...more });

const block = (
  name: string,
  description: string,
  more: Partial<Omit<BlockSchema, "name" | "description">> = {},
): BlockSchema => ({ name, description, labels: [], fields: [], blocks: [], ...more });

const description = field("description", stringType, "What it is for, in a sentence.");
const dependsOn = field("depends_on", dynamicType, "Addresses of what must come before.", {
  holds: "addresses",
});

const condition = (name: string, about: string): BlockSchema =>
  block(name, about, {
    fields: [
      field("condition", boolType, "Must be true.", { required: true }),
      field("error_message", stringType, "What is told when it is not true.", { required: true }),
    ],
  });

/** Of resource blocks. */
export const lifecycleBlock = block("lifecycle", "What protects a resource, and which changes count.", {
  once: true,
  fields: [
    field("prevent_destroy", boolType, "A plan that would remove the resource is an error.", {
      default: false,
    }),
    field("ignore_changes", dynamicType, "Attributes whose changes are left alone; `all` for every one.", {
      holds: "attributes",
    }),
    field(
      "replace_triggered_by",
      dynamicType,
      "Resources, or attributes of them, whose change replaces this one.",
      { holds: "addresses" },
    ),
  ],
});

/** Stands for nested blocks of any name. */
export const dynamicBlock = block("dynamic", "Makes a nested block for each item of a collection.", {
  labels: [{ placeholder: "BLOCK" }],
  fields: [
    field("for_each", dynamicType, "The collection: a list, set, map or object.", { required: true }),
    field("iterator", stringType, "The name of the present item in `content`; the block's name when absent."),
  ],
  blocks: [block("content", "What each of the blocks holds.", { once: true })],
});

const clockworkBlock = block("clockwork", "Settings of the stack itself.", {
  once: true,
  fields: [
    field("required_version", stringType, 'Versions of Clockwork that the stack works with: `">= 0.1"`.'),
  ],
  blocks: [
    block("state", "Where the state is kept: in `.clockwork/state.json`.", { once: true }),
    block("agent", "What writes the scripts that no template covers.", {
      once: true,
      fields: [
        field("compiler", stringType, "Who compiles steps.", { values: ["builtin", "anthropic", "editor"] }),
        field("model", stringType, "The model to ask."),
      ],
      blocks: [
        block("limits", "What one command may cost.", {
          once: true,
          fields: [
            field("calls", numberType, "Most calls to the model in one command."),
            field("tokens", numberType, "Most tokens of all calls in one command."),
          ],
        }),
      ],
    }),
    block("daemon", "What the daemon may do by itself; a stack can only make it more careful.", {
      once: true,
      fields: [
        field("interval", stringType, "Time between two looks.", { format: "duration" }),
        field("fixes_per_hour", numberType, "Most repairs in an hour, at most 2."),
        field("cooldown", stringType, "Time to leave a resource alone after a repair, at least 10m.", {
          format: "duration",
        }),
      ],
    }),
  ],
});

const kindBlock = block("kind", "A kind of resource of your own.", {
  labels: [name],
  fields: [
    description,
    field("guide", stringType, "What the compiler's agent is told to write, where there is no script."),
  ],
  blocks: [
    block("attribute", "An attribute of resources of this kind.", {
      labels: [name],
      fields: [
        field("type", dynamicType, "Its type; `any` when absent.", { holds: "type" }),
        field("required", boolType, "Every resource must set it.", { default: false }),
        field("default", dynamicType, "What it is when it is not set."),
        description,
        field("sensitive", boolType, "Its value is shown nowhere.", { default: false }),
        field("replace", boolType, "A change of it removes the resource and makes it anew.", {
          default: false,
        }),
      ],
    }),
    block("output", "A value that the kind's `ensure` script gives.", {
      labels: [name],
      fields: [
        field("type", dynamicType, "`string` when absent, or `number` or `bool`.", { holds: "type" }),
        description,
      ],
    }),
    block("script", "A script of the kind: then no agent has to write it.", {
      labels: [{ placeholder: "ROLE", values: scriptRoles }],
      fields: [
        field("lang", stringType, "Its language.", { required: true, values: scriptLanguages }),
        field("content", stringType, "Its text.", { required: true }),
      ],
    }),
    block("capabilities", "What the scripts may do. What is not declared is not granted.", {
      once: true,
      fields: [
        field("network", stringType, "How far they may reach.", { values: networkReaches, default: "none" }),
        field("writes", listOf(stringType), "Paths they may write."),
        field("engine", boolType, "They may use the container engine, which is root on the host.", {
          default: false,
        }),
        field(
          "secrets",
          stringType,
          "How they get sensitive values: the path of a file in NAME_FILE, or the value in NAME.",
          { values: secretWays, default: "file" },
        ),
      ],
    }),
  ],
});

/** What stands at the top level of a `.cw` file. `resource` and `verify` blocks hold what their kind has. */
export const topBlocks: readonly BlockSchema[] = [
  block("resource", "Something that is to exist: the plan makes, changes and removes it.", {
    labels: [kind, name],
    blocks: [lifecycleBlock],
  }),
  block("variable", "A value that is given from outside: `var.NAME`.", {
    labels: [name],
    fields: [
      field("type", dynamicType, "Its type: values are converted to it.", { holds: "type" }),
      field("default", dynamicType, "Its value when none is given; without it, one must be."),
      description,
      field("sensitive", boolType, "Its value is shown nowhere.", { default: false }),
      field("nullable", boolType, "Null is a value it can have.", { default: true }),
      field("ephemeral", boolType, "Its value is stored nowhere; as `sensitive`.", { default: false }),
    ],
    blocks: [condition("validation", "What must be true of the variable's value.")],
  }),
  block("locals", "Values of your own: `local.NAME`."),
  block("output", "A value to show when the plan has run, or that a module hands on.", {
    labels: [name],
    fields: [
      field("value", dynamicType, "The value.", { required: true }),
      description,
      field("sensitive", boolType, "Its value is shown nowhere.", { default: false }),
      dependsOn,
      field("ephemeral", boolType, "Its value is stored nowhere; as `sensitive`.", { default: false }),
    ],
    blocks: [condition("precondition", "What must be true for the output to have its value.")],
  }),
  block("verify", "A check that is run when what it waits for has changed.", { labels: [kind, name] }),
  block("module", "Another folder of blocks, used here; its variables are attributes.", {
    labels: [name],
    fields: [
      field("source", stringType, 'The folder, relative to this file: `"./network"`.', {
        required: true,
        holds: "folder",
      }),
      field("count", numberType, "How many instances there are: `count.index` counts them from 0."),
      field("for_each", dynamicType, "A map or a set of strings with an instance for each."),
      dependsOn,
    ],
  }),
  kindBlock,
  block("moved", "What stood under another address before: it is kept, not made anew.", {
    fields: [
      field("from", dynamicType, "The former address.", { required: true, holds: "address" }),
      field("to", dynamicType, "The address of now.", { required: true, holds: "address" }),
    ],
  }),
  block("removed", "What is no longer in the files: it goes, or is left alone and forgotten.", {
    fields: [field("from", dynamicType, "Its former address.", { required: true, holds: "address" })],
    blocks: [
      block("lifecycle", "What becomes of it.", {
        once: true,
        fields: [
          field("destroy", boolType, "False leaves the thing alone and only forgets it.", { required: true }),
        ],
      }),
    ],
  }),
  clockworkBlock,
];
