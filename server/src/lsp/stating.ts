/** What clients show of a stack's state. It is read, never written, and told as it is: also what is wrong with it. */
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { toRecords } from "../diagnostics/render.ts";
import type { Span } from "../diagnostics/span.ts";
import type { ReadFiles } from "../host/ports.ts";
import { recordedState } from "../ide/recorded-state.ts";
import { emptyIr } from "../intake/ir.ts";
import { type BlockPlace, type PlanParams, requests, type StateRecord } from "../protocol.ts";
import type { State } from "../state/state.ts";
import { readState } from "../state/store.ts";
import { type Asking, guarded } from "./ask.ts";
import { Places } from "./places.ts";
import { StackPlaces } from "./stack-places.ts";
import type { Seen } from "./stacks.ts";
import { pathOf } from "./uri.ts";

/** @param files those on the disk: a state that is open in an editor is not the state */
export function serveState(asking: Asking, files: ReadFiles): void {
  const { connection, stacks } = asking;
  connection.onRequest(
    requests.state,
    guarded(asking, async ({ folder }: PlanParams): Promise<StateRecord | null> => {
      const path = pathOf(folder);
      if (path === undefined || (await files.stat(path))?.kind !== "directory") return null;
      const { value, diagnostics } = await readState(files, path);
      const problems = toRecords(diagnostics, () => undefined);
      if (!value) return { exists: false, problems, resources: [], checks: [], outputs: [] };
      return { exists: true, problems, ...stateRecord(value, await stacks.in(path), asking) };
    }),
  );
}

function stateRecord(
  state: State,
  seen: Seen | undefined,
  { documents }: Asking,
): Omit<StateRecord, "exists" | "problems"> {
  const root = seen?.snapshot.folders[0];
  const found = recordedState(state, {
    root,
    ir: seen?.snapshot.ir ?? emptyIr,
    isWhole: !seen || !hasErrors(seen.snapshot.diagnostics),
  });
  const addresses = seen && new Places(seen, { documents });
  const places = new StackPlaces(
    (seen?.snapshot.folders ?? []).flatMap(({ files }) => files),
    (file) => addresses?.uri(file) ?? file,
  );
  const placed = <T extends { readonly span?: Span }>({ span, ...rest }: T): Placed<T> => ({
    ...rest,
    ...(span && { place: places.of(span) }),
  });
  return {
    resources: found.resources.map(placed),
    checks: found.checks.map(placed),
    outputs: found.outputs.map(placed),
  };
}

type Placed<T> = Omit<T, "span"> & { readonly place?: BlockPlace };
