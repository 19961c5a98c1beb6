import { stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { isSequence, listValue } from "../values.ts";
import { failure } from "./arguments.ts";
import { formatText } from "./format.ts";
import type { FunctionOutcome } from "./function.ts";

/** Lists among the arguments must be of one length; everything else is used again for each item. */
export function formatList(format: string, args: readonly Value[]): FunctionOutcome {
  let length: number | undefined;
  for (const [i, arg] of args.entries()) {
    if (!isSequence(arg)) continue;
    if (length !== undefined && arg.items.length !== length) {
      return failure(`the lists have different lengths: ${length} and ${arg.items.length}`, i + 1);
    }
    length = arg.items.length;
  }
  const result: Value[] = [];
  for (let i = 0; i < (length ?? 1); i++) {
    const outcome = formatText(
      format,
      args.map((arg) => (isSequence(arg) ? (arg.items[i] ?? arg) : arg)),
    );
    if (outcome.kind === "failure") return outcome;
    result.push(outcome);
  }
  return listValue(stringType, result);
}
