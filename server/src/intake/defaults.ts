import { defaultName, type NodeInstance } from "./instances.ts";
import type { AttributeSchema } from "./schema/schema.ts";
import type { Value } from "./value.ts";
import { stringValue } from "./values.ts";

/** What a resource keeps in place of a default that follows from its address; undefined where it has that default. */
export type Kept = (address: string, attribute: string) => string | undefined;

/** The value of an attribute that is not set, as far as it is one before the step has run. */
export function defaultOf(node: NodeInstance, schema: AttributeSchema, kept: Kept): Value | undefined {
  const { emitted } = schema;
  const own = emitted === "label" || schema.fromAddress ? kept(node.address, schema.name) : undefined;
  if (own !== undefined) return stringValue(own);
  return emitted === "label" ? stringValue(defaultName(node)) : emitted;
}
