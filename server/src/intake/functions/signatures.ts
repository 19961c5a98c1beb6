/** The table of functions as plain data: what completion, hover, signature help and the documentation show. */
import { describeType } from "../type.ts";
import type { FunctionEntry, Parameter } from "./function.ts";
import { functions } from "./table.ts";

export interface ParameterSignature {
  readonly name: string;
  /** As a type is written: `list(string)`, `any`. */
  readonly type: string;
  readonly description?: string;
  /** Null is a value it takes. */
  readonly nullable?: true;
}

export interface FunctionSignature {
  readonly name: string;
  /** One line, with a full stop. */
  readonly description: string;
  readonly parameters: readonly ParameterSignature[];
  /** Any number of further arguments. */
  readonly variadic?: ParameterSignature;
  /** `any` where it depends on the arguments; empty for a function that cannot be called. */
  readonly result: string;
  /** Why it cannot be called: half a sentence. */
  readonly refused?: string;
  /** What to use instead of one that cannot be called. */
  readonly instead?: string;
}

/** In order of names. */
export function functionSignatures(): readonly FunctionSignature[] {
  return [...functions].map(([name, entry]) => signature(name, entry));
}

/** As it is called: `join(separator, lists...)`. */
export function callText({ name, parameters, variadic }: FunctionSignature): string {
  const names = [...parameters.map((p) => p.name), ...(variadic ? [`${variadic.name}...`] : [])];
  return `${name}(${names.join(", ")})`;
}

function signature(name: string, entry: FunctionEntry): FunctionSignature {
  if ("refused" in entry) {
    const { description, hint } = entry;
    return {
      name,
      description: `Cannot be called: ${description}.`,
      parameters: [],
      result: "",
      refused: description,
      ...(hint !== undefined && { instead: hint }),
    };
  }
  const { description, parameters, variadic, result } = entry;
  return {
    name,
    description,
    parameters: parameters.map(parameterSignature),
    ...(variadic && { variadic: parameterSignature(variadic) }),
    result: describeType(result),
  };
}

function parameterSignature({ name, type, description, nullable }: Parameter): ParameterSignature {
  return {
    name,
    type: describeType(type),
    ...(description !== undefined && { description }),
    ...(nullable && { nullable }),
  };
}
