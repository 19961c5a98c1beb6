import { type Diagnostic, diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { kindOf } from "../intake/address.ts";
import type { ResourceIr, RuntimeOutputs, VerifyIr } from "../intake/ir.ts";
import { runtimeName } from "../intake/runtime-names.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { valueToJson } from "../intake/to-json.ts";
import type { Json } from "../intake/value.ts";
import { type Action, actionId } from "./actions.ts";
import { recordedInputs, stepArguments } from "./arguments.ts";

export interface Computed {
  /** By environment name. */
  readonly env: Readonly<Record<string, string>>;
  /** The same values by attribute, as the state records them. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The arguments that the core evaluates right before their step runs, by environment name: a string as it is, anything else
 * as JSON.
 */
export function evaluateComputed(
  kinds: Kinds,
  node: ResourceIr | VerifyIr,
  action: Action,
  outputs: RuntimeOutputs,
): Computed {
  const kind = (kindOf(node.address) === "verify" ? kinds.checks : kinds.resources).get(node.kind);
  if (!kind || action.name !== kind.ensure) return { env: {}, inputs: {}, diagnostics: [] };
  const { computed } = stepArguments(kinds, actionId(action), kind, node.attributes);
  const env: Record<string, string> = {};
  const inputs: Record<string, Json> = {};
  const diagnostics: Diagnostic[] = [];
  for (const [name, attribute] of computed) {
    const { value, diagnostics: found } = node.evaluate(attribute, outputs);
    diagnostics.push(...found.filter((d) => d.severity === "error"));
    if (value?.kind === "null") {
      const span = node.attributeSpans.get(attribute);
      const message = `${node.address}: "${attribute}" is null, which had to be known while planning`;
      diagnostics.push(diagnostic("invalid-value", message, { span }));
    } else if (value) {
      env[name] = value.kind === "string" ? value.value : JSON.stringify(valueToJson(value));
      const recorded = recordedInputs(new Map([[attribute, value]]), () => undefined)[attribute];
      if (recorded !== undefined) inputs[attribute] = { $computed: recorded };
    } else if (!hasErrors(found)) {
      const span = node.attributeSpans.get(attribute);
      diagnostics.push(
        diagnostic("not-known-yet", `${node.address}: "${attribute}" is still not known`, { span }),
      );
    }
  }
  return { env, inputs, diagnostics };
}

/** Looks run-time values up among those that steps have provided, by their environment names. */
export function outputsIn(kinds: Kinds, values: ReadonlyMap<string, string>): RuntimeOutputs {
  return ({ address, output }) => {
    const kind = kinds.resources.get(kindOf(address));
    return kind && values.get(runtimeName(address, kind, output));
  };
}
