import type { KnownSecret } from "../forge/prompt/scan.ts";
import type { Environment } from "../host/ports.ts";
import type { Ir } from "../intake/ir.ts";
import type { VariableInputs } from "../intake/load.ts";
import { isSecretName } from "../intake/schema/vars.ts";
import type { Value } from "../intake/value.ts";

/** Shorter values of the environment occur in innocent text. */
const shortest = 8;

/**
 * Every value that must not leave the machine and that we know: those given to sensitive variables, those that the stack
 * marks sensitive, and those of environment variables whose names say so.
 */
export function knownSecrets(
  ir: Ir,
  sensitiveVariables: ReadonlySet<string>,
  inputs: VariableInputs,
  environment: Environment,
): readonly KnownSecret[] {
  const given = [...inputs.flags.map(({ name, text }) => [name, text] as const), ...inputs.environment]
    .filter(([name]) => sensitiveVariables.has(name))
    .map(([name, value]) => ({ what: `the variable "${name}"`, value }));
  const marked = [...ir.resources, ...ir.verifies].flatMap(({ address, attributes }) =>
    [...attributes].flatMap(([name, value]) =>
      sensitiveTexts(value, false).map((text) => ({ what: `${address}.${name}`, value: text })),
    ),
  );
  const ours = Object.entries(environment.variables)
    .filter(([name, value]) => isSecretVariable(name) && value.length >= shortest)
    .map(([name, value]) => ({ what: `the environment variable ${name}`, value }));
  return [...given, ...marked, ...ours];
}

function isSecretVariable(name: string): boolean {
  // PWD is a folder.
  return name !== "PWD" && name !== "OLDPWD" && isSecretName(name.toUpperCase());
}

function sensitiveTexts(value: Value, inside: boolean): string[] {
  const sensitive = inside || value.sensitive === true;
  switch (value.kind) {
    case "string":
      return sensitive ? [value.value] : [];
    case "number":
      return sensitive ? [value.value.toFixed()] : [];
    case "tuple":
    case "list":
    case "set":
      return value.items.flatMap((item) => sensitiveTexts(item, sensitive));
    case "object":
    case "map":
      return [...value.fields.values()].flatMap((field) => sensitiveTexts(field, sensitive));
    default:
      return [];
  }
}
