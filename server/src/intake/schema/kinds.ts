/**
 * The built-in kinds, as data: validation, completion, hover, documentation, the ActionList, the replace decision and the
 * daemon's policy all read this table. Order of attributes is the order of a step's arguments.
 */
import { numberValue } from "../number.ts";
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  optionalField,
  stringType,
} from "../type.ts";
import type { AttributeSchema, KindSchema } from "./schema.ts";

const name = (what: string): AttributeSchema => ({
  name: "name",
  type: stringType,
  description: `Name of the ${what}; the block's label when absent.`,
  emitted: "label",
  format: "name",
  replace: true,
  risk: "never",
});
const labels: AttributeSchema = {
  name: "labels",
  type: mapOf(stringType),
  description: "Labels to put on it.",
  risk: "approve",
};
const path = (what: string): AttributeSchema => ({
  name: "path",
  type: stringType,
  description: `Where the ${what} is, relative to the stack's folder or absolute.`,
  required: true,
  replace: true,
  risk: "never",
  format: "absolute-or-relative-path",
});
const mode = (fallback: string): AttributeSchema => ({
  name: "mode",
  type: stringType,
  description: "Permission bits in octal.",
  default: fallback,
  risk: "approve",
  format: "mode",
});
const env: AttributeSchema = {
  name: "env",
  type: mapOf(stringType),
  description: "Environment variables.",
  risk: "approve",
  aliases: ["environment"],
  keys: "variable",
};
const port = { min: 1, max: 65535 } as const;

const portAttributes: readonly AttributeSchema[] = [
  {
    name: "external",
    type: numberType,
    description: "Port on the host.",
    required: true,
    risk: "approve",
    range: port,
  },
  {
    name: "internal",
    type: numberType,
    description: "Port of the program.",
    required: true,
    risk: "approve",
    range: port,
  },
  {
    name: "protocol",
    type: stringType,
    description: "`tcp` or `udp`.",
    default: "tcp",
    values: ["tcp", "udp"],
    risk: "approve",
  },
  {
    name: "host_ip",
    type: stringType,
    description: "Address on the host to listen on; all when absent.",
    risk: "approve",
    format: "ip",
  },
];
const mountAttributes: readonly AttributeSchema[] = [
  {
    name: "source",
    type: stringType,
    description: "A folder, or a volume's name.",
    required: true,
    risk: "approve",
  },
  {
    name: "target",
    type: stringType,
    description: "Absolute path inside the container.",
    required: true,
    risk: "approve",
    format: "absolute-path",
  },
  { name: "read_only", type: boolType, description: "Mount it read-only.", default: false, risk: "approve" },
];
const loggingAttributes: readonly AttributeSchema[] = [
  { name: "driver", type: stringType, description: "The engine's log driver.", risk: "safe" },
  { name: "opts", type: mapOf(stringType), description: "Options of the driver.", risk: "safe" },
];
const resourcesAttributes: readonly AttributeSchema[] = [
  {
    name: "cpus",
    type: numberType,
    description: "Most processors it may use.",
    risk: "approve",
    positive: true,
  },
  {
    name: "memory",
    type: stringType,
    description: "Most memory it may use, such as `512m`.",
    risk: "approve",
    format: "size",
  },
];
const healthCheckAttributes: readonly AttributeSchema[] = [
  {
    name: "url",
    type: stringType,
    description: "Address to ask; from `path` and the first port when absent.",
    risk: "safe",
    format: "http-url",
  },
  {
    name: "path",
    type: stringType,
    description: "Path to ask on the service's first port.",
    default: "/",
    format: "url-path",
    risk: "safe",
  },
  {
    name: "expect_status",
    type: numberType,
    description: "Status that means healthy.",
    default: 200,
    risk: "safe",
    range: { min: 100, max: 599 },
  },
  {
    name: "interval",
    type: stringType,
    description: "Time between tries.",
    default: "1s",
    risk: "safe",
    format: "duration",
  },
  {
    name: "timeout",
    type: stringType,
    description: "Longest the whole check may take.",
    risk: "safe",
    format: "duration",
  },
  {
    name: "retries",
    type: numberType,
    description: "Tries before it counts as unhealthy.",
    default: 30,
    risk: "safe",
    range: { min: 0, max: 1000 },
  },
];

const objectType = (attributes: readonly AttributeSchema[]) =>
  objectOf(Object.fromEntries(attributes.map((a) => [a.name, a.required ? a.type : optionalField(a.type)])));

export const resourceKinds: readonly KindSchema[] = [
  {
    name: "repository",
    description: "A git repository, fetched into a folder of the stack.",
    attributes: [
      {
        name: "url",
        type: stringType,
        description: "What git clones: a URL or a path.",
        required: true,
        risk: "approve",
        replace: true,
        format: "git-url",
      },
      {
        name: "ref",
        type: stringType,
        description: "Branch, tag or commit; the remote's default branch when absent.",
        risk: "approve",
        format: "git-ref",
      },
      {
        name: "path",
        type: stringType,
        description: "Where the work tree is put.",
        default: ".clockwork/repos/NAME",
        fromAddress: true,
        replace: true,
        risk: "approve",
        format: "absolute-or-relative-path",
      },
      {
        name: "depth",
        type: numberType,
        description: "Commits of history to fetch; all when absent.",
        risk: "approve",
        range: { min: 1, max: 1_000_000 },
      },
      {
        name: "submodules",
        type: boolType,
        description: "Fetch submodules too.",
        default: false,
        risk: "approve",
      },
    ],
    outputs: [
      { name: "workdir", description: "Absolute path of the work tree.", follows: ["path"] },
      { name: "commit", description: "The commit that is checked out." },
    ],
    phase: "fetch",
    ensure: "fetch_repo",
    remove: { step: "remove_repo", args: ["url", "path"] },
    claims: [{ space: "path", attribute: "path" }],
  },
  {
    name: "image",
    description: "A container image, built from a folder.",
    attributes: [
      {
        name: "context",
        type: stringType,
        description: "Folder to build from.",
        required: true,
        risk: "approve",
        format: "absolute-or-relative-path",
        reads: "tree",
        tracks: true,
      },
      {
        name: "tags",
        type: listOf(stringType),
        description: "Names to give the image; the first is its `ref`.",
        required: true,
        replace: true,
        risk: "approve",
        format: "tag",
        filled: true,
      },
      {
        name: "dockerfile",
        type: stringType,
        description: "Path of the Dockerfile inside the context.",
        default: "Dockerfile",
        risk: "approve",
        format: "absolute-or-relative-path",
      },
      {
        name: "build_args",
        type: mapOf(stringType),
        description: "Build arguments.",
        risk: "approve",
        keys: "variable",
      },
      { name: "target", type: stringType, description: "Stage to build.", risk: "approve" },
      {
        name: "platform",
        type: stringType,
        description: "Platform to build for, such as `linux/amd64`.",
        risk: "approve",
        format: "platform",
      },
    ],
    outputs: [
      { name: "ref", description: "The first tag.", follows: ["tags"] },
      { name: "id", description: "The image's id.", common: true },
    ],
    phase: "build",
    ensure: "build_image",
    remove: { step: "remove_image", args: ["tags"] },
    claims: [{ space: "image", attribute: "tags" }],
  },
  ...(["network", "volume"] as const).map(
    (kind): KindSchema => ({
      name: kind,
      description:
        kind === "network" ? "A network of the container engine." : "A volume of the container engine.",
      attributes: [
        name(kind),
        {
          name: "driver",
          type: stringType,
          description: "The engine's driver for it.",
          replace: true,
          risk: "never",
        },
        { ...labels, replace: true },
      ],
      outputs: [
        {
          name: "id",
          description: `Name by which the engine knows the ${kind}.`,
          common: true,
          follows: ["name"],
        },
      ],
      phase: "ensure",
      ensure: `ensure_${kind}`,
      remove: { step: `remove_${kind}`, args: ["name"] },
      claims: [{ space: kind, attribute: "name" }],
    }),
  ),
  {
    name: "service",
    description: "A program that keeps running: a container (`image`) or a supervised process (`command`).",
    attributes: [
      name("service"),
      {
        name: "image",
        type: stringType,
        description: "Image to run on the container engine.",
        risk: "approve",
        format: "image",
        tracks: true,
      },
      {
        name: "command",
        type: listOf(stringType),
        description: "Program and arguments to run as a supervised background process.",
        risk: "approve",
        filled: true,
      },
      {
        name: "ports",
        type: listOf(objectType(portAttributes)),
        description: "Ports to publish.",
        risk: "approve",
        block: { name: "port", cardinality: "many", attributes: portAttributes },
      },
      env,
      {
        name: "mounts",
        type: listOf(objectType(mountAttributes)),
        description: "Folders and volumes to mount.",
        risk: "approve",
        block: { name: "mount", cardinality: "many", attributes: mountAttributes },
      },
      {
        name: "networks",
        type: listOf(stringType),
        description: "Networks to join.",
        risk: "approve",
        format: "name",
      },
      labels,
      {
        name: "user",
        type: stringType,
        description: "User to run as inside the container.",
        risk: "approve",
      },
      {
        name: "workdir",
        type: stringType,
        description: "Working folder: in the container, or of the process (the stack's folder when absent).",
        risk: "approve",
      },
      {
        name: "writes",
        type: listOf(stringType),
        description:
          "What the process may change beside the stack's folder and its workdir: folders, or `/` for anything.",
        risk: "approve",
        format: "absolute-or-relative-path",
        excludes: "image",
      },
      {
        name: "restart",
        type: stringType,
        description: "When to start it again after it ended.",
        default: "on-failure",
        values: ["no", "on-failure", "always", "unless-stopped"],
        risk: "safe",
      },
      {
        name: "privileged",
        type: boolType,
        description: "Give the container every right on the host.",
        default: false,
        risk: "approve",
      },
      {
        name: "logging",
        type: objectType(loggingAttributes),
        description: "How the engine keeps its logs.",
        risk: "safe",
        block: { name: "logging", cardinality: "one", attributes: loggingAttributes },
      },
      {
        name: "resources",
        type: objectType(resourcesAttributes),
        description: "Limits.",
        risk: "approve",
        block: { name: "resources", cardinality: "one", attributes: resourcesAttributes },
      },
      {
        name: "health_check",
        type: objectType(healthCheckAttributes),
        description:
          "An HTTP check that must pass once the service is up; its own step, `verify_http.NAME.health`.",
        risk: "safe",
        check: true,
        block: {
          name: "health_check",
          cardinality: "one",
          attributes: healthCheckAttributes,
        },
      },
    ],
    oneOf: [["image", "command"]],
    forms: ["image", "command"],
    outputs: [
      { name: "id", description: "Container id, or the process service's name.", common: true },
      { name: "host", description: "Host on which its ports are published.", follows: ["ports"] },
      {
        name: "port",
        description: "First published port.",
        type: numberType,
        needs: "ports",
        follows: ["ports"],
      },
      {
        name: "url",
        description: "`http://HOST:PORT` of the first published port.",
        needs: "ports",
        follows: ["ports"],
      },
    ],
    phase: "ensure",
    ensure: "ensure_service",
    remove: { step: "remove_service", args: ["name", "image", "command"] },
    claims: [
      { space: "service", attribute: "name" },
      { space: "port", attribute: "ports" },
    ],
  },
  {
    name: "file",
    description: "A file with a given content.",
    attributes: [
      path("file"),
      { name: "content", type: stringType, description: "The file's text.", risk: "approve" },
      {
        name: "source",
        type: stringType,
        description: "File of the stack to copy.",
        risk: "approve",
        format: "absolute-or-relative-path",
        reads: "file",
      },
      mode("0644"),
    ],
    oneOf: [["content", "source"]],
    outputs: [
      { name: "path", description: "Absolute path.", common: true, follows: ["path"] },
      { name: "sha256", description: "Hash of the content." },
    ],
    phase: "ensure",
    ensure: "ensure_file",
    remove: { step: "remove_file", args: ["path"] },
    claims: [{ space: "path", attribute: "path" }],
  },
  {
    name: "directory",
    description: "A folder.",
    attributes: [path("folder"), mode("0755")],
    outputs: [{ name: "path", description: "Absolute path.", common: true, follows: ["path"] }],
    phase: "ensure",
    ensure: "ensure_directory",
    remove: { step: "remove_directory", args: ["path"] },
    claims: [{ space: "path", attribute: "path" }],
  },
  {
    name: "task",
    description: "A command or script that runs once, and again when it or its triggers change.",
    attributes: [
      {
        name: "command",
        type: listOf(stringType),
        description: "Program and arguments.",
        risk: "approve",
        filled: true,
      },
      { name: "script", type: stringType, description: "Text of a bash script.", risk: "approve" },
      {
        name: "triggers",
        type: mapOf(dynamicType),
        description: "Values whose change runs it again.",
        risk: "approve",
      },
      {
        name: "creates",
        type: stringType,
        description: "A path it makes; when the path is gone the task runs again.",
        risk: "approve",
        format: "absolute-or-relative-path",
      },
      env,
      {
        name: "on_destroy",
        type: listOf(stringType),
        description: "Program and arguments to run when the task is removed.",
        risk: "never",
        filled: true,
      },
    ],
    oneOf: [["command", "script"]],
    outputs: [{ name: "stdout", description: "The last line it printed." }],
    phase: "ensure",
    ensure: "run_task",
    remove: { step: "run_task_destroy", args: ["on_destroy", "env"] },
    claims: [],
  },
];

const interval: AttributeSchema = {
  name: "interval",
  type: stringType,
  description: "Time between tries.",
  default: "1s",
  risk: "safe",
  format: "duration",
};
const check = (kind: string, description: string, attributes: readonly AttributeSchema[]): KindSchema => ({
  name: kind,
  description,
  attributes: [...attributes, interval],
  outputs: [],
  phase: "verify",
  ensure: `verify_${kind}`,
  claims: [],
});
const checkPath: AttributeSchema = {
  name: "path",
  type: stringType,
  description: "Path to look at.",
  required: true,
  risk: "approve",
  format: "absolute-or-relative-path",
};

/** Kinds of `verify` blocks. */
export const verifyKinds: readonly KindSchema[] = [
  check("http", "An HTTP request that must be answered.", [
    {
      name: "url",
      type: stringType,
      description: "Address to ask.",
      required: true,
      risk: "approve",
      format: "http-url",
    },
    {
      name: "expect_status",
      type: numberType,
      description: "Status it must answer with.",
      default: 200,
      emitted: numberValue(200),
      risk: "safe",
      range: { min: 100, max: 599 },
    },
    {
      name: "method",
      type: stringType,
      description: "Request method.",
      default: "GET",
      values: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      risk: "safe",
    },
    {
      name: "headers",
      type: mapOf(stringType),
      description: "Request headers.",
      risk: "safe",
      keys: "header",
    },
    { name: "body_contains", type: stringType, description: "Text the answer must contain.", risk: "safe" },
  ]),
  check("tcp", "A port that must accept connections.", [
    {
      name: "host",
      type: stringType,
      description: "Host to connect to.",
      required: true,
      risk: "approve",
      format: "hostname",
    },
    {
      name: "port",
      type: numberType,
      description: "Port to connect to.",
      required: true,
      risk: "approve",
      range: port,
    },
  ]),
  check("command", "A command that must end with an expected code.", [
    {
      name: "command",
      type: listOf(stringType),
      description: "Program and arguments.",
      required: true,
      risk: "approve",
      filled: true,
    },
    {
      name: "expect_exit",
      type: numberType,
      description: "Exit code it must end with.",
      default: 0,
      risk: "safe",
      range: { min: 0, max: 255 },
    },
  ]),
  check("file", "A file that must exist.", [
    checkPath,
    { name: "contains", type: stringType, description: "Text it must contain.", risk: "safe" },
    {
      name: "sha256",
      type: stringType,
      description: "Hash its content must have.",
      risk: "safe",
      format: "sha256",
    },
  ]),
  check("service", "A service that must be in a state.", [
    {
      name: "service",
      type: stringType,
      description: "The service's name.",
      required: true,
      risk: "approve",
    },
    {
      name: "state",
      type: stringType,
      description: "State it must be in.",
      default: "running",
      values: ["running", "stopped"],
      risk: "safe",
    },
  ]),
];

/** Attributes of every resource and verify block that are no argument of its step. */
export const metaAttributes: readonly AttributeSchema[] = [
  {
    name: "count",
    type: numberType,
    description: "How many instances there are: `count.index` counts them from 0.",
    risk: "approve",
  },
  {
    name: "for_each",
    type: dynamicType,
    description: "A map or a set of strings with an instance for each: `each.key`, `each.value`.",
    risk: "approve",
  },
  {
    name: "depends_on",
    type: dynamicType,
    description: "Addresses of what must come before.",
    risk: "approve",
  },
  {
    name: "timeout",
    type: stringType,
    description: "Longest run of a step, such as `30s` or `5m`.",
    risk: "safe",
    format: "duration",
  },
  {
    name: "retries",
    type: numberType,
    description: "How often a failed step is tried again.",
    default: 0,
    risk: "safe",
    range: { min: 0, max: 100 },
  },
];
