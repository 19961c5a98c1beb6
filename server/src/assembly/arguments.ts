/**
 * From evaluated attributes to the arguments of a step and to the inputs that the state records. Run-time values appear
 * in arguments as `<arg>Var` or `${NAME}`, in inputs as references, so that a change of a name is no change of a resource.
 */
import { kindOf } from "../intake/address.ts";
import type { Edge } from "../intake/ir.ts";
import { computedName, runtimeName } from "../intake/runtime-names.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { AttributeSchema, KindSchema } from "../intake/schema/schema.ts";
import { isSecretReference, type Json, type RuntimeReference, type Value } from "../intake/value.ts";
import { containsSensitive, typeOf } from "../intake/values.ts";
import type { JsonValue } from "./actions.ts";

export interface StepArguments {
  readonly args: { readonly [name: string]: JsonValue };
  /** Environment names of run-time values, sorted. */
  readonly uses: readonly string[];
  /** Those of `uses` that are sensitive, sorted. */
  readonly secrets: readonly string[];
  /** What the core evaluates right before the step, by environment name. */
  readonly computed: ReadonlyMap<string, Part>;
}

/** An attribute, or what stands in it at a path: names of fields and indexes of items. */
export interface Part {
  readonly attribute: string;
  readonly path: readonly (string | number)[];
}

/** The arguments of one step while they are gathered. */
export class Gathering {
  readonly kinds: Kinds;
  readonly stepId: string;
  readonly args: { [name: string]: JsonValue } = {};
  readonly uses = new Set<string>();
  readonly secrets = new Set<string>();
  readonly computed = new Map<string, Part>();
  /** From the attribute to what is being looked at. */
  readonly path: (string | number)[] = [];

  constructor(kinds: Kinds, stepId: string) {
    this.kinds = kinds;
    this.stepId = stepId;
  }

  /** The variable that carries the part at `path`, which the core evaluates. */
  carry(attribute: string, sensitive: boolean): string {
    const base = computedName(this.stepId, [attribute, ...this.path].join("_"));
    let name = base;
    for (let n = 2; this.computed.has(name); n++) name = `${base}_${n}`;
    this.computed.set(name, { attribute, path: [...this.path] });
    this.uses.add(name);
    if (sensitive) this.secrets.add(name);
    return name;
  }

  done(): StepArguments {
    const { args, computed } = this;
    return { args, uses: [...this.uses].sort(), secrets: [...this.secrets].sort(), computed };
  }
}

/** The arguments in the order of the kinds table. */
export function stepArguments(
  kinds: Kinds,
  stepId: string,
  kind: KindSchema,
  attributes: ReadonlyMap<string, Value>,
): StepArguments {
  const gathering = new Gathering(kinds, stepId);
  const { args, uses } = gathering;
  for (const schema of kind.attributes) {
    const value = attributes.get(schema.name);
    if (!value || value.kind === "null" || !isArgument(schema)) continue;
    const whole = value.sensitive ? undefined : wholeReference(value);
    if (whole) {
      const name = referenceName(kinds, whole);
      args[`${schema.name}Var`] = name;
      uses.add(name);
    } else if (isCarriedWhole(value)) {
      args[`${schema.name}Var`] = gathering.carry(schema.name, containsSensitive(value));
    } else {
      args[schema.name] = argument(gathering, value, schema.name);
    }
  }
  return gathering.done();
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

/** Whether an attribute goes to its step in one variable, evaluated by the core. */
export function isCarriedWhole(value: Value): boolean {
  return value.sensitive === true || hasUncarried(value);
}

/** Whether something in the value cannot stand in a text as `${NAME}`: neither a template nor a sensitive text. */
function hasUncarried(value: Value): boolean {
  if (value.sensitive) return value.kind !== "null" && typeOf(value).kind !== "string";
  switch (value.kind) {
    case "unknown":
      return value.parts === undefined || isAmbiguous(value.parts);
    case "list":
    case "set":
    case "tuple":
      return value.items.some(hasUncarried);
    case "map":
    case "object":
      for (const field of value.fields.values()) if (hasUncarried(field)) return true;
      return false;
    default:
      return false;
  }
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

function argument(gathering: Gathering, value: Value, attribute: string): JsonValue {
  if (value.sensitive && value.kind !== "null") return `\${${gathering.carry(attribute, true)}}`;
  switch (value.kind) {
    case "null":
      return null;
    case "unknown":
      return (value.parts ?? [])
        .map((piece) => {
          if (typeof piece === "string") return escapeTemplate(piece);
          const name = referenceName(gathering.kinds, piece);
          gathering.uses.add(name);
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
      return value.items.map((item, i) => inside(gathering, item, attribute, i));
    case "map":
    case "object": {
      const fields: [string, JsonValue][] = [];
      for (const [name, field] of value.fields)
        if (field.kind !== "null") fields.push([name, inside(gathering, field, attribute, name)]);
      return Object.fromEntries(fields);
    }
  }
}

function inside(gathering: Gathering, value: Value, attribute: string, step: string | number): JsonValue {
  gathering.path.push(step);
  const json = argument(gathering, value, attribute);
  gathering.path.pop();
  return json;
}

/** A literal `${` in an argument is written `$${`, because `${NAME}` stands for a run-time value. */
export function escapeTemplate(text: string): string {
  return text.includes("${") ? text.replaceAll("${", () => "$${") : text;
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
      return (value.parts ?? []).flatMap((part) =>
        typeof part === "string" || isSecretReference(part) ? [] : [part],
      );
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
