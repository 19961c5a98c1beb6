/** A plan as a document to read: what `clockwork plan` prints, with the places in it that lead to blocks. */
import type { Plan } from "../assembly/plan.ts";
import { planParts } from "../assembly/view/plan.ts";
import type { Range } from "./snapshot.ts";

export interface PlanDocument {
  readonly text: string;
  readonly links: readonly PlanLink[];
}

/** Where a resource or check is named: at its change, and at each of its steps. */
export interface PlanLink extends Range {
  readonly address: string;
}

/**
 * @param plan the last one that could be made, if there is any
 * @param stale why it is not the plan of what the files say now
 */
export function planDocument(plan: Plan | undefined, stale: string | undefined): PlanDocument {
  let text = headOf(plan, stale);
  const links: PlanLink[] = [];
  for (const part of plan ? planParts(plan, (_, plain) => plain) : []) {
    if (part.about) {
      const { address, name } = part.about;
      const start = text.length + part.text.indexOf(name);
      links.push({ start, end: start + name.length, address });
    }
    text += `${part.text}\n`;
  }
  return { text, links };
}

function headOf(plan: Plan | undefined, stale: string | undefined): string {
  if (stale === undefined) return "";
  return plan ? `Not up to date: ${stale}\n\n` : `No plan: ${stale}\n`;
}
