import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { kindOf } from "../intake/address.ts";
import type { ResourceIr, RuntimeOutputs, VerifyIr } from "../intake/ir.ts";
import { runtimeName } from "../intake/runtime-names.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { valueToJson } from "../intake/to-json.ts";
import { isSecretReference, type Json, type Value } from "../intake/value.ts";
import { containsSensitive, isMapping, isSequence, markIf } from "../intake/values.ts";
import { type Action, actionId } from "./actions.ts";
import { type Part, stepArguments } from "./arguments.ts";
import { canonicalJson } from "./canonical.ts";
import { recordedInput, recordedInputs, type Sealing, unsealed } from "./recorded.ts";
import type { Seal } from "./sealed.ts";

export interface Computed {
  /** By environment name. */
  readonly env: Readonly<Record<string, string>>;
  /** The same as it may be stored: of sensitive values the keyed hash. */
  readonly kept: Readonly<Record<string, string>>;
  /** Texts that must stand in no log. */
  readonly secrets: readonly string[];
  /** What is not sensitive by attribute, as the state records it. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What the core evaluates right before a step that makes or checks something, by environment name: a string as it is,
 * anything else as JSON.
 */
export function evaluateComputed(
  kinds: Kinds,
  node: ResourceIr | VerifyIr,
  action: Action,
  outputs: RuntimeOutputs,
  seal: Seal,
): Computed {
  return evaluateParts(node, computedParts(kinds, node, action), outputs, seal);
}

/** What the core evaluates for a step that makes or checks something. */
export function computedParts(
  kinds: Kinds,
  node: ResourceIr | VerifyIr,
  action: Action,
): ReadonlyMap<string, Part> {
  const kind = (kindOf(node.address) === "verify" ? kinds.checks : kinds.resources).get(node.kind);
  if (!kind || action.name !== kind.ensure) return new Map();
  return stepArguments(kinds, actionId(action), kind, node.attributes).computed;
}

/** Parts of a node's attributes, by the environment names that carry them. */
export function evaluateParts(
  node: ResourceIr | VerifyIr,
  parts: ReadonlyMap<string, Part>,
  outputs: RuntimeOutputs,
  seal: Seal,
): Computed {
  const env: Record<string, string> = {};
  const kept: Record<string, string> = {};
  const inputs: Record<string, Json> = {};
  const secrets = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const sealing = sealingOf(node, seal);
  for (const [name, { attribute, path }] of parts) {
    const planned = partAt(node.attributes.get(attribute), path);
    const { value: whole, diagnostics: found } = node.evaluate(attribute, outputs);
    const value = partAt(whole, path);
    diagnostics.push(...found.filter((d) => d.severity === "error"));
    const isSensitive = [planned, value].some((v) => v !== undefined && containsSensitive(v));
    if (planned && isSensitive) kept[name] = canonicalJson(recordedInput(planned, attribute, sealing));
    if (value?.kind === "null") {
      const span = node.attributeSpans.get(attribute);
      const message = `${node.address}: "${attribute}" is null, which had to be known while planning`;
      diagnostics.push(diagnostic("invalid-value", message, { span }));
    } else if (value) {
      const text = value.kind === "string" ? value.value : JSON.stringify(valueToJson(value));
      env[name] = text;
      if (isSensitive) for (const secret of [text, ...sensitiveTexts(value)]) secrets.add(secret);
      else {
        kept[name] = text;
        const recorded = recordedInputs(new Map([[attribute, value]]), () => undefined, unsealed)[attribute];
        if (recorded !== undefined) inputs[attribute] = { $computed: recorded };
      }
    } else if (!hasErrors(found)) {
      const span = node.attributeSpans.get(attribute);
      diagnostics.push(
        diagnostic("not-known-yet", `${node.address}: "${attribute}" is still not known`, { span }),
      );
    }
  }
  return { env, kept, secrets: [...secrets], inputs, diagnostics };
}

/** What stands in a value at a path; a mark on the way goes with it. */
export function partAt(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  const [step, ...rest] = path;
  if (!value || step === undefined) return value;
  const inner = isMapping(value)
    ? value.fields.get(String(step))
    : isSequence(value)
      ? value.items[Number(step)]
      : undefined;
  return partAt(inner && markIf(value.sensitive, inner), rest);
}

/** The texts and numbers in a value's sensitive parts. */
export function sensitiveTexts(value: Value, inSensitive = false): string[] {
  const hidden = inSensitive || value.sensitive === true;
  if (isSequence(value)) return value.items.flatMap((item) => sensitiveTexts(item, hidden));
  if (isMapping(value)) return [...value.fields.values()].flatMap((field) => sensitiveTexts(field, hidden));
  if (!hidden) return [];
  return value.kind === "string" ? [value.value] : value.kind === "number" ? [value.value.toFixed()] : [];
}

/** The references of `secret(…)` that an attribute's value depends on, as far as `outputs` tells them; sorted. */
export function secretReferences(
  node: ResourceIr | VerifyIr,
  attribute: string,
  outputs: RuntimeOutputs,
): readonly string[] {
  const asked = new Set<string>();
  node.evaluate(attribute, (reference) => {
    if (!isSecretReference(reference)) return outputs(reference);
    asked.add(reference.output);
    return undefined;
  });
  return [...asked].sort();
}

/** By what the files say alone: what a run finds out does not change what is recorded. */
export function sealingOf(node: ResourceIr | VerifyIr, seal: Seal): Sealing {
  return { seal, references: (attribute) => secretReferences(node, attribute, () => undefined) };
}

/** Looks run-time values up among those that steps have provided, by their environment names. */
export function outputsIn(kinds: Kinds, values: ReadonlyMap<string, string>): RuntimeOutputs {
  return ({ address, output }) => {
    const kind = kinds.resources.get(kindOf(address));
    return kind && values.get(runtimeName(address, kind, output));
  };
}
