import { diagnostic } from "../diagnostics/diagnostic.ts";
import { convert, describeProblem } from "./convert.ts";
import { evaluate } from "./evaluate.ts";
import { functions } from "./functions/table.ts";
import { rootFolder } from "./module-block.ts";
import { createBudget, type PathStep, type Report } from "./scope.ts";
import { type Placed, spanOf } from "./stack.ts";
import type { StackFiles } from "./stack-files.ts";
import type { Type } from "./type.ts";
import type { Value } from "./value.ts";
import { isWhollyKnown, stringValue } from "./values.ts";

/** Where a constant stands that may read files. */
export interface FolderPlace {
  /** Relative to the stack's. */
  readonly folder: string;
  readonly files: StackFiles | undefined;
}

/**
 * The value of a setting that decides how the stack itself is read or planned, so that it can refer to nothing; undefined,
 * and reported, where it is none of the type.
 */
export function constant(
  placed: Placed,
  type: Type,
  name: string,
  report: Report,
  place?: FolderPlace,
): Value | undefined {
  const value = constantValue(placed, `"${name}"`, "Write the value itself.", report, place);
  const converted = convert(value, type);
  const span = spanOf(placed.origin, placed.expression);
  if (converted.kind === "problem") {
    report(diagnostic("wrong-type", describeProblem(converted, name), { span }));
    return undefined;
  }
  if (!isWhollyKnown(converted)) return undefined;
  if (converted.kind !== "null") return converted;
  report(diagnostic("invalid-value", `${name}: it must not be null`, { span }));
  return undefined;
}

/** The value of an expression that may refer to nothing. `what` begins the sentence that says so. */
export function constantValue(
  { origin, expression }: Placed,
  what: string,
  hint: string,
  report: Report,
  place?: FolderPlace,
): Value {
  return evaluate(expression, {
    origin,
    functions,
    budget: createBudget(),
    report,
    files: place?.files,
    resolve: (path, tell) => {
      const folder = place && folderAt(path, place);
      if (folder !== undefined) return { value: stringValue(folder), consumed: 2 };
      const [first, last] = [path[0], path.at(-1)];
      const text = path.map((p) => p.name).join(".");
      tell(
        diagnostic("unknown-reference", `${what} is a constant: it cannot refer to "${text}"`, {
          span: first && last && { origin, start: first.start, end: last.end },
          hint,
        }),
      );
      return undefined;
    },
  });
}

/** `path.root` and `path.module`, which no value decides. */
function folderAt([root, step]: readonly PathStep[], { folder }: FolderPlace): string | undefined {
  if (root?.name !== "path") return undefined;
  if (step?.name === "module") return folder;
  return step?.name === "root" ? rootFolder : undefined;
}
