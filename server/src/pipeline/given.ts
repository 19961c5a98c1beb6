import type { Action } from "../assembly/actions.ts";
import { referenceName, trackedReferences } from "../assembly/arguments.ts";
import { evaluateComputed, outputsIn } from "../assembly/computed.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import { kindOf } from "../intake/address.ts";
import type { ResourceIr, VerifyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { hashSources } from "../intake/sources.ts";
import type { Json } from "../intake/value.ts";
import type { ResourceRecord } from "../state/state.ts";

/** What a step is given right before it runs. */
export interface Given {
  /** What the core evaluated for it, by environment name. */
  readonly env: Readonly<Record<string, string>>;
  /** The same by attribute, as the state records it. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** The run-time values it uses, and those that show what it tracks, by environment name. */
  readonly used: Readonly<Record<string, string>>;
  /** Hashes of the local files and folders that it reads, by attribute. */
  readonly sources: Readonly<Record<string, string>>;
  /** Why it cannot run. */
  readonly diagnostics: readonly Diagnostic[];
}

export const nothingGiven: Given = { env: {}, inputs: {}, used: {}, sources: {}, diagnostics: [] };

/** `values` are the run-time values by environment name; `record` is of what the step changes, if it exists. */
export async function givenTo(
  where: { readonly host: { readonly files: ReadFiles }; readonly stackDir: string },
  kinds: Kinds,
  action: Action,
  node: ResourceIr | VerifyIr | undefined,
  record: ResourceRecord | undefined,
  values: ReadonlyMap<string, string>,
): Promise<Given> {
  // What is removed was made with the values of then, whatever they are by now.
  if (isRemoval(kinds, action)) return { ...nothingGiven, env: pastValues(action, record) };
  if (!node) return nothingGiven;
  const { env, inputs, diagnostics } = evaluateComputed(kinds, node, action, outputsIn(kinds, values));
  // What could still come into being while the plan was made has to be there by now.
  const here = kindOf(node.address) === "verify" ? [] : [{ ...node, dependsOn: [] }];
  const hashed = await hashSources(where.host.files, where.stackDir, kinds, here);
  return {
    env,
    inputs,
    used: { ...pick(action, (name) => values.get(name)), ...trackedBy(kinds, node, values) },
    sources: hashed.value.get(node.address) ?? {},
    diagnostics: [...diagnostics, ...hashed.diagnostics],
  };
}

/** The run-time values that a resource was made with, of those that a step uses. */
export function pastValues(action: Action, record: ResourceRecord | undefined): Record<string, string> {
  return pick(action, (name) => own(record?.computed, name));
}

function trackedBy(
  kinds: Kinds,
  node: ResourceIr | VerifyIr,
  values: ReadonlyMap<string, string>,
): Record<string, string> {
  const kind = kindOf(node.address) === "verify" ? undefined : kinds.resources.get(node.kind);
  const references = kind ? trackedReferences(kinds, kind, node.dependsOn) : [];
  return Object.fromEntries(
    references.flatMap((reference): [string, string][] => {
      const name = referenceName(kinds, reference);
      const value = values.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function isRemoval(kinds: Kinds, action: Action): boolean {
  return kinds.steps.get(action.name)?.remove?.step === action.name;
}

function pick(action: Action, value: (name: string) => string | undefined): Record<string, string> {
  return Object.fromEntries(
    (action.uses ?? []).flatMap((name): [string, string][] => {
      const known = value(name);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

function own(values: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return values && Object.hasOwn(values, name) ? values[name] : undefined;
}
