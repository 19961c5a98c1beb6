/** What clients show of a stack's daemon. The server reads what it left and starts none. */
import { shownProposals } from "../daemon/shown/proposals.ts";
import { daemonStatus } from "../daemon/shown/status.ts";
import type { ReadFiles } from "../host/ports.ts";
import { type DaemonProposalItem, type DaemonStatus, type PlanParams, requests } from "../protocol.ts";
import { stateSeal } from "../state/key.ts";
import { readState } from "../state/store.ts";
import { type Asking, guarded } from "./ask.ts";
import type { PlanningHost } from "./planning.ts";
import { folderPath, join, uriOf } from "./uri.ts";

export function serveDaemon(asking: Asking, { files, variables }: PlanningHost): void {
  const { connection } = asking;
  connection.onRequest(
    requests.daemon,
    guarded(asking, async ({ folder }: PlanParams): Promise<DaemonStatus | null> => {
      const path = await folderAt(files, folder);
      return path === undefined ? null : daemonStatus(files, path);
    }),
  );
  connection.onRequest(
    requests.daemonProposals,
    guarded(asking, async ({ folder }: PlanParams): Promise<readonly DaemonProposalItem[]> => {
      const path = await folderAt(files, folder);
      if (path === undefined) return [];
      const found = await shownProposals({
        host: { files, clock: { now: () => Date.now() } },
        stackDir: path,
        store: { read: () => readState(files, path) },
        seal: await stateSeal(files, variables),
      });
      return found.map((one) => {
        const { kind, path: changed } = one.patch;
        const isFile = changed !== undefined && (kind === "artifact" || kind === "cw");
        return isFile ? { ...one, uri: uriOf(join(path, changed)) } : one;
      });
    }),
  );
}

async function folderAt(files: ReadFiles, folder: string): Promise<string | undefined> {
  const path = folderPath(folder);
  return path !== undefined && (await files.stat(path))?.kind === "directory" ? path : undefined;
}
