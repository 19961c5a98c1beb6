import type { Json } from "../intake/value.ts";
import { canonicalJson } from "./canonical.ts";
import type { FieldChange } from "./plan.ts";
import { isSealed, withoutSeals } from "./sealed.ts";

type Inputs = { readonly [name: string]: Json };

/** Attribute by attribute, down to the smallest part that differs; sorted by path. */
export function diffInputs(before: Inputs, after: Inputs): FieldChange[] {
  const fields: FieldChange[] = [];
  compare(before, after, "", fields);
  return fields;
}

function compare(before: Json | undefined, after: Json | undefined, path: string, out: FieldChange[]): void {
  if (before === after) return;
  if (isEvaluated(before) !== isEvaluated(after)) {
    compare(evaluated(before), evaluated(after), path, out);
    return;
  }
  if (isObject(before) && isObject(after) && !isReference(before) && !isReference(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const name of [...names].sort()) compare(own(before, name), own(after, name), join(path, name), out);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      compare(before[i], after[i], `${path}[${i}]`, out);
    }
    return;
  }
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return;
  // What was in the open and is sensitive now is most likely the same value.
  const sensitive = isSealed(before) || isSealed(after);
  const shown = (json: Json): Json =>
    sensitive ? (isSealed(json) ? withoutSeals(json) : hidden) : withoutSeals(json);
  out.push({
    path,
    ...(before !== undefined && { before: shown(before) }),
    ...(after !== undefined && { after: shown(after) }),
    sensitive,
  });
}

const hidden: Json = { $sensitive: true };

function own(object: Inputs, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value: Json | undefined): value is Inputs {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the core evaluated a value, or the files write it out, is no difference. */
function isEvaluated(value: Json | undefined): boolean {
  return isObject(value) && value["$computed"] !== undefined && value["$computed"] !== null;
}

function evaluated(value: Json | undefined): Json | undefined {
  return isObject(value) && isEvaluated(value) ? value["$computed"] : value;
}

/** `{"$ref": …}` and its siblings are one value, not an object with fields. */
function isReference(value: Inputs): boolean {
  return "$ref" in value || "$template" in value || "$computed" in value || isSealed(value);
}

function join(path: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** A path as fields have it: `ports[0].external`. The first step stands as it is. */
export function fieldPath([first = "", ...rest]: readonly (string | number)[]): string {
  return rest.reduce<string>(
    (path, step) => (typeof step === "number" ? `${path}[${step}]` : join(path, step)),
    String(first),
  );
}

/** The top-level attribute a field belongs to. */
export function attributeOf(field: FieldChange): string {
  return field.path.split(/[.[]/, 1)[0] ?? field.path;
}
