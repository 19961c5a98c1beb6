/** What a language model may do with stacks: look, propose, and run checks. Nothing here applies anything. */
import * as z from "zod/mini";
import { analyse } from "../../analyse.ts";
import { toRecords } from "../../diagnostics/render.ts";
import { english } from "../../diagnostics/schema-messages.ts";
import { artifactScope } from "../../forge/proposals/open.ts";
import { suggestEdits } from "../../forge/proposals/suggest.ts";
import { plan } from "../../pipeline.ts";
import type { PlanRecord, RunEvent, ToolAnswer } from "../../protocol.ts";
import { planRecord } from "../../tools/plan-record.ts";
import { checksText, explained, planText, problemsText } from "../../tools/texts.ts";
import { verifyCommand } from "../commands/apply.ts";
import { planOptions } from "../commands/plan.ts";
import type { CliContext } from "../context.ts";
import { withLock } from "../lock.ts";
import { findFacts, textsOf, variableInputs, workspace } from "../options.ts";
import { stackBelow } from "./stacks.ts";

export interface ToolCall {
  /** With the call's own signals; nobody sits at its terminal. */
  readonly context: CliContext;
  /** Absolute: what the names of stacks are relative to. */
  readonly root: string;
  readonly input: unknown;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** It only looks. */
  readonly isReadOnly: boolean;
  /** JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Rejects with whatever a command rejects with. */
  call(call: ToolCall): Promise<ToolAnswer>;
}

const described = (text: string) => z.string().check(z.describe(text));
const stack = z.optional(
  described(
    "The stack's folder, relative to where the server runs. May be left out where there is one stack.",
  ),
);

export const tools: readonly Tool[] = [
  tool(
    {
      name: "get_diagnostics",
      title: "Clockwork problems",
      description:
        "Lists what is wrong with a Clockwork stack (.cw files): each problem with its file, line, code and the way out. Call it after editing .cw files.",
      isReadOnly: true,
    },
    z.strictObject({ stack }),
    (_, folder, { context }) => diagnosticsOf(context, folder),
  ),
  tool(
    {
      name: "get_plan",
      title: "Clockwork plan",
      description:
        "Tells what applying a Clockwork stack would change, and the steps in their order. Changes nothing; nothing is applied without a person.",
      isReadOnly: true,
    },
    z.strictObject({ stack }),
    (_, folder, { context }) => withPlan(context, folder, (record) => ({ text: planText(record) })),
  ),
  tool(
    {
      name: "explain_change",
      title: "Clockwork change",
      description:
        "Tells of one resource or check of a Clockwork plan why it changes, each attribute before and after, and which steps it has, as JSON.",
      isReadOnly: true,
    },
    z.strictObject({
      stack,
      address: described('Address from the plan, such as service.web, service.web["eu"] or verify.http.up.'),
    }),
    ({ address }, folder, { context }) => withPlan(context, folder, (record) => explained(record, address)),
  ),
  tool(
    {
      name: "propose_artifact_patch",
      title: "Propose a change to a Clockwork script",
      description:
        "Proposes a change to a script that Clockwork runs (below .clockwork/build/), for a person to review and approve; the script itself stays as it is. Refused where the changed text would break a rule. Never edit those files directly.",
      isReadOnly: false,
    },
    z.strictObject({
      stack,
      path: described("Of the script, below .clockwork/build/, such as scripts/ensure_service.web.mjs."),
      edits: z
        .array(
          z.strictObject({
            old: described("Text that stands in the script exactly once."),
            new: described("What is to stand in its place."),
          }),
        )
        .check(z.minLength(1), z.maxLength(100)),
    }),
    ({ path, edits }, folder, { context }) => suggest(context, folder, path, edits),
  ),
  tool(
    {
      name: "run_verify",
      title: "Run Clockwork checks",
      description:
        "Runs the checks (verify blocks and health checks) of a Clockwork stack that has been applied, against its files as they are saved, and tells which passed and why others failed. Changes no resource. A person is asked first.",
      isReadOnly: false,
    },
    z.strictObject({
      stack,
      addresses: z.optional(
        z
          .array(described("Address of a check."))
          .check(z.describe("Addresses of single checks, such as verify.http.up; all without it.")),
      ),
    }),
    ({ addresses }, folder, { context }) => runChecks(context, folder, addresses ?? []),
  ),
];

function tool<S extends z.ZodMiniType<{ readonly stack?: string | undefined }>>(
  about: Pick<Tool, "name" | "title" | "description" | "isReadOnly">,
  input: S,
  answer: (input: z.output<S>, folder: string, call: ToolCall) => Promise<ToolAnswer>,
): Tool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: "input" });
  return {
    ...about,
    inputSchema,
    call: async (call) => {
      const { success, data, error } = input.safeParse(call.input, english);
      if (success)
        return answer(data, await stackBelow(call.context.host.files, call.root, data.stack), call);
      const [issue] = error.issues;
      return { isError: true, text: `${issue?.path.map(String).join(".") || "input"}: ${issue?.message}` };
    },
  };
}

async function diagnosticsOf(context: CliContext, folder: string): Promise<ToolAnswer> {
  const { diagnostics, files } = await analyse(
    context.host.files,
    await context.grammar(folder),
    folder,
    variableInputs(context, {}),
    { findFacts: findFacts(context, {}, folder) },
  );
  return { text: problemsText(toRecords(diagnostics, textsOf(context, folder, files))) };
}

async function withPlan(
  context: CliContext,
  folder: string,
  answer: (plan: PlanRecord) => ToolAnswer,
): Promise<ToolAnswer> {
  const ws = await workspace(context, {}, folder);
  const { value, diagnostics, files } = await plan(ws, planOptions({}));
  if (value) return answer(planRecord(folder, { plan: value.plan, places: [] }));
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return { isError: true, text: problemsText(toRecords(errors, textsOf(context, folder, files))) };
}

function suggest(
  context: CliContext,
  folder: string,
  path: string,
  edits: readonly { readonly old: string; readonly new: string }[],
): Promise<ToolAnswer> {
  return withLock<ToolAnswer>(context, { lockTimeout: "5s" }, { stackDir: folder }, "proposals", {
    held: ([problem]) => ({ isError: true, text: problem?.message ?? "The stack is locked" }),
    work: async () => {
      const { files, environment } = context.host;
      const scope = artifactScope(folder, environment.uid);
      const suggested = await suggestEdits(files, scope, path.replace(/^\.clockwork\/build\//, ""), edits);
      if ("refused" in suggested) return { isError: true, text: suggested.refused };
      const text = `It is the proposal ${suggested.id}, and waits for a person: in the editor's view Proposals, or with "clockwork proposals show ${suggested.id}" and approve or reject. The script stands as it is.`;
      return { text };
    },
  });
}

/** The command's own events tell what came of each check. */
async function runChecks(
  context: CliContext,
  folder: string,
  addresses: readonly string[],
): Promise<ToolAnswer> {
  const printed: string[] = [];
  const quiet = { ...context, out: (text: string) => void printed.push(text), err: () => undefined };
  await verifyCommand(quiet, folder, { json: true, target: addresses, lockTimeout: "5s" });
  const lines = printed
    .join("")
    .split("\n")
    .filter((line) => line !== "");
  return checksText(lines.map((line) => JSON.parse(line) as RunEvent));
}
