/** Functions of sets. */
import { convert, describeProblem } from "../convert.ts";
import { identity } from "../equal.ts";
import { maxNodes } from "../limits.ts";
import { dynamicType, type Type } from "../type.ts";
import { unify } from "../unify.ts";
import type { Value } from "../value.ts";
import { isSequence, markIf, tupleValue, typeOf } from "../values.ts";
import { failure, fn, parameter, sequence } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";

function setproduct(args: readonly Value[]): FunctionOutcome {
  if (args.length < 2) return failure("it needs at least two sets or lists");
  const factors: { items: readonly Value[]; element: Type }[] = [];
  let total = args.length;
  for (const [i, arg] of args.entries()) {
    if (!isSequence(arg)) return failure("it takes sets and lists", i);
    const element = arg.kind === "tuple" ? unify(arg.items.map(typeOf)) : arg.element;
    if (!element && arg.items.length > 0) return failure("all items must have one type", i);
    factors.push({ items: arg.items, element: element ?? dynamicType });
    total *= arg.items.length;
  }
  if (total > maxNodes) return failure(`the product would have more than ${maxNodes} values`);
  const type: Type = { kind: "tuple", items: factors.map((factor) => factor.element) };
  let rows: Value[][] = [[]];
  for (const { items } of factors) rows = rows.flatMap((row) => items.map((item) => [...row, item]));
  const ordered = args.every((arg) => arg.kind !== "set");
  const product = markIf(
    args.some((arg) => arg.sensitive),
    tupleValue(rows.map(tupleValue)),
  );
  return convertTo(product, { kind: ordered ? "list" : "set", element: type });
}

function convertTo(value: Value, type: Type): FunctionOutcome {
  const result = convert(value, type);
  return result.kind === "problem" ? failure(describeProblem(result)) : result;
}

type SetOperation = (a: Map<string, Value>, b: Map<string, Value>) => Map<string, Value>;

const setOperation =
  (combine: SetOperation) =>
  (args: readonly Value[]): FunctionOutcome => {
    const sets = args.map(sequence);
    // An empty set of nothing in particular goes with every type.
    const elements = sets.flatMap((set) =>
      set.kind === "tuple" || (set.items.length === 0 && set.element.kind === "dynamic") ? [] : [set.element],
    );
    const element = elements.length === 0 ? dynamicType : unify(elements);
    if (!element) return failure("the items of all sets must have one type");
    let result: Map<string, Value> | undefined;
    for (const [i, set] of sets.entries()) {
      const converted = convert(set, { kind: "set", element });
      if (converted.kind === "problem") return failure(describeProblem(converted), i);
      const items = new Map(sequence(converted).items.map((item) => [identity(item) ?? "", item]));
      result = result ? combine(result, items) : items;
    }
    return convertTo(tupleValue([...(result ?? [])].map(([, item]) => item)), { kind: "set", element });
  };

const sets = { variadic: parameter("other_sets", { kind: "set", element: dynamicType }) };
const firstSet = parameter("first_set", { kind: "set", element: dynamicType });
const anySet: Type = { kind: "set", element: dynamicType };

const filterKeys = (from: Map<string, Value>, keep: (key: string) => boolean): Map<string, Value> =>
  new Map([...from].filter(([key]) => keep(key)));

export const setFunctions: Readonly<Record<string, FunctionEntry>> = {
  setintersection: fn(
    "What several sets have in common.",
    [firstSet],
    anySet,
    setOperation((a, b) => filterKeys(a, (key) => b.has(key))),
    sets,
  ),
  setproduct: fn("Every combination of the items of several sets or lists.", [], dynamicType, setproduct, {
    variadic: parameter("sets"),
    accepts: "partly-known",
    marks: true,
  }),
  setsubtract: fn(
    "What is in the first set and not in the second.",
    [parameter("a", anySet), parameter("b", anySet)],
    anySet,
    setOperation((a, b) => filterKeys(a, (key) => !b.has(key))),
  ),
  setunion: fn(
    "The items of several sets as one set.",
    [firstSet],
    anySet,
    setOperation((a, b) => new Map([...a, ...b])),
    sets,
  ),
};
