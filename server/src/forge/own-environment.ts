import type { Action, JsonValue } from "../assembly/actions.ts";
import { expandText } from "../intake/runtime-text.ts";

/**
 * How a script of a stack's own kind gets its arguments: the attribute `days` is CW_DAYS, a text as it is, anything else as
 * JSON; what has no value is no variable. CLOCKWORK_OUTPUT_PEM is the name under which it hands on the output `pem`. No
 * bundle can set either: both families are the core's (schema/vars.ts).
 *
 * @param values run-time values by environment name
 */
export function ownEnvironment(
  action: Action,
  values: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [argument, value] of Object.entries(action.args)) {
    // Names of attributes have no capitals: this is one that a run-time value stands for.
    const carried = /^(.*)Var$/.exec(argument)?.[1];
    const text = carried === undefined ? textOf(value, values) : values.get(String(value));
    if (text !== undefined) env[`CW_${(carried ?? argument).toUpperCase()}`] = text;
  }
  for (const [output, name] of Object.entries(action.provides ?? {}))
    env[`CLOCKWORK_OUTPUT_${output.toUpperCase()}`] = name;
  return env;
}

function textOf(value: JsonValue, values: ReadonlyMap<string, string>): string | undefined {
  if (typeof value === "string") return expandText(value, values);
  return JSON.stringify(expanded(value, values));
}

/** The names it has for a step, set or not. */
export function ownVariableNames(action: Action): readonly string[] {
  const inputs = Object.keys(action.args).map(
    (argument) => `CW_${argument.replace(/Var$/, "").toUpperCase()}`,
  );
  const outputs = Object.keys(action.provides ?? {}).map(
    (output) => `CLOCKWORK_OUTPUT_${output.toUpperCase()}`,
  );
  return [...inputs, ...outputs];
}

/** `missingValues` has made sure that every run-time value is there. */
function expanded(value: JsonValue, values: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === "string") return expandText(value, values) ?? "";
  if (Array.isArray(value)) return value.map((item) => expanded(item, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, expanded(field, values)]));
}
