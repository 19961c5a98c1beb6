/** What a client that runs the command line asks: what ran before, and which resource a place is about. */
import { pastRuns, pastSteps } from "../forge/past-runs.ts";
import type { ReadFiles } from "../host/ports.ts";
import { blockAt } from "../ide/block-at.ts";
import {
  type BlockAt,
  type BlockAtParams,
  type PastRun,
  type PastStep,
  type RunStepsParams,
  type RunsParams,
  requests,
} from "../protocol.ts";
import { type Asking, ask, guarded } from "./ask.ts";
import { folderPath, uriOf } from "./uri.ts";

export function serveRunning(asking: Asking, files: ReadFiles): void {
  const { connection } = asking;
  connection.onRequest(
    requests.runs,
    guarded(asking, async ({ folder, limit }: RunsParams): Promise<readonly PastRun[]> => {
      const path = folderPath(folder);
      return path === undefined ? [] : pastRuns(files, path, limit);
    }),
  );
  connection.onRequest(
    requests.runSteps,
    guarded(asking, async ({ folder, id }: RunStepsParams): Promise<readonly PastStep[]> => {
      const path = folderPath(folder);
      return path === undefined ? [] : pastSteps(files, path, id);
    }),
  );
  connection.onRequest(
    requests.blockAt,
    guarded(asking, async ({ uri, position }: BlockAtParams): Promise<BlockAt | null> => {
      const asked = await ask(asking, uri, "fresh");
      if (!asked) return null;
      const { snapshot, file, folder, document } = asked;
      const found = blockAt(snapshot, { file, offset: document.offsetAt(position) });
      return found ? { ...found, folder: uriOf(folder) } : null;
    }),
  );
}
