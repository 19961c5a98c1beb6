import { modulePrefix } from "./address.ts";
import { convert } from "./convert.ts";
import type { ResourceIr, VerifyIr } from "./ir.ts";
import type { Kinds } from "./schema/known-kinds.ts";
import type { OutputSchema } from "./schema/schema.ts";
import { stringType } from "./type.ts";
import type { Value } from "./value.ts";
import { stringValue } from "./values.ts";

/** `verify.cert.site` of `cert.site`. */
export function ownCheckAddress(address: string): string {
  const prefix = modulePrefix(address);
  return `${prefix}verify.${address.slice(prefix.length)}`;
}

/** `cert.site` is checked by `verify.cert.site`, where its kind has a script to verify; instances and modules alike. */
export function ownCheck(kinds: Kinds, resource: ResourceIr): VerifyIr | undefined {
  const kind = kinds.resources.get(resource.kind);
  if (!kind?.own?.scripts.verify) return undefined;
  const made = new Map(kind.outputs.map((o) => [o.name, o]));
  const attributes = new Map<string, Value>(resource.attributes);
  for (const output of made.values()) {
    const reference = { address: resource.address, output: output.name };
    attributes.set(output.name, { kind: "unknown", type: output.type ?? stringType, parts: [reference] });
  }
  return {
    address: ownCheckAddress(resource.address),
    kind: resource.kind,
    name: resource.name,
    attributes,
    attributeSpans: resource.attributeSpans,
    dependsOn: [{ address: resource.address, span: resource.span }],
    span: resource.span,
    ...(resource.timeoutMs !== undefined && { timeoutMs: resource.timeoutMs }),
    evaluate: (attribute, outputs) => {
      const output = made.get(attribute);
      if (!output) return resource.evaluate(attribute, outputs);
      const text = outputs({ address: resource.address, output: output.name });
      return { ...(text !== undefined && { value: typed(text, output) }), diagnostics: [] };
    },
  };
}

function typed(text: string, { type = stringType }: OutputSchema): Value {
  const value = convert(stringValue(text), type);
  return value.kind === "problem" ? stringValue(text) : value;
}
