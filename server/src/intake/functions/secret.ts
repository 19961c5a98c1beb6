/** `secret`: a value that comes from outside, and only when the step that needs it runs. */
import { stringType } from "../type.ts";
import { secretReference } from "../value.ts";
import { markSensitive, stringValue, unknownOf } from "../values.ts";
import { failure } from "./arguments.ts";
import type { FunctionOutcome, FunctionSpec } from "./function.ts";

/** What follows the colon of each kind of reference. */
const kinds: ReadonlyMap<string, { readonly form: RegExp; readonly example: string }> = new Map([
  ["env", { form: /^[A-Za-z_][A-Za-z0-9_]*$/, example: "env:DB_PASSWORD" }],
  ["file", { form: /\S/, example: "file:/run/secrets/db" }],
  ["cmd", { form: /\S/, example: "cmd:pass show db" }],
]);

const examples = [...kinds.values()].map(({ example }) => `"${example}"`).join(", ");

export const secretFunctions: Readonly<Record<string, FunctionSpec>> = {
  secret: {
    description:
      "A value from an environment variable, a file or a command, read when a step needs it and stored nowhere.",
    parameters: [
      {
        name: "reference",
        type: stringType,
        description: "`env:NAME`, `file:PATH` or `cmd:COMMAND`.",
      },
    ],
    result: stringType,
    accepts: "unknown",
    implementation: ([reference], _, { scope }): FunctionOutcome => {
      if (reference?.kind !== "string") return markSensitive(unknownOf(stringType));
      const problem = problemOf(reference.value);
      if (problem !== undefined) return failure(problem, 0);
      const value = scope.secret?.(reference.value);
      if (value !== undefined) return markSensitive(stringValue(value));
      return markSensitive({ ...unknownOf(stringType), parts: [secretReference(reference.value)] });
    },
  },
};

function problemOf(reference: string): string | undefined {
  const colon = reference.indexOf(":");
  const kind = kinds.get(reference.slice(0, Math.max(0, colon)));
  if (!kind) return `where it comes from is missing, write ${examples}`;
  return kind.form.test(reference.slice(colon + 1)) ? undefined : `it names nothing, write "${kind.example}"`;
}
