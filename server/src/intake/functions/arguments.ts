/** What implementations need to read their arguments and build their answers. */
import { type Decimal, toSafeInteger } from "../number.ts";
import { dynamicType, type Type } from "../type.ts";
import type { Value } from "../value.ts";
import { isMapping, isSequence, type Mapping, type Sequence } from "../values.ts";
import type { FunctionFailure, FunctionSpec, Parameter } from "./function.ts";

export const parameter = (name: string, type: Type = dynamicType, description?: string): Parameter => ({
  name,
  type,
  ...(description !== undefined && { description }),
});
export const nullable = (p: Parameter): Parameter => ({ ...p, nullable: true });

type Implementation = FunctionSpec["implementation"];
type Extra = Pick<FunctionSpec, "variadic" | "resultOf" | "accepts" | "marks" | "checkCall">;

/** An entry of the table. */
export const fn = (
  description: string,
  parameters: readonly Parameter[],
  result: Type,
  implementation: Implementation,
  extra: Extra = {},
): FunctionSpec => ({ description, parameters, result, implementation, ...extra });

export function failure(message: string, argument?: number): FunctionFailure {
  return { kind: "failure", message, ...(argument !== undefined && { argument }) };
}

// The evaluator converts arguments to their parameters' types before a call: anything else here is a fault of the table.

const unexpected = (value: Value | undefined): Error =>
  new Error(`a function was called with ${value?.kind ?? "nothing"}`);

export function text(value: Value | undefined): string {
  if (value?.kind !== "string") throw unexpected(value);
  return value.value;
}

export function decimal(value: Value | undefined): Decimal {
  if (value?.kind !== "number") throw unexpected(value);
  return value.value;
}

/** A whole number, or undefined when it has a fraction or is out of range. */
export const whole = (value: Value | undefined): number | undefined => toSafeInteger(decimal(value));

export function sequence(value: Value | undefined): Sequence {
  if (!value || !isSequence(value)) throw unexpected(value);
  return value;
}

export function mapping(value: Value | undefined): Mapping {
  if (!value || !isMapping(value)) throw unexpected(value);
  return value;
}
