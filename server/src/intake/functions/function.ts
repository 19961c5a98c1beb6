import type { Call } from "../../syntax/ast.ts";
import type { Context } from "../context.ts";
import type { Type } from "../type.ts";
import type { Value } from "../value.ts";

/** One parameter of a function, as signature help shows it. */
export interface Parameter {
  readonly name: string;
  /** Arguments are converted to it before the call; `any` takes everything as it is. */
  readonly type: Type;
  readonly description?: string;
  /** A null argument is passed on; otherwise it is an error. */
  readonly nullable?: true;
}

/** Why a call cannot succeed, as half a sentence; `argument` is the index of the one to blame. */
export interface FunctionFailure {
  readonly kind: "failure";
  readonly message: string;
  readonly argument?: number;
  /** The way out, as a sentence. */
  readonly hint?: string;
}

/** What is wrong has been reported, at its place. */
export interface Reported {
  readonly kind: "reported";
}

export type FunctionOutcome = Value | FunctionFailure;

/** What a call may still cost. Only what takes more than going through its arguments has to take from it. */
export interface Allowance {
  steps: number;
}

/**
 * A function of the language as data: evaluation, completion, hover and signature help read the same entry. `implementation`
 * is pure and never throws for what a user wrote.
 */
export interface FunctionSpec {
  /** One line. */
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Takes any number of further arguments. */
  readonly variadic?: Parameter;
  /** `any` where it depends on the arguments. */
  readonly result: Type;
  /** The result's type as far as unknown arguments tell it; without it, `result`. */
  readonly resultOf?: (args: readonly Value[]) => Type;
  /**
   * What it can do with values inside of which something is unknown. Without it the call's result is unknown as soon as
   * anything inside an argument is. An argument that is itself unknown always makes the result unknown, except with "unknown".
   */
  readonly accepts?: "partly-known" | "unknown";
  /** Looks at how a call is written, before its arguments are evaluated. */
  readonly checkCall?: (call: Call) => FunctionFailure | undefined;
  /** Handles `sensitive` itself; without it a mark anywhere inside an argument marks the result and none is seen. */
  readonly marks?: true;
  readonly implementation: (
    args: readonly Value[],
    allowance: Allowance,
    context: Context,
  ) => FunctionOutcome | Reported;
}

/** A function that is known by name but cannot be called, with the reason. */
export interface RefusedFunction {
  readonly refused: "impure-function" | "not-supported" | "unknown-function";
  readonly description: string;
  /** What to use instead, as a sentence. */
  readonly hint?: string;
}

/** `try` and `can`: their arguments are evaluated by the evaluator, which forgets their problems. */
export interface LazyFunction {
  readonly lazy: "try" | "can";
  readonly description: string;
  readonly variadic?: Parameter;
  readonly parameters: readonly Parameter[];
  readonly result: Type;
}

export type FunctionEntry = FunctionSpec | RefusedFunction | LazyFunction;
export type FunctionTable = ReadonlyMap<string, FunctionEntry>;
