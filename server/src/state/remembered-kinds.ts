import { stepNames } from "../intake/own-kinds.ts";
import { type Kinds, scriptOfStep, withKinds } from "../intake/schema/known-kinds.ts";
import type {
  AttributeSchema,
  KindSchema,
  KindScript,
  OutputSchema,
  OwnStep,
} from "../intake/schema/schema.ts";
import { dynamicType } from "../intake/type.ts";
import type { ResourceRecord, State } from "./state.ts";

/**
 * The kinds of the files, and those of which only resources in the state are left: as much of them as their removal needs.
 * Its script stands in each resource's record.
 */
export function withRemembered(kinds: Kinds, state: State | undefined): Kinds {
  const records = new Map<string, ResourceRecord[]>();
  for (const record of Object.values(state?.resources ?? {})) {
    if (!record.definition || kinds.resources.has(record.kind)) continue;
    const same = records.get(record.kind);
    if (same) same.push(record);
    else records.set(record.kind, [record]);
  }
  return withKinds(
    kinds,
    [...records].map(([name, own]) => remembered(name, own)),
  );
}

/** What a step of one of the stack's own kinds runs: by the files, or else by the record of what it removes. */
export function ownStep(
  kinds: Kinds,
  state: State | undefined,
  step: { readonly name: string; readonly resource?: string | undefined },
): OwnStep | undefined {
  const kind = kinds.steps.get(step.name);
  if (!kind?.own) return undefined;
  const { scripts, ...own } = kind.own;
  const script = kind.own.span ? scriptOfStep(kinds, step.name) : recordedRemoval(state, step.resource ?? "");
  return { ...own, ...(script && { script }) };
}

function recordedRemoval(state: State | undefined, address: string): KindScript | undefined {
  const records = state?.resources ?? {};
  return (Object.hasOwn(records, address) && records[address]?.definition?.remove) || undefined;
}

function remembered(name: string, records: readonly ResourceRecord[]): KindSchema {
  const attributes = new Set(records.flatMap((r) => Object.keys(r.inputs)));
  const outputs = new Set(records.flatMap((r) => Object.keys(r.outputs)));
  const definition = records[0]?.definition;
  const description = "No longer in the files.";
  return {
    name,
    description,
    attributes: [...attributes].map(
      (attribute): AttributeSchema => ({ name: attribute, type: dynamicType, description, risk: "approve" }),
    ),
    outputs: [...outputs].map((output): OutputSchema => ({ name: output, description, common: true })),
    phase: "ensure",
    claims: [],
    ...(definition && { own: { scripts: {}, capabilities: definition.capabilities } }),
    ...stepNames(
      name,
      records.every((r) => r.definition?.remove === null),
    ),
  };
}
