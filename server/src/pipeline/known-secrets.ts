import { sensitiveTexts } from "../assembly/computed.ts";
import type { KnownSecret } from "../forge/prompt/scan.ts";
import type { Environment } from "../host/ports.ts";
import type { Ir } from "../intake/ir.ts";
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
  sensitiveVariables: ReadonlyMap<string, Value>,
  environment: Environment,
): readonly KnownSecret[] {
  const given = [...sensitiveVariables].flatMap(([name, variable]) =>
    textsIn(variable).map((value) => ({ what: `the variable "${name}"`, value })),
  );
  const marked = [...ir.resources, ...ir.verifies].flatMap(({ address, attributes }) =>
    [...attributes].flatMap(([name, value]) =>
      sensitiveTexts(value).map((text) => ({ what: `${address}.${name}`, value: text })),
    ),
  );
  const ours = Object.entries(environment.variables)
    .filter(([name, value]) => isSecretVariable(name) && value.length >= shortest)
    .map(([name, value]) => ({ what: `the environment variable ${name}`, value }));
  return [...given, ...marked, ...ours];
}

/** The values of sensitive variables: no log has them, whichever step prints them. */
export function variableTexts(sensitiveVariables: ReadonlyMap<string, Value>): readonly string[] {
  return [...sensitiveVariables.values()].flatMap(textsIn);
}

const textsIn = (value: Value): string[] => sensitiveTexts({ ...value, sensitive: true });

function isSecretVariable(name: string): boolean {
  // PWD is a folder.
  return name !== "PWD" && name !== "OLDPWD" && isSecretName(name.toUpperCase());
}
