/** What somebody has seen otherwise than the state says, beside the source: on which block it stands, and what is said there. */
import { printableLine } from "../diagnostics/printable.ts";
import type { Span } from "../diagnostics/span.ts";
import { compareAddresses } from "../intake/address.ts";
import { declared } from "../intake/declared.ts";
import type { Folder } from "../intake/folder.ts";
import { faultOf } from "../state/observation.ts";
import { type Observations, seenResources } from "../state/observations.ts";
import { escaped } from "./plan-hover.ts";

/** A thing that is not as it was left, or a check that fails. */
export interface Drift {
  readonly address: string;
  readonly isCheck: boolean;
  /** A clause: `the process has ended`. */
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly seenMs: number;
  /** The header of its block. */
  readonly span?: Span;
}

/** In order of addresses. What could not be seen has not drifted for all that is known. */
export function driftOf(observations: Observations, root: Folder): readonly Drift[] {
  const things = [...seenResources(observations)].flatMap(([address, observation]) =>
    faultOf(observation) !== undefined && "detail" in observation
      ? [{ address, isCheck: false, detail: printableLine(observation.detail) }]
      : [],
  );
  const checks = Object.entries(observations.checks).flatMap(([address, { ok }]) =>
    ok ? [] : [{ address, isCheck: true, detail: "its check fails" }],
  );
  return [...things, ...checks]
    .sort((a, b) => compareAddresses(a.address, b.address))
    .map((one) => {
      const span = declared(root, one.address)?.span;
      return { ...one, seenMs: observations.at, ...(span && { span }) };
    });
}

type Told = Pick<Drift, "address" | "isCheck" | "detail" | "seenMs">;

/** What a lens says of a block's drift; there is at least one. What is broken goes before the checks that notice it. */
export function driftText(
  drift: readonly Told[],
  nowMs: number,
): { readonly title: string; readonly tooltip: string } {
  const things = drift.filter(({ isCheck }) => !isCheck);
  const shown = things.length > 0 ? things : drift;
  const [first] = shown;
  const seen = first ? ago(nowMs - first.seenMs) : "";
  const what =
    shown.length > 1 ? `${shown.length} ${first?.isCheck ? "checks fail" : "things"}` : (first?.detail ?? "");
  const title = `${first?.isCheck ? "" : "drifted: "}${what}, seen ${seen}`;
  return { title, tooltip: drift.map(({ address, detail }) => `${address}: ${detail}`).join("\n") };
}

/** The same as Markdown, for a hover. */
export function driftHover(drift: readonly Told[], nowMs: number): string {
  const more = drift.length - mostTold;
  const lines = drift.slice(0, mostTold).map(({ address, detail, seenMs }) => {
    return `**! drifted** \`${printableLine(address)}\`: ${escaped(detail)}, seen ${ago(nowMs - seenMs)}`;
  });
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n\n");
}

/** Of one block; more are counted. */
const mostTold = 4;

/** How long ago, in the largest unit that fits: `3 min ago`. */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}
