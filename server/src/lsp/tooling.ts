/** What language models are told of a stack as the editor has it, saved or not. */
import { toRecords } from "../diagnostics/render.ts";
import { requests, type ToolAnswer, type ToolParams } from "../protocol.ts";
import { planRecord } from "../tools/plan-record.ts";
import { explained, planText, problemsText } from "../tools/texts.ts";
import { softened } from "./analyse.ts";
import { type Asking, guarded } from "./ask.ts";
import { folderPath } from "./uri.ts";

export function serveTools(asking: Asking): void {
  asking.connection.onRequest(
    requests.tool,
    guarded(asking, async (params: ToolParams): Promise<ToolAnswer> => {
      const path = folderPath(params.folder);
      const answer = path === undefined ? undefined : await answerOf(asking, path, params);
      return answer ?? { isError: true, text: "There is no stack in this folder." };
    }),
  );
}

async function answerOf(
  { stacks, plans }: Asking,
  path: string,
  { tool, folder, address = "" }: ToolParams,
): Promise<ToolAnswer | undefined> {
  if (tool === "get_diagnostics") {
    const seen = await stacks.in(path);
    if (!seen) return undefined;
    const texts = new Map(seen.snapshot.files.map(({ file, text }) => [file, text]));
    const records = toRecords(seen.snapshot.diagnostics.map(softened), (file) => texts.get(file));
    return { text: problemsText(records) };
  }
  const live = await plans.of(path);
  if (!live) return undefined;
  const plan = planRecord(folder, live);
  return tool === "get_plan" ? { text: planText(plan) } : explained(plan, address);
}
