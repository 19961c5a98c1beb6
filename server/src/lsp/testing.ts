/** What a client lists as tests. */
import { type CheckNode, checkTree } from "../ide/check-tree.ts";
import { type PlanParams, requests, type TestRecord } from "../protocol.ts";
import { type Asking, guarded } from "./ask.ts";
import { Places } from "./places.ts";
import { StackPlaces } from "./stack-places.ts";
import { pathOf } from "./uri.ts";

export function serveTests(asking: Asking): void {
  asking.connection.onRequest(
    requests.tests,
    guarded(asking, async ({ folder }: PlanParams): Promise<readonly TestRecord[]> => {
      const path = pathOf(folder);
      const seen = path === undefined ? undefined : await asking.stacks.in(path);
      if (!seen) return [];
      const files = seen.snapshot.folders.flatMap((f) => f.files);
      const uris = new Places(seen, asking);
      const places = new StackPlaces(files, (file) => uris.uri(file));
      const record = ({ span, children, ...node }: CheckNode): TestRecord => ({
        ...node,
        place: places.of(span),
        children: children.map(record),
      });
      return checkTree(seen.snapshot).map(record);
    }),
  );
}
