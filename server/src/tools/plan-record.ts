import { actionId } from "../assembly/actions.ts";
import type { Change, FieldChange, Plan } from "../assembly/plan.ts";
import { countsOf, fieldText, isCheck, summaryOf } from "../assembly/view/plan.ts";
import type {
  BlockPlace,
  DriftRecord,
  PlannedChange,
  PlannedField,
  PlannedStep,
  PlanRecord,
} from "../protocol.ts";

/** A plan, and what is known around it. */
export interface KnownPlan {
  /** Absent where none could be made. */
  readonly plan: Plan | undefined;
  /** Why it is not the plan of what the files say now. */
  readonly stale?: string | undefined;
  readonly needsFacts?: boolean;
  /** Of the plan's changes, by their indexes; undefined where no block is left. */
  readonly places: readonly (BlockPlace | undefined)[];
  /** Absent where nobody has looked. */
  readonly drift?: readonly DriftRecord[];
}

/** A plan as clients get it. */
export function planRecord(
  folder: string,
  { plan, stale, needsFacts, places, drift = [] }: KnownPlan,
): PlanRecord {
  const changes = plan?.changes ?? [];
  const counts = countsOf(changes);
  const steps = (plan?.actions.steps ?? []).map((step): PlannedStep => {
    const { name, resource, needs = [] } = step;
    return { id: actionId(step), name, ...(resource !== undefined && { resource }), needs };
  });
  const byResource = new Map<string | undefined, string[]>();
  for (const { id, resource } of steps) {
    const ids = byResource.get(resource) ?? [];
    byResource.set(resource, ids);
    ids.push(id);
  }
  return {
    folder,
    ...(stale !== undefined && { stale }),
    ...(needsFacts && { needsFacts }),
    ...(plan && { planId: plan.planId }),
    summary: { ...counts, text: summaryOf(counts) },
    changes: changes.map((change, i): PlannedChange => {
      const place = places[i];
      return {
        ...toChange(change),
        ...(place && { place }),
        steps: byResource.get(change.address) ?? [],
      };
    }),
    steps,
    drift,
  };
}

function toChange(change: Change): Omit<PlannedChange, "steps"> {
  const { address, action, reason, fields, movedFrom } = change;
  return {
    address,
    action,
    isCheck: isCheck(change),
    reason,
    ...(movedFrom !== undefined && { movedFrom }),
    fields: fields.map(toField),
  };
}

function toField(field: FieldChange): PlannedField {
  const { path, before, after, sensitive } = field;
  return {
    path,
    ...(before !== undefined && { before: fieldText(field, before, "") }),
    ...(after !== undefined && { after: fieldText(field, after, "") }),
    sensitive,
  };
}
