import { type Action, actionId } from "../assembly/actions.ts";
import { isRecord, type Part, referenceName, trackedReferences } from "../assembly/arguments.ts";
import {
  computedParts,
  evaluateParts,
  outputsIn,
  partAt,
  sealingOf,
  secretReferences,
} from "../assembly/computed.ts";
import { recordedInput } from "../assembly/recorded.ts";
import { ownRemovalArguments, removalArguments } from "../assembly/removal.ts";
import { type Seal, sealOf } from "../assembly/sealed.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import { kindOf } from "../intake/address.ts";
import type { ResourceIr, RuntimeOutputs, VerifyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import { hashSources } from "../intake/sources.ts";
import { isSecretReference, type Json } from "../intake/value.ts";
import type { ResourceRecord } from "../state/state.ts";
import type { Secrets } from "./secrets.ts";

/** What a step is given right before it runs. */
export interface Given {
  /** What the core evaluated for it, by environment name. */
  readonly env: Readonly<Record<string, string>>;
  /** The same as it may be stored: of sensitive values the keyed hash. */
  readonly kept: Readonly<Record<string, string>>;
  /** Texts that must stand in no log. */
  readonly secrets: readonly string[];
  /** What is not sensitive by attribute, as the state records it. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** The run-time values it uses, and those that show what it tracks, by environment name. */
  readonly used: Readonly<Record<string, string>>;
  /** Hashes of the local files and folders that it reads, by attribute. */
  readonly sources: Readonly<Record<string, string>>;
  /** Why it cannot run. */
  readonly diagnostics: readonly Diagnostic[];
}

export const nothingGiven: Given = {
  env: {},
  kept: {},
  secrets: [],
  inputs: {},
  used: {},
  sources: {},
  diagnostics: [],
};

/** What the steps of a run get their values from. */
export interface Giving {
  readonly files: ReadFiles;
  readonly stackDir: string;
  readonly kinds: Kinds;
  readonly seal: Seal;
  readonly secrets: Secrets;
  /** Run-time values by environment name. */
  readonly values: ReadonlyMap<string, string>;
}

/** A step, what the files say of the thing it is about, and what the state does. */
export interface Giver {
  readonly action: Action;
  readonly node: ResourceIr | VerifyIr | undefined;
  readonly record: ResourceRecord | undefined;
}

export async function givenTo(giving: Giving, to: Giver): Promise<Given> {
  const { values, stackDir, files } = giving;
  const { action, node } = to;
  if (isRemoval(giving.kinds, action)) return givenToRemoval(giving, to);
  if (!node) return nothingGiven;
  const parts = partsOf(giving.kinds, to);
  const unread = await readSecrets(giving, node, parts);
  const [problem] = unread;
  if (problem) return { ...nothingGiven, diagnostics: [problem] };
  const { diagnostics, ...evaluated } = evaluateParts(node, parts, lookUp(giving), giving.seal);
  // What could still come into being while the plan was made has to be there by now.
  const here = kindOf(node.address) === "verify" ? [] : [{ ...node, dependsOn: [] }];
  const hashed = await hashSources(files, stackDir, giving.kinds, here);
  return {
    ...evaluated,
    used: { ...pick(action, (name) => values.get(name)), ...trackedBy(giving.kinds, node, values) },
    sources: hashed.value.get(node.address) ?? {},
    diagnostics: [...diagnostics, ...hashed.diagnostics],
  };
}

/** The run-time values that a resource was made with, of those that a step uses. */
export function pastValues(action: Action, record: ResourceRecord | undefined): Record<string, string> {
  return pick(action, (name) => own(record?.computed, name));
}

/**
 * What is removed was made with the values of then, whatever they are by now; those that are sensitive are nowhere but in
 * the files.
 */
async function givenToRemoval(giving: Giving, to: Giver): Promise<Given> {
  const { action, node, record } = to;
  const env = pastValues(action, record);
  const parts = partsOf(giving.kinds, to);
  if (parts.size === 0 || !record) return { ...nothingGiven, env };
  const lost = [...parts.values()].find((part) => !isAsRecorded(giving, node, record, part));
  if (lost || !node) {
    const message = `${action.resource}: its sensitive "${lost?.attribute}" is needed to remove it, which no state keeps`;
    const hint = "Put back the block, with the value that the thing was made with.";
    return { ...nothingGiven, diagnostics: [diagnostic("secret-unavailable", message, { hint })] };
  }
  const [problem] = await readSecrets(giving, node, parts);
  if (problem) return { ...nothingGiven, diagnostics: [problem] };
  const evaluated = evaluateParts(node, parts, lookUp(giving), giving.seal);
  return { ...nothingGiven, ...evaluated, env: { ...env, ...evaluated.env } };
}

/** The parts of attributes that the core evaluates for a step, by environment name. */
function partsOf(kinds: Kinds, { action, node, record }: Giver): ReadonlyMap<string, Part> {
  if (isRemoval(kinds, action)) return record ? removalParts(kinds, action, record) : new Map();
  return node ? computedParts(kinds, node, action) : new Map();
}

function removalParts(kinds: Kinds, action: Action, record: ResourceRecord): ReadonlyMap<string, Part> {
  const kind = kinds.steps.get(action.name);
  const id = actionId(action);
  const { computed } = kind?.own
    ? ownRemovalArguments(kinds, id, record)
    : removalArguments(kinds, id, record, kind?.remove?.args ?? []);
  return computed;
}

/** Whether the files still say what the thing was made with. */
function isAsRecorded(
  giving: Giving,
  node: ResourceIr | VerifyIr | undefined,
  record: ResourceRecord,
  { attribute, path }: Part,
): boolean {
  const wanted = node && partAt(node.attributes.get(attribute), path);
  const recorded = path.reduce<Json | undefined>(
    (json, step) => (json === undefined ? undefined : inside(json, step)),
    record.inputs[attribute],
  );
  const seal = sealOf(recorded);
  if (!wanted || seal === undefined) return false;
  return sealOf(recordedInput(wanted, attribute, sealingOf(node, giving.seal))) === seal;
}

function inside(json: Json, step: string | number): Json | undefined {
  if (Array.isArray(json)) return json[Number(step)] as Json | undefined;
  const name = String(step).replace(/^\$/, "$$$$");
  return isRecord(json) && Object.hasOwn(json, name) ? json[name] : undefined;
}

/** Run-time values, and secrets that have been read. */
export function lookUp({ kinds, values, secrets }: Giving): RuntimeOutputs {
  const outputs = outputsIn(kinds, values);
  return (reference) => (isSecretReference(reference) ? secrets.value(reference.output) : outputs(reference));
}

/** Reads what these parts depend on; why it cannot. */
async function readSecrets(
  giving: Giving,
  node: ResourceIr | VerifyIr,
  parts: ReadonlyMap<string, Part>,
): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const reference of referencesOf(giving, node, parts)) {
    const problem = await giving.secrets.read(reference);
    if (problem) problems.push({ ...problem, message: `${node.address}: ${problem.message}` });
  }
  return problems;
}

function referencesOf(
  giving: Giving,
  node: ResourceIr | VerifyIr,
  parts: ReadonlyMap<string, Part>,
): ReadonlySet<string> {
  const attributes = new Set([...parts.values()].map(({ attribute }) => attribute));
  const outputs = outputsIn(giving.kinds, giving.values);
  return new Set([...attributes].flatMap((attribute) => secretReferences(node, attribute, outputs)));
}

/** What steps will need from outside and is not there: said before the first of them runs. Commands are not run for it. */
export async function missingSecrets(
  giving: Giving,
  steps: readonly Giver[],
): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const step of steps) {
    const { node, action } = step;
    if (!node || !action.secrets) continue;
    for (const reference of referencesOf(giving, node, partsOf(giving.kinds, step))) {
      const problem = await giving.secrets.problem(reference);
      if (problem)
        problems.push({ ...problem, span: node.span, message: `${node.address}: ${problem.message}` });
    }
  }
  return problems;
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
