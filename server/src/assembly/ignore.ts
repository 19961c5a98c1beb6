/** `ignore_changes`: what is left as it was made, so that a difference there is none. */
import type { AttributePath, Edge, Ir, ResourceIr } from "../intake/ir.ts";
import { numberValue } from "../intake/number.ts";
import { stringType } from "../intake/type.ts";
import type { Json, Value } from "../intake/value.ts";
import { boolValue, nullValue, objectValue, stringValue, tupleValue } from "../intake/values.ts";
import type { ResourceRecord, State } from "../state/state.ts";
import { isRecord, parseReference } from "./arguments.ts";
import { isSealed } from "./sealed.ts";

/** The resources with what is recorded in place of what the files say, where they are to ignore that. */
export function withIgnored(ir: Ir, state: State | undefined): Ir {
  const records = state?.resources ?? {};
  if (ir.resources.every((r) => r.lifecycle?.ignoreChanges === undefined)) return ir;
  const resources = ir.resources.map((resource) => {
    const record = Object.hasOwn(records, resource.address) ? records[resource.address] : undefined;
    const ignored = resource.lifecycle?.ignoreChanges;
    return ignored && record ? asRecorded(resource, record, ignored) : resource;
  });
  return { ...ir, resources };
}

/** Whether the attribute as a whole is left alone. */
export function ignores({ lifecycle }: ResourceIr, attribute: string): boolean {
  const ignored = lifecycle?.ignoreChanges;
  return ignored === "all" || ignored?.some((path) => path.length === 1 && path[0] === attribute) === true;
}

function asRecorded(
  resource: ResourceIr,
  record: ResourceRecord,
  ignored: "all" | readonly AttributePath[],
): ResourceIr {
  const names = [...new Set([...resource.attributes.keys(), ...Object.keys(record.inputs)])];
  const paths = ignored === "all" ? names.map((name) => [name]) : ignored;
  const settle = (attribute: string, value: Value | undefined): Value | undefined => {
    const own = paths.filter((path) => path[0] === attribute);
    return own.reduce((v, path) => settled(v, path.slice(1), record.inputs[attribute]), value);
  };
  const attributes = new Map(resource.attributes);
  for (const name of new Set(paths.map((path) => String(path[0])))) {
    const value = settle(name, resource.attributes.get(name));
    if (value) attributes.set(name, value);
    else attributes.delete(name);
  }
  return {
    ...resource,
    attributes,
    dependsOn: resource.dependsOn.map((edge) => untracked(resource, edge)),
    evaluate: (attribute, outputs) => {
      const { value, diagnostics } = resource.evaluate(attribute, outputs);
      const kept = value && settle(attribute, value);
      return { ...(kept && { value: kept }), diagnostics };
    },
  };
}

/** What an ignored attribute refers to still comes before; a change there is none here. */
function untracked(resource: ResourceIr, edge: Edge): Edge {
  if (edge.attribute === undefined || !ignores(resource, edge.attribute)) return edge;
  return { address: edge.address, span: edge.span };
}

/** A value with the part at a path as it is recorded; undefined where nothing is. */
function settled(
  value: Value | undefined,
  path: AttributePath,
  recorded: Json | undefined,
): Value | undefined {
  const [step, ...rest] = path;
  if (step === undefined)
    return isPending(recorded) ? value : recorded === undefined ? undefined : recordedValue(recorded);
  if (!value || recorded === undefined) return value;
  const inner = innerOf(recorded, step);
  if (value.kind === "map" || value.kind === "object") {
    const fields = new Map(value.fields);
    const part = settled(fields.get(String(step)), rest, inner);
    if (part) fields.set(String(step), part);
    else fields.delete(String(step));
    return { ...value, fields };
  }
  if ((value.kind === "list" || value.kind === "tuple") && typeof step === "number") {
    const items = value.items.flatMap((item, i) =>
      i === step ? (settled(item, rest, inner) ?? []) : [item],
    );
    const added =
      step === value.items.length && inner !== undefined ? settled(undefined, rest, inner) : undefined;
    return { ...value, items: added ? [...items, added] : items };
  }
  return value;
}

function innerOf(recorded: Json, step: string | number): Json | undefined {
  if (Array.isArray(recorded)) return typeof step === "number" ? recorded[step] : undefined;
  if (!isRecord(recorded)) return undefined;
  const whole = "$computed" in recorded ? recorded["$computed"] : recorded;
  if (whole !== recorded) return whole === undefined ? undefined : innerOf(whole, step);
  const key = String(step).startsWith("$") ? `$${step}` : String(step);
  return Object.hasOwn(recorded, key) ? recorded[key] : undefined;
}

/** A value that the core would have evaluated and never did, or one that no state keeps. */
function isPending(recorded: Json | undefined): boolean {
  if (isSealed(recorded)) return true;
  return recorded !== undefined && isRecord(recorded) && recorded["$pending"] === true;
}

/** What the state recorded, as a value again. */
function recordedValue(recorded: Json): Value {
  if (recorded === null) return nullValue;
  if (typeof recorded === "string") return stringValue(recorded);
  if (typeof recorded === "number") return numberValue(recorded);
  if (typeof recorded === "boolean") return boolValue(recorded);
  if (Array.isArray(recorded)) return tupleValue(recorded.map((item: Json) => recordedValue(item)));
  if (!isRecord(recorded)) throw new Error("recorded inputs are JSON");
  if ("$computed" in recorded) return recordedValue(recorded["$computed"] ?? null);
  const parts = "$ref" in recorded ? [recorded] : recorded["$template"];
  if (Array.isArray(parts)) return { kind: "unknown", type: stringType, parts: parts.map(partOf) };
  const fields = Object.entries(recorded).map(([name, field]): [string, Value] => [
    name.replace(/^\$\$/, "$"),
    recordedValue(field),
  ]);
  return objectValue(new Map(fields));
}

function partOf(part: Json): string | ReturnType<typeof parseReference> {
  if (typeof part === "string") return part;
  const reference = isRecord(part) ? part["$ref"] : undefined;
  return parseReference(typeof reference === "string" ? reference : "");
}
