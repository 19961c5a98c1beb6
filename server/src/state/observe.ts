/**
 * Looks at what is really there, so that plan and daemon see drift and no step touches what is not ours. It only ever asks:
 * nothing here changes a file, a container or the state, and every question has a time limit.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "../host/ports.ts";
import type { EnvFacts } from "../intake/facts.ts";
import type { Observation } from "./observation.ts";
import { observerNeed, observers } from "./observe/observers.ts";
import { judgeOwnership, type OwningStep } from "./observe/ownership.ts";
import type { ResourceRecord } from "./state.ts";

/** What must be found on the machine before these records are looked at. */
export function observerNeeds(records: Iterable<ResourceRecord>): ReadonlySet<"engine" | "git"> {
  return new Set([...records].flatMap((record) => observerNeed(record) ?? []));
}

/** Compares a resource with its record. Kinds without an observer, the stack's own, are `unknown`. */
export async function observe(
  host: Host,
  facts: EnvFacts,
  stackDir: string,
  lineage: string,
  address: string,
  record: ResourceRecord,
): Promise<Observation> {
  const observer = observers.get(record.kind);
  if (!observer)
    return { status: "unknown", detail: `resources of kind "${record.kind}" cannot be observed` };
  return observer({ host, facts, stackDir, lineage, address, record });
}

/**
 * Asked right before a step: a `not-ours` diagnostic when it would change or remove a thing that exists and does not belong
 * to this stack. `values` are the run-time values by environment name.
 */
export async function ownership(
  host: Host,
  facts: EnvFacts,
  stackDir: string,
  lineage: string,
  step: OwningStep,
  record: ResourceRecord | undefined,
  values: ReadonlyMap<string, string>,
): Promise<Diagnostic | undefined> {
  return judgeOwnership({ host, facts, stackDir, lineage, step, record, values });
}
