/**
 * The ArtifactBundle as an agent writes it. A map with free keys cannot be said in a provider's structured output (it becomes
 * the empty object), so variables are a list there. Nothing is checked here but what the change of form needs.
 */
import * as z from "zod/mini";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { artifact, runStep } from "./bundle.ts";

const wireBundle = z.strictObject({
  version: z.literal("1"),
  artifacts: z.array(artifact),
  steps: z.array(runStep),
  vars: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .check(z.describe("Variables of every step's environment. Usually empty.")),
});

/** What an answer is asked to look like. */
export function wireSchema(): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(wireBundle, { target: "draft-2020-12", io: "input" });
  return schema;
}

/** The bundle in the contract's form; everything that is wrong with it otherwise is the check's to say. */
export function fromWire(reply: unknown): { readonly value?: unknown; readonly problem?: Diagnostic } {
  if (typeof reply !== "object" || reply === null || !("vars" in reply)) return { value: reply };
  const listed = wireBundle.shape.vars.safeParse(reply.vars);
  if (!listed.success)
    return { problem: diagnostic("B-SHAPE", "vars: give a list of {name, value}, both texts") };
  const names = listed.data.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    return { problem: diagnostic("B-SHAPE", `vars: ${JSON.stringify(twice.slice(0, 80))} is there twice`) };
  // A name of the prototype's must not reach it.
  const vars = Object.assign(
    Object.create(null),
    Object.fromEntries(listed.data.map((v) => [v.name, v.value])),
  );
  return { value: { ...reply, vars } };
}
