import type { Json } from "../intake/value.ts";
import type { ActionList } from "./actions.ts";

/** `move`: nothing but the address changes. `forget`: it stays as it is and is no longer known. Neither has a step. */
export type ChangeAction = "create" | "update" | "replace" | "delete" | "move" | "forget" | "none";

/** One attribute's difference. `before` or `after` is absent where there was or will be none. */
export interface FieldChange {
  /** `ports[0].external`, `env.APP_ENV`. */
  readonly path: string;
  /** Run-time values as `{"$ref": "repository.app.workdir"}`. */
  readonly before?: Json;
  readonly after?: Json;
  readonly sensitive: boolean;
}

/** What a plan means for one resource or verify, by address. */
export interface Change {
  readonly address: string;
  readonly action: ChangeAction;
  /** A short clause: `not in the state`, `ports changed`, `artifact edited`, `the container is gone`. */
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  /** The address it was recorded under, if that was another one. */
  readonly movedFrom?: string;
}

/** A change that is settled. The fields of what is new are all that it sets: they are put together for who wants to see them. */
export type Decision = Omit<Change, "fields"> & Partial<Pick<Change, "fields">>;

/** Whether something is done to the thing itself, so that what depends on it may see another one. */
export function hasSteps(change: Decision | undefined): boolean {
  return change !== undefined && !stepless.has(change.action);
}

const stepless: ReadonlySet<ChangeAction> = new Set(["none", "move", "forget"]);

/** A plan as a value: `apply` executes exactly its actions. */
export interface Plan {
  readonly version: "1";
  /** sha256, hex, over everything that decides the plan. */
  readonly planId: string;
  readonly destroy: boolean;
  /** In order of addresses; unchanged resources included, with action `none`. */
  readonly changes: readonly Change[];
  readonly actions: ActionList;
}
