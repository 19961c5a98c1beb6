import * as z from "zod";

/**
 * The ActionList: the ordered steps of a plan. The shape is the seed's; every field beyond `name` and `args` is optional so
 * that the seed's samples stay valid.
 */
const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export const environmentName = z.string().regex(/^[A-Z][A-Z0-9_]{0,127}$/);

export const action = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .describe("The kind of step, such as ensure_service."),
  args: z
    .record(z.string(), json)
    .describe(
      "What the step works on. `<arg>Var` names the environment variable that carries a run-time value; `${NAME}` inside a string stands for one.",
    ),
  id: z.string().min(1).optional().describe("Stable and unique in the list, such as ensure_service.web."),
  needs: z.array(z.string()).optional().describe("Ids of the steps that must have succeeded before."),
  uses: z.array(environmentName).optional().describe("Run-time values the step reads from its environment."),
  provides: z
    .record(z.string(), environmentName)
    .optional()
    .describe("Outputs the step owes, by name, and the variable it writes each to."),
  secrets: z.array(environmentName).optional().describe("Those of `uses` that are sensitive."),
  resource: z.string().optional().describe("Address of the block the step belongs to."),
  timeout: z.number().positive().optional().describe("Longest run time, in seconds."),
  retries: z.number().int().min(0).optional().describe("How often a failed run is repeated."),
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
