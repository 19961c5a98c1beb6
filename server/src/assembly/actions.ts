import * as z from "zod/mini";

/**
 * The ActionList: the ordered steps of a plan. The shape is the seed's; every field beyond `name` and `args` is optional so
 * that the seed's samples stay valid.
 */
const json: z.ZodMiniType<JsonValue> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export const environmentName = z.string().check(z.regex(/^[A-Z][A-Z0-9_]{0,127}$/));

/** A field that may be absent, with what it says. */
function optional<T extends z.ZodMiniType>(type: T, description: string): z.ZodMiniOptional<T> {
  return z.optional(type).check(z.describe(description));
}

export const action = z.strictObject({
  name: z
    .string()
    .check(z.regex(/^[a-z][a-z0-9_]*$/), z.describe("The kind of step, such as ensure_service.")),
  args: z
    .record(z.string(), json)
    .check(
      z.describe(
        "What the step works on. `<arg>Var` names the environment variable that carries a run-time value; `${NAME}` inside a string stands for one.",
      ),
    ),
  id: optional(
    z.string().check(z.minLength(1)),
    "Stable and unique in the list, such as ensure_service.web.",
  ),
  needs: optional(z.array(z.string()), "Ids of the steps that must have succeeded before."),
  uses: optional(z.array(environmentName), "Run-time values the step reads from its environment."),
  provides: optional(
    z.record(z.string(), environmentName),
    "Outputs the step owes, by name, and the variable it writes each to.",
  ),
  secrets: optional(z.array(environmentName), "Those of `uses` that are sensitive."),
  resource: optional(z.string(), "Address of the block the step belongs to."),
  timeout: optional(z.number().check(z.positive()), "Longest run time, in seconds."),
  retries: optional(z.int().check(z.minimum(0)), "How often a failed run is repeated."),
});
export type Action = Readonly<z.infer<typeof action>>;

export const actionList = z.strictObject({
  version: z.literal("1"),
  steps: z.array(action),
});
export type ActionList = Readonly<z.infer<typeof actionList>>;

/** A step's id; in a list without ids (the seed's form) its name. */
export function actionId(step: Action): string {
  return step.id ?? step.name;
}
