import type { ActionList } from "../../assembly/actions.ts";
import type { RunEvent } from "../../protocol.ts";

/** One document: two spaces, a line break at the end, keys in the order they have. */
export function printDocument(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * `plan --json`: the ActionList and nothing else. The fields of a step stand in the contract's order, arguments in the
 * kinds table's (as Assembly made them), so that the same plan is the same bytes.
 */
export function printActionList(actions: ActionList): string {
  const steps = actions.steps.map((step) => ({
    name: step.name,
    args: step.args,
    id: step.id,
    needs: step.needs,
    uses: step.uses,
    provides: step.provides,
    secrets: step.secrets,
    resource: step.resource,
    timeout: step.timeout,
    retries: step.retries,
  }));
  return printDocument({ version: actions.version, steps });
}

/** One line of NDJSON. */
export function printEvent(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}
