import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../diagnostics/span.ts";
import type { Index } from "../syntax/ast.ts";
import type { FunctionTable } from "./functions/function.ts";
import type { StackFiles } from "./stack-files.ts";
import { dynamicType } from "./type.ts";
import type { Value } from "./value.ts";

/** A name of a traversal's static part, `var` or `.x`, where it stands. */
export interface PathStep {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The value of the first `consumed` steps of a path; the evaluator applies the others to it. */
export interface Resolved {
  readonly value: Value;
  readonly consumed: number;
}

export type Report = (diagnostic: Diagnostic) => void;

/** How much one evaluation may cost. Shared by evaluations that happen inside each other; `createBudget` makes one. */
export interface Budget {
  /** Steps left to the outermost evaluation; set anew whenever one begins. */
  steps: number;
  /** That there are none left has been reported. */
  exhausted: boolean;
  /** How deep expressions are nested right now, across the evaluations inside each other. */
  depth: number;
}

/** Everything an expression is evaluated in. */
export interface Scope {
  /** Of the chunk the expression stands in; its spans are relative to it. */
  readonly origin: Origin;
  readonly functions: FunctionTable;
  readonly budget: Budget;
  /** The value behind a reference of `secret(…)`; undefined while planning, absent where nothing is ever known. */
  readonly secret?: (reference: string) => string | undefined;
  /** What file functions read; absent where the expression stands in no stack's folder, or has to be a constant. */
  readonly files?: StackFiles | undefined;
  /** Takes what `evaluate` finds wrong with the expression. */
  readonly report: Report;
  /**
   * Looks up a traversal whose root is no `for` variable: all names from the root up to the first index or splat, never
   * empty (`service.web["eu"].id` gives `service`, `web`). Undefined after it has told `report` why there is nothing; the value
   * is then the broken one. It must use the `report` it is handed, which takes the same problem once only. `index` is the
   * expression in which brackets follow right after the path.
   */
  resolve(path: readonly PathStep[], report: Report, index?: Index): Resolved | undefined;
}

export const createBudget = (): Budget => ({ steps: 0, exhausted: false, depth: 0 });

/** What stands where evaluation failed and the failure has been reported: unknown, of unknown type. */
export const broken: Value = { kind: "unknown", type: dynamicType };
