import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { english } from "../diagnostics/schema-messages.ts";
import { actionList } from "./actions.ts";

const change = z.strictObject({
  address: z.string(),
  action: z.enum(["create", "update", "replace", "delete", "move", "forget", "none"]),
  reason: z.string(),
  fields: z.array(
    z.strictObject({
      path: z.string(),
      before: z.optional(z.json()),
      after: z.optional(z.json()),
      sensitive: z.boolean(),
    }),
  ),
  movedFrom: z.optional(z.string()),
});

/** `plan --out FILE`: the plan a person approves, and how it was asked for, so that `apply` can tell whether it still holds. */
export const savedPlan = z.strictObject({
  version: z.literal("1"),
  /** The stack's folder, relative to the plan file's. */
  stack: z.string(),
  planId: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  options: z.strictObject({
    destroy: z.boolean(),
    refresh: z.boolean(),
    targets: z.array(z.string()),
    force: z.boolean(),
  }),
  variables: z.strictObject({
    flags: z.array(z.strictObject({ name: z.string(), text: z.string() })),
    files: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
    /** Sensitive variables that were given a value, which is not kept: it is given again. */
    withheld: z.optional(z.array(z.string())),
  }),
  changes: z.array(change),
  actions: actionList,
});
export type SavedPlan = z.infer<typeof savedPlan>;

export function readSavedPlan(text: string, path: string): { value?: SavedPlan; diagnostics: Diagnostic[] } {
  const problem = (message: string) => ({
    diagnostics: [
      diagnostic("plan-unreadable", `${path} is no plan: ${message}`, {
        hint: `Make one with: clockwork plan --out ${path}`,
      }),
    ],
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return problem("it is not JSON");
  }
  const result = savedPlan.safeParse(parsed, english);
  if (result.success) return { value: result.data, diagnostics: [] };
  const issue = result.error.issues[0];
  return problem(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not of the right form"}`);
}
