import type { Action, ActionList, JsonValue } from "../../assembly/actions.ts";
import { secretIn } from "../../intake/schema/secrets.ts";
import { isHijackingName, isSecretName, type VarMeaning, varMeanings } from "../../intake/schema/vars.ts";
import { limits } from "./limits.ts";
import type { Fault } from "./path.ts";
import { byteLength, unreviewableIn } from "./text.ts";

export interface VarsRead {
  readonly vars: Readonly<Record<string, string>>;
  readonly faults: readonly (Fault & { readonly name: string })[];
}

/**
 * Judges a bundle's variables against the actions they may speak of and turns their values to strings. `reserved`: names
 * that carry run-time values or secrets between steps.
 */
export function readVars(
  vars: Readonly<Record<string, unknown>>,
  actions: ActionList,
  reserved: ReadonlySet<string> = runtimeNames(actions),
): VarsRead {
  const read: [string, string][] = [];
  const faults: (Fault & { name: string })[] = [];
  const entries = Object.entries(vars);
  if (entries.length > Math.max(limits.variables, 4 * actions.steps.length)) {
    return {
      vars: {},
      faults: [{ code: "B-SIZE", says: "is one of too many variables", name: entries[0]?.[0] ?? "" }],
    };
  }
  for (const [name, value] of entries) {
    const text = valueText(value);
    const found = [...valueFaults(value, text), ...nameFaults(name, reserved)];
    if (found.length === 0 && text !== undefined) found.push(...meaningFaults(name, text, actions));
    for (const fault of found) faults.push({ ...fault, name });
    if (text !== undefined) read.push([name, text]);
  }
  return { vars: Object.fromEntries(read), faults };
}

function valueText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

function nameFaults(name: string, reserved: ReadonlySet<string>): Fault[] {
  if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name)) {
    const hint = "A name is a capital letter and up to 63 capitals, digits and underscores";
    return [{ code: "V-NAME", says: "has a name that is not of the allowed form", hint }];
  }
  if (isHijackingName(name)) {
    return [{ code: "V-NAME", says: "has a name that programs obey", hint: "Choose a name of your own" }];
  }
  if (reserved.has(name)) {
    return [
      {
        code: "V-NAME",
        says: "has the name of a run-time value",
        hint: "The step finds it in its environment",
      },
    ];
  }
  if (isSecretName(name)) {
    return [
      { code: "V-NAME", says: "has the name of a secret", hint: "Secrets are no variables of a bundle" },
    ];
  }
  return [];
}

function valueFaults(value: unknown, text: string | undefined): Fault[] {
  if (text === undefined)
    return [{ code: "V-VALUE", says: `is ${kindOf(value)}, not a string, number or boolean` }];
  if (text.length > limits.argumentBytes || byteLength(text) > limits.argumentBytes) {
    return [{ code: "V-VALUE", says: `is larger than ${limits.argumentBytes} bytes` }];
  }
  const faults: Fault[] = [];
  if (unreviewableIn(text))
    faults.push({ code: "V-VALUE", says: "contains a control or invisible character" });
  // An exported function, to shells older than 2014 under any name (CVE-2014-6271).
  if (/^\s*\(\)\s*\{/.test(text)) faults.push({ code: "V-VALUE", says: "has the form of a shell function" });
  const secret = secretIn(text);
  if (secret)
    faults.push({
      code: "C-SECRET",
      says: `contains ${secret.what}`,
      hint: "Secrets are no variables of a bundle",
    });
  return faults;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

function meaningFaults(name: string, text: string, actions: ActionList): Fault[] {
  const meanings = varMeanings.get(name);
  if (meanings) {
    const values = argumentValues(meanings, actions);
    if (values !== undefined && !values.includes(text)) {
      const hint =
        values.length === 0
          ? "The action has no such argument: leave the variable out"
          : "Repeat the action's argument, or leave it out";
      return [{ code: "V-MISMATCH", says: "is not what its action says", hint }];
    }
  }
  const given = environmentValues(name, actions);
  if (given.length > 0 && !given.includes(text)) {
    const hint = "Repeat the value of the action's env, or leave it out";
    return [{ code: "V-MISMATCH", says: "is not what its action's env says", hint }];
  }
  if (namesMetadataAddress(text) && !mentions(actions, text)) {
    return [
      { code: "V-MISMATCH", says: "is the address of a cloud's metadata service, which no action names" },
    ];
  }
  return [];
}

/** The arguments a variable could stand for; undefined when no action is of such a kind. */
function argumentValues(meanings: readonly VarMeaning[], actions: ActionList): readonly string[] | undefined {
  const relevant = actions.steps.flatMap((step) =>
    meanings.filter((m) => m.step === step.name).map((m) => ({ step, argument: m.argument })),
  );
  if (relevant.length === 0) return undefined;
  return relevant.flatMap(({ step, argument }) => {
    const text = valueText(argumentAt(step.args, argument));
    return text === undefined ? [] : [text, text.replaceAll("$${", "${")];
  });
}

/** What actions put into the environment of the things that they make, under that name. */
function environmentValues(name: string, actions: ActionList): readonly string[] {
  return actions.steps.flatMap(({ args }) => {
    const text = valueText(argumentAt(args, ["env", name]));
    return text === undefined ? [] : [text, text.replaceAll("$${", "${")];
  });
}

function argumentAt(args: Action["args"], path: readonly (string | number)[]): unknown {
  let value: unknown = args;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** Addresses at which clouds hand out a machine's credentials, in any spelling a URL may have. Source: SAFETY row 43. */
const metadataHosts = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "100.100.100.200",
  "[fd00:ec2::254]",
  "[::ffff:a9fe:a9fe]",
  "192.0.0.192",
  "168.63.129.16",
  "metadata.google.internal",
  "metadata.goog",
  "metadata",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** Alone, or among other words. */
function namesMetadataAddress(text: string): boolean {
  return text.split(/[\s,;'"]+/).some((word) => /[.:/]/.test(word) && isMetadataAddress(word));
}

function isMetadataAddress(text: string): boolean {
  // Browsers and libraries take either slash.
  const address = text.replaceAll("\\", "/");
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
    ? address.replace(/^[^:]*/, "http")
    : `http://${address}`;
  if (!URL.canParse(candidate)) return false;
  return metadataHosts.has(new URL(candidate).hostname.replace(/\.$/, ""));
}

function mentions(actions: ActionList, text: string): boolean {
  return actions.steps.some((step) => strings(step.args).some((s) => s === text));
}

/** Every name under which a value or secret travels between the steps of the list. */
export function runtimeNames(actions: ActionList): ReadonlySet<string> {
  const names = new Set<string>();
  for (const step of actions.steps) {
    for (const name of [
      ...(step.uses ?? []),
      ...(step.secrets ?? []),
      ...Object.values(step.provides ?? {}),
    ]) {
      names.add(name);
    }
    for (const [argument, value] of Object.entries(step.args)) {
      if (argument.endsWith("Var") && typeof value === "string") names.add(value);
    }
    for (const text of strings(step.args)) {
      for (const match of text.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)) names.add(match[1] ?? "");
    }
  }
  return names;
}

function strings(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(strings);
}
