import type { Json } from "../intake/value.ts";
import type { ActionList } from "./actions.ts";

export type ChangeAction = "create" | "update" | "replace" | "delete" | "none";

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
}

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
