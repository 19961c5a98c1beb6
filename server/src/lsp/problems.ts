/** What is wrong with a stack, for tools that want all of it at once. */
import { toRecords } from "../diagnostics/render.ts";
import { type DiagnosticRecord, type PlanParams, requests } from "../protocol.ts";
import { softened } from "./analyse.ts";
import { type Asking, guarded } from "./ask.ts";
import { pathOf } from "./uri.ts";

export function serveProblems(asking: Asking): void {
  asking.connection.onRequest(
    requests.problems,
    guarded(asking, async ({ folder }: PlanParams): Promise<readonly DiagnosticRecord[]> => {
      const path = pathOf(folder);
      const seen = path === undefined ? undefined : await asking.stacks.in(path);
      if (!seen) return [];
      const texts = new Map(seen.snapshot.files.map(({ file, text }) => [file, text]));
      return toRecords(seen.snapshot.diagnostics.map(softened), (file) => texts.get(file));
    }),
  );
}
