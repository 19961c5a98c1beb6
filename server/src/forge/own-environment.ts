import type { Action, JsonValue } from "../assembly/actions.ts";
import { expandText, pieces } from "../intake/runtime-text.ts";
import type { Capabilities } from "./capabilities.ts";

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
    const text = isCarried(argument) ? values.get(String(value)) : textOf(value, values);
    if (text !== undefined) env[inputName(argument)] = text;
  }
  for (const [output, name] of Object.entries(action.provides ?? {}))
    env[`CLOCKWORK_OUTPUT_${output.toUpperCase()}`] = name;
  return env;
}

/** Names of attributes have no capitals: this is one that a run-time value stands for. */
const isCarried = (argument: string): boolean => argument.endsWith("Var");

const inputName = (argument: string): string => `CW_${argument.replace(/Var$/, "").toUpperCase()}`;

function textOf(value: JsonValue, values: ReadonlyMap<string, string>): string | undefined {
  if (typeof value === "string") return expandText(value, values);
  return JSON.stringify(expanded(value, values));
}

/** Names for which a step gets no value but, in NAME_FILE, the path of a file with it. */
export function namesInFiles(action: Action, { secrets }: Pick<Capabilities, "secrets">): readonly string[] {
  return secrets === "env" ? [] : [...(action.secrets ?? []), ...ownSecretNames(action)];
}

/** Those of its own names whose values hold something sensitive. */
export function ownSecretNames(action: Action): readonly string[] {
  const secrets = new Set(action.secrets ?? []);
  const holds = (value: JsonValue): boolean => {
    if (typeof value === "string")
      return pieces(value).some((p) => typeof p !== "string" && secrets.has(p.env));
    if (typeof value !== "object" || value === null) return false;
    return Object.values(value).some(holds);
  };
  return Object.entries(action.args)
    .filter(([argument, value]) => (isCarried(argument) ? secrets.has(String(value)) : holds(value)))
    .map(([argument]) => inputName(argument));
}

/** The names it has for a step, set or not. */
export function ownVariableNames(action: Action): readonly string[] {
  const inputs = Object.keys(action.args).map(inputName);
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
