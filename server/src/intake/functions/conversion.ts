import { convert, describeProblem } from "../convert.ts";
import { boolType, dynamicType, listOf, mapOf, numberType, setOf, stringType, type Type } from "../type.ts";
import { isSecretReference, type Value } from "../value.ts";
import { boolValue, markSensitive, unmark } from "../values.ts";
import { failure, fn, nullable, parameter } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";

const value = nullable(parameter("value"));

const converter = (type: Type, what: string): FunctionEntry =>
  fn(
    `The value as ${what}.`,
    [nullable(parameter("v"))],
    type,
    ([v]) => {
      if (!v) return failure("a value is required");
      const result = convert(v, type);
      return result.kind === "problem" ? failure(describeProblem(result), 0) : result;
    },
    { accepts: "unknown", marks: true },
  );

/** The argument itself, when there is one: the evaluator has counted. */
const given = (v: Value | undefined, answer: (v: Value) => Value) =>
  v ? answer(v) : failure("a value is required");

/** Behind a `secret(…)` is nothing that the files could call harmless. */
function openly(value: Value | undefined): FunctionOutcome {
  const isSecret =
    value?.kind === "unknown" && value.parts?.some((p) => typeof p === "object" && isSecretReference(p));
  return isSecret ? failure("what stands behind a secret(…) is never shown", 0) : given(value, unmark);
}

export const conversionFunctions: Readonly<Record<string, FunctionEntry>> = {
  can: {
    lazy: "can",
    description: "Whether an expression can be evaluated without an error.",
    parameters: [parameter("expression")],
    result: boolType,
  },
  ephemeralasnull: fn(
    "The value: nothing is ephemeral here.",
    [value],
    dynamicType,
    ([v]) => given(v, (x) => x),
    {
      accepts: "unknown",
      marks: true,
    },
  ),
  issensitive: fn(
    "Whether a value is sensitive.",
    [value],
    boolType,
    ([v]) => given(v, (x) => boolValue(x.sensitive === true)),
    {
      accepts: "unknown",
      marks: true,
    },
  ),
  nonsensitive: fn("The value, no longer sensitive.", [value], dynamicType, ([v]) => openly(v), {
    accepts: "unknown",
    marks: true,
  }),
  sensitive: fn(
    "The value, never shown from here on.",
    [value],
    dynamicType,
    ([v]) => given(v, markSensitive),
    {
      accepts: "unknown",
      marks: true,
    },
  ),
  tobool: converter(boolType, "a bool"),
  tolist: converter(listOf(dynamicType), "a list"),
  tomap: converter(mapOf(dynamicType), "a map"),
  tonumber: converter(numberType, "a number"),
  toset: converter(setOf(dynamicType), "a set"),
  tostring: converter(stringType, "a string"),
  try: {
    lazy: "try",
    description: "The first of its expressions that can be evaluated without an error.",
    parameters: [],
    variadic: parameter("expressions"),
    result: dynamicType,
  },
};
