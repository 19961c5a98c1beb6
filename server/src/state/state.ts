import * as z from "zod/mini";
import { networkReaches, scriptLanguages, secretWays } from "../intake/schema/schema.ts";
import type { Json } from "../intake/value.ts";

const json: z.ZodMiniType<Json> = z.json() as z.ZodMiniType<Json>;
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** What the last runs of a step did. `artifacts` are those that ran successfully, by path. */
const stepRecord = z.strictObject({
  fingerprint: sha256,
  artifacts: z.record(z.string(), sha256),
});

const script = z.strictObject({ lang: z.enum(scriptLanguages), content: z.string() });

/** What is remembered of the kind of a resource that the stack defines itself, so that it can be removed without the block. */
const definition = z.strictObject({
  /** Of the script that made the resource, or of what the compiler was told to write. */
  made: sha256,
  /** The script that removes it; null where there is nothing to run, absent where the compiler writes one. */
  remove: z.optional(z.nullable(script)),
  /** The script that looks at it. */
  observe: z.optional(script),
  capabilities: z.strictObject({
    network: z.enum(networkReaches),
    writes: z.array(z.string()),
    engine: z.boolean(),
    secrets: z.enum(secretWays),
  }),
});
export type DefinitionRecord = Readonly<z.infer<typeof definition>>;

const resourceRecord = z.strictObject({
  kind: z.string(),
  name: z.string(),
  /** The attributes that were applied; run-time values as `{"$ref": "repository.app.workdir"}`, parts of strings as `{"$template": […]}`. */
  inputs: z.record(z.string(), json),
  /** Hashes of local files and folders that attributes name, by attribute. */
  sources: z.optional(z.record(z.string(), sha256)),
  /** What the step was given when it ran, by environment name: values that the core evaluated, run-time values, and those that show what it was made from. */
  computed: z.optional(z.record(z.string(), z.string())),
  /** Of a kind that the stack defines itself. */
  definition: z.optional(definition),
  /** Defaults that followed from an address the thing no longer has, by attribute. */
  kept: z.optional(z.record(z.string(), z.string())),
  outputs: z.record(z.string(), z.string()),
  dependsOn: z.array(z.string()),
  steps: z.record(z.string(), stepRecord),
  /** `tainted`: a step of it was started and did not succeed. `unknown`: a step of it was cut off. */
  status: z.enum(["ok", "tainted", "unknown"]),
});
export type ResourceRecord = Readonly<z.infer<typeof resourceRecord>>;

const verifyRecord = z.strictObject({
  fingerprint: sha256,
  artifacts: z.record(z.string(), sha256),
  status: z.enum(["ok", "failed"]),
});
export type VerifyRecord = Readonly<z.infer<typeof verifyRecord>>;

/** What becomes other in a state, by address; null is what goes. */
export const stateChange = z.strictObject({
  resources: z.record(z.string(), z.nullable(resourceRecord)),
  verifies: z.record(z.string(), z.nullable(verifyRecord)),
});
export type StateChange = Readonly<z.infer<typeof stateChange>>;

/** What we believe exists. `.clockwork/state.json`. */
export const state = z.strictObject({
  version: z.literal("1"),
  /** Random, made with the first state of a stack; marks what is ours. */
  lineage: z.uuid(),
  /** Grows with every write. */
  serial: z.int().check(z.minimum(0)),
  resources: z.record(z.string(), resourceRecord),
  verifies: z.record(z.string(), verifyRecord),
  outputs: z.record(z.string(), json),
});
export type State = Readonly<z.infer<typeof state>>;
