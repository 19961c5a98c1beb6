/**
 * From evaluated attributes to the arguments of a step and to the inputs that the state records. Run-time values appear
 * in arguments as `<arg>Var` or `${NAME}`, in inputs as references, so that a change of a name is no change of a resource.
 */
import { kindOf } from "../intake/address.ts";
import type { Edge } from "../intake/ir.ts";
import { computedName, runtimeName } from "../intake/runtime-names.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { AttributeSchema, KindSchema } from "../intake/schema/schema.ts";
import type { Json, RuntimeReference, Value } from "../intake/value.ts";
import type { ResourceRecord } from "../state/state.ts";
import type { JsonValue } from "./actions.ts";

export interface StepArguments {
  readonly args: { readonly [name: string]: JsonValue };
  /** Environment names of run-time values, sorted. */
  readonly uses: readonly string[];
  /** What the core evaluates right before the step: environment name to attribute. */
  readonly computed: ReadonlyMap<string, string>;
}

/** The arguments in the order of the kinds table. */
export function stepArguments(
  kinds: Kinds,
  stepId: string,
  kind: KindSchema,
  attributes: ReadonlyMap<string, Value>,
): StepArguments {
  const args: { [name: string]: JsonValue } = {};
  const uses = new Set<string>();
  const computed = new Map<string, string>();
  for (const schema of kind.attributes) {
    const value = attributes.get(schema.name);
    if (!value || value.kind === "null" || !isArgument(schema)) continue;
    const whole = wholeReference(value);
    if (whole) {
      const name = referenceName(kinds, whole);
      args[`${schema.name}Var`] = name;
      uses.add(name);
    } else if (needsComputing(value)) {
      const name = computedName(stepId, schema.name);
      args[`${schema.name}Var`] = name;
      uses.add(name);
      computed.set(name, schema.name);
    } else {
      args[schema.name] = argument(kinds, value, uses);
    }
  }
  return { args, uses: [...uses].sort(), computed };
}

/** A service's health check is a step of its own and no argument of the service's. */
export function isArgument(schema: AttributeSchema): boolean {
  return !schema.check;
}

function wholeReference(value: Value): RuntimeReference | undefined {
  if (value.kind !== "unknown" || value.parts?.length !== 1) return undefined;
  const part = value.parts[0];
  return typeof part === "object" ? part : undefined;
}

/** Whether some part of the value depends on run-time values in another way than a template does. */
export function needsComputing(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return value.parts === undefined || isAmbiguous(value.parts);
    case "list":
    case "set":
    case "tuple":
      return value.items.some(needsComputing);
    case "map":
    case "object":
      for (const field of value.fields.values()) if (needsComputing(field)) return true;
      return false;
    default:
      return false;
  }
}

/** A literal that ends in `$` right before a run-time value would read as an escaped `$${`. */
function isAmbiguous(parts: readonly (string | RuntimeReference)[]): boolean {
  return parts.some(
    (part, i) => typeof part === "string" && part.endsWith("$") && typeof parts[i + 1] === "object",
  );
}

/** The variable that carries a run-time value. */
export function referenceName(kinds: Kinds, reference: RuntimeReference): string {
  const kind = kinds.resources.get(kindOf(reference.address));
  if (!kind) throw new Error(`no kind for ${reference.address}`);
  return runtimeName(reference.address, kind, reference.output);
}

function argument(kinds: Kinds, value: Value, uses: Set<string>): JsonValue {
  switch (value.kind) {
    case "null":
      return null;
    case "unknown":
      return (value.parts ?? [])
        .map((part) => {
          if (typeof part === "string") return escapeTemplate(part);
          const name = referenceName(kinds, part);
          uses.add(name);
          return `\${${name}}`;
        })
        .join("");
    case "string":
      return escapeTemplate(value.value);
    case "number": {
      const number = value.value.toNumber();
      return Number.isFinite(number) ? number : value.value.toString();
    }
    case "bool":
      return value.value;
    case "list":
    case "set":
    case "tuple":
      return value.items.map((item) => argument(kinds, item, uses));
    case "map":
    case "object": {
      const fields: [string, JsonValue][] = [];
      for (const [name, field] of value.fields)
        if (field.kind !== "null") fields.push([name, argument(kinds, field, uses)]);
      return Object.fromEntries(fields);
    }
  }
}

/** A literal `${` in an argument is written `$${`, because `${NAME}` stands for a run-time value. */
function escapeTemplate(text: string): string {
  return text.includes("${") ? text.replaceAll("${", () => "$${") : text;
}

/**
 * What the state records and the diff compares: every set attribute, in JSON. `computed` are the values of attributes that the
 * core evaluates; one without is pending.
 */
export function recordedInputs(
  attributes: ReadonlyMap<string, Value>,
  computed: (attribute: string) => Json | undefined,
): { readonly [name: string]: Json } {
  const inputs: { [name: string]: Json } = {};
  for (const [name, value] of attributes) {
    if (value.kind === "null") continue;
    if (needsComputing(value)) {
      const known = computed(name);
      inputs[name] = known === undefined ? { $computed: null, $pending: true } : { $computed: known };
    } else {
      inputs[name] = recordedInput(value);
    }
  }
  return inputs;
}

/** A value that needs no computing, as the state records it. */
export function recordedInput(value: Value): Json {
  switch (value.kind) {
    case "null":
      return null;
    case "unknown": {
      const parts = (value.parts ?? []).map((part) =>
        typeof part === "string" ? part : { $ref: `${part.address}.${part.output}` },
      );
      return parts.length === 1 && typeof parts[0] === "object" ? parts[0] : { $template: parts };
    }
    case "string":
      return value.value;
    case "bool":
      return value.value;
    case "number": {
      // A number that JSON's doubles cannot carry is recorded as its text.
      const number = value.value.toNumber();
      return value.value.eq(number) ? number : value.value.toFixed();
    }
    case "list":
    case "set":
    case "tuple":
      return value.items.map(recordedInput);
    case "map":
    case "object":
      return Object.fromEntries(
        [...value.fields]
          .filter(([, field]) => field.kind !== "null")
          .map(([name, field]) => [escapeKey(name), recordedInput(field)]),
      );
  }
}

/** A user's key that begins with `$` gets another one, so that it is never taken for `$ref`. */
function escapeKey(name: string): string {
  return name.startsWith("$") ? `$${name}` : name;
}

/**
 * The arguments of a removal step, from what the state recorded: the attributes its kind's table names. Run-time values are
 * carried as in other steps.
 */
export function removalArguments(
  kinds: Kinds,
  record: ResourceRecord,
  names: readonly string[],
): Omit<StepArguments, "computed"> {
  const args: { [name: string]: JsonValue } = {};
  const uses = new Set<string>();
  for (const name of names) {
    const recorded = record.inputs[name];
    if (recorded === undefined || recorded === null || isPending(recorded)) continue;
    const reference = singleReference(kinds, recorded);
    if (reference !== undefined) {
      args[`${name}Var`] = reference;
      uses.add(reference);
    } else {
      args[name] = recordedArgument(kinds, recorded, uses);
    }
  }
  return { args, uses: [...uses].sort() };
}

/** Of a kind that the stack defines itself: all that was recorded, and what the resource's steps have made. */
export function ownRemovalArguments(kinds: Kinds, record: ResourceRecord): Omit<StepArguments, "computed"> {
  const { args, uses } = removalArguments(kinds, record, Object.keys(record.inputs));
  const made = Object.entries(record.outputs).map(([name, text]) => [name, escapeTemplate(text)]);
  return { args: { ...args, ...Object.fromEntries(made) }, uses };
}

/** A computed value that was never known. */
function isPending(recorded: Json): boolean {
  return isRecord(recorded) && recorded["$pending"] === true;
}

function singleReference(kinds: Kinds, recorded: Json): string | undefined {
  return isRecord(recorded) && typeof recorded["$ref"] === "string"
    ? referenceName(kinds, parseReference(recorded["$ref"]))
    : undefined;
}

function recordedArgument(kinds: Kinds, recorded: Json, uses: Set<string>): JsonValue {
  if (typeof recorded === "string") return escapeTemplate(recorded);
  if (recorded === null || typeof recorded !== "object") return recorded;
  if (Array.isArray(recorded)) return recorded.map((item) => recordedArgument(kinds, item, uses));
  if (!isRecord(recorded)) return null;
  if ("$computed" in recorded) return recordedArgument(kinds, recorded["$computed"] ?? null, uses);
  const parts = "$ref" in recorded ? [recorded] : recorded["$template"];
  if (Array.isArray(parts)) {
    return parts
      .map((part: Json) => {
        if (typeof part === "string") return escapeTemplate(part);
        const name = singleReference(kinds, part) ?? "";
        uses.add(name);
        return `\${${name}}`;
      })
      .join("");
  }
  return Object.fromEntries(
    Object.entries(recorded).map(([name, field]) => [
      name.replace(/^\$\$/, "$"),
      recordedArgument(kinds, field, uses),
    ]),
  );
}

export function isRecord(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `repository.app.workdir` */
export function parseReference(text: string): RuntimeReference {
  const dot = text.lastIndexOf(".");
  return { address: text.slice(0, dot), output: text.slice(dot + 1) };
}

/**
 * What shows that a resource behind a tracking attribute (an image's context, a service's image) was made anew: its outputs
 * that each run may change.
 */
export function trackedReferences(
  kinds: Kinds,
  kind: KindSchema,
  edges: readonly Edge[],
): RuntimeReference[] {
  return edges.flatMap(({ address, attribute }) => {
    const tracks = kind.attributes.find((a) => a.name === attribute)?.tracks === true;
    const outputs = tracks ? (kinds.resources.get(kindOf(address))?.outputs ?? []) : [];
    return outputs.filter((o) => !o.follows).map((o) => ({ address, output: o.name }));
  });
}

/** The run-time values that a value refers to, as far as it says so: none behind a function or a conditional. */
export function referencesIn(value: Value): RuntimeReference[] {
  switch (value.kind) {
    case "unknown":
      return (value.parts ?? []).filter((part) => typeof part === "object");
    case "list":
    case "set":
    case "tuple":
      return value.items.flatMap(referencesIn);
    case "map":
    case "object":
      return [...value.fields.values()].flatMap(referencesIn);
    default:
      return [];
  }
}
