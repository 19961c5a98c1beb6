/** What the state records of a resource's attributes. Run-time values are references, sensitive ones sealed. */
import { isSecretReference, type Json, type Value } from "../intake/value.ts";
import { containsSensitive, isWhollyKnown, unmarkDeep } from "../intake/values.ts";
import { isCarriedWhole } from "./arguments.ts";
import { canonicalJson } from "./canonical.ts";
import { type Seal, sealed } from "./sealed.ts";

/** How sensitive values are recorded. */
export interface Sealing {
  readonly seal: Seal;
  /** The references of `secret(…)` that an attribute's value depends on, sorted. */
  readonly references: (attribute: string) => readonly string[];
}

/** Where no hash is to be seen anyway. */
export const unsealed: Sealing = { seal: () => "", references: () => [] };

/**
 * What the state records and the diff compares: every set attribute, in JSON. `computed` are the values of attributes that the
 * core evaluates; one without is pending.
 */
export function recordedInputs(
  attributes: ReadonlyMap<string, Value>,
  computed: (attribute: string) => Json | undefined,
  sealing: Sealing,
): { readonly [name: string]: Json } {
  const inputs: { [name: string]: Json } = {};
  for (const [name, value] of attributes) {
    if (value.kind === "null") continue;
    if (!isCarriedWhole(value)) inputs[name] = plain(value, name, sealing);
    else if (containsSensitive(value)) inputs[name] = seal(value, name, sealing);
    else {
      const known = computed(name);
      inputs[name] = known === undefined ? { $computed: null, $pending: true } : { $computed: known };
    }
  }
  return inputs;
}

/** A value as the state records it: plain, or sealed as far as it is sensitive. */
export function recordedInput(value: Value, attribute: string, sealing: Sealing): Json {
  // What is carried in one variable is sealed as one.
  const isSealed = value.kind !== "null" && containsSensitive(value) && isCarriedWhole(value);
  return isSealed ? seal(value, attribute, sealing) : plain(value, attribute, sealing);
}

function seal(value: Value, attribute: string, sealing: Sealing): Json {
  const text = canonicalJson(plain(unmarkDeep(value), attribute, sealing));
  return sealed(text, sealing.seal, isWhollyKnown(value) ? [] : secretsIn(value, attribute, sealing));
}

/** The references behind a sensitive value: its own where it says so, or else all of its attribute. */
function secretsIn(value: Value, attribute: string, sealing: Sealing): readonly string[] {
  if (value.kind !== "unknown" || !value.parts) return sealing.references(attribute);
  const secrets = value.parts.flatMap((p) =>
    typeof p === "object" && isSecretReference(p) ? [p.output] : [],
  );
  return [...new Set(secrets)].sort();
}

function plain(value: Value, attribute: string, sealing: Sealing): Json {
  const inside = (inner: Value): Json =>
    inner.sensitive && inner.kind !== "null"
      ? seal(inner, attribute, sealing)
      : plain(inner, attribute, sealing);
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
      return value.items.map(inside);
    case "map":
    case "object":
      return Object.fromEntries(
        [...value.fields]
          .filter(([, field]) => field.kind !== "null")
          .map(([name, field]) => [escapeKey(name), inside(field)]),
      );
  }
}

/** A user's key that begins with `$` gets another one, so that it is never taken for `$ref`. */
function escapeKey(name: string): string {
  return name.startsWith("$") ? `$${name}` : name;
}
