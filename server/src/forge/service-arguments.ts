/** What a service's step is to do, from its arguments and the run-time values that they name. */

import type { Action } from "../assembly/actions.ts";
import { jsonOf } from "../host/json.ts";

type Values = Readonly<Record<string, string>>;

export function nameOf({ args: { name, nameVar } }: Action, env: Values): string | undefined {
  if (typeof name === "string") return expand(name, env);
  return typeof nameVar === "string" ? env[nameVar] : undefined;
}

/** The command the plan means. */
export function commandOf(action: Action, env: Values): readonly string[] | undefined {
  return listOf(action, "command", env);
}

/** Where it works; undefined for the stack's folder. */
export function workdirOf({ args: { workdir, workdirVar } }: Action, env: Values): string | undefined {
  if (typeof workdir === "string") return expand(workdir, env);
  return typeof workdirVar === "string" ? env[workdirVar] : undefined;
}

/** What it asks to change beside the stack's folder. */
export function writesOf(action: Action, env: Values): readonly string[] {
  return listOf(action, "writes", env) ?? [];
}

/** The names of the variables that the stack sets for it. */
export function environmentNames({ args: { env: written, envVar } }: Action, env: Values): readonly string[] {
  const given = typeof envVar === "string" ? jsonOf(env[envVar] ?? "") : written;
  return typeof given === "object" && given !== null ? Object.keys(given) : [];
}

export function stringList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((word): word is string => typeof word === "string")
    ? value
    : undefined;
}

/** A list in one variable is JSON. */
function listOf({ args }: Action, argument: string, env: Values): readonly string[] | undefined {
  const written = stringList(args[argument]);
  if (written) return written.map((word) => expand(word, env));
  const variable = args[`${argument}Var`];
  return typeof variable === "string" ? stringList(jsonOf(env[variable] ?? "")) : undefined;
}

/** `${NAME}` stands for a run-time value, `$${` for a `${`. */
function expand(text: string, env: Values): string {
  return text.replace(/\$\$\{|\$\{([A-Z][A-Z0-9_]*)\}/g, (all, name: string | undefined) =>
    name === undefined ? "${" : (env[name] ?? all),
  );
}
