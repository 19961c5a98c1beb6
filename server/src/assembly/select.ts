/** Which addresses a plan is about. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { isAddress, kindOf } from "../intake/address.ts";
import { healthAddress } from "../intake/health-check.ts";
import type { Ir, VerifyIr } from "../intake/ir.ts";
import type { Kinds } from "../intake/schema/known-kinds.ts";
import type { State } from "../state/state.ts";
import type { AssemblyInput } from "./assemble.ts";
import { append, type Graph } from "./graph.ts";

/** Resources in the state that this version cannot plan with. */
export function foreignRecords(kinds: Kinds, state: State | undefined): Diagnostic[] {
  return Object.entries(state?.resources ?? {}).flatMap(([address, { kind }]) => {
    if (isAddress(address) && kinds.resources.has(kind) && kindOf(address) === kind) return [];
    const message = `The state has "${address}" of the kind "${kind}", which this version of Clockwork does not have`;
    return [
      diagnostic("state-unreadable", message, { hint: "Use the version of Clockwork that has written it." }),
    ];
  });
}

export function unknownTargets(input: AssemblyInput): Diagnostic[] {
  const known = new Set([
    ...input.ir.resources.map((r) => r.address),
    ...input.ir.verifies.map((v) => v.address),
    ...Object.keys(input.state?.resources ?? {}),
  ]);
  return input.targets
    .filter((t) => !known.has(t))
    .map((t) =>
      diagnostic("unknown-target", `Nothing in the stack or its state has the address "${t}"`, {
        hint: didYouMean(t, known),
      }),
    );
}

/** The stack's checks, or those with these addresses; an address that no check has is a problem. */
export function selectChecks(
  { verifies }: Ir,
  targets: readonly string[],
): { value: readonly VerifyIr[]; diagnostics: readonly Diagnostic[] } {
  if (targets.length === 0) return { value: verifies, diagnostics: [] };
  const known = new Set(verifies.map((v) => v.address));
  const diagnostics = targets
    .filter((t) => !known.has(t))
    .map((t) =>
      diagnostic("unknown-target", `No check of the stack has the address "${t}"`, {
        hint: didYouMean(t, known),
      }),
    );
  return { value: verifies.filter((v) => targets.includes(v.address)), diagnostics };
}

/**
 * All addresses, or the targets with everything they depend on, services with their health checks. What is removed takes
 * with it what is removed too and depends on it.
 */
export function select(input: AssemblyInput, graph: Graph): (address: string) => boolean {
  if (input.targets.length === 0) return () => true;
  const selected = new Set<string>();
  const dependants = removedDependants(input, graph);
  const queue = [...input.targets];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (selected.has(address)) continue;
    selected.add(address);
    const edges = input.destroy ? undefined : graph.get(address);
    for (const edge of edges ?? []) queue.push(edge.address);
    if (edges && graph.has(healthAddress(address))) queue.push(healthAddress(address));
    if (!edges) queue.push(...(dependants.get(address) ?? []));
  }
  return (address) => selected.has(address);
}

/** What is to be removed, by the addresses that it depends on. */
function removedDependants(input: AssemblyInput, graph: Graph): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  for (const [address, record] of Object.entries(input.state?.resources ?? {})) {
    if (!input.destroy && graph.has(address)) continue;
    for (const on of record.dependsOn) append(dependants, on, address);
  }
  return dependants;
}
