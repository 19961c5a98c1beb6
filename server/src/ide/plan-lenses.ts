/** What stands over the blocks of a file: what is planned for each. */
import { attributeOf } from "../assembly/diff.ts";
import type { Change } from "../assembly/plan.ts";
import { countsOf, isCheck, summaryOf } from "../assembly/view/plan.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { blockKey, headerOf, type OnBlocks } from "./planned.ts";
import type { Range } from "./snapshot.ts";

/** A block of which something is told: a resource or check, all instances of one, or all that is in a module. */
export interface BlockLens extends Range {
  /** Of the block among those of the stack. */
  readonly key: string;
}

/** @param source the file as its text is now, which may be newer than what is told */
export function blockLenses(
  source: SourceFile,
  file: string,
  told: OnBlocks<{ readonly address: string }>,
): readonly BlockLens[] {
  return source.chunks.flatMap(({ origin, items }) =>
    items.flatMap((item) => {
      if (item.type !== "block") return [];
      const key = blockKey(file, item);
      return told.of(key).length > 0 ? [{ ...headerOf(item, origin.start), key }] : [];
    }),
  );
}

/** What a lens says of a block's changes; there is at least one. */
export function lensText(changes: readonly Change[]): { readonly title: string; readonly tooltip: string } {
  return { title: titleOf(changes), tooltip: reasons(changes) };
}

/** A service's health check goes without saying. */
function titleOf(changes: readonly Change[]): string {
  const resources = changes.filter((change) => !isCheck(change));
  const shown = resources.length > 0 ? resources : changes;
  const [first, ...others] = shown;
  if (!first) return "";
  if (others.length === 0) return `${wordOf(first)}${detailOf(first)}`;
  if (others.every((change) => wordOf(change) === wordOf(first))) return `${wordOf(first)} ${shown.length}`;
  return summaryOf(countsOf(changes));
}

const words = {
  create: "+ create",
  update: "~ update",
  replace: "± replace",
  delete: "- delete",
  move: "→ move",
  forget: "· forget",
  none: "",
} as const;

export function wordOf(change: Change): string {
  if (!isCheck(change)) return words[change.action];
  return change.action === "delete" ? "- no longer checked" : "? check";
}

/** What an update is about: its attribute, how many, or the reason where it is none of them. */
function detailOf(change: Change): string {
  if (isCheck(change) || (change.action !== "update" && change.action !== "replace")) return "";
  const attributes = new Set(change.fields.map(attributeOf));
  const [only] = attributes;
  if (only === undefined) return ` (${change.reason})`;
  return attributes.size === 1 ? ` (${only})` : ` (${attributes.size} attributes)`;
}

const mostReasons = 10;

function reasons(changes: readonly Change[]): string {
  const lines = changes.slice(0, mostReasons).map(({ address, reason }) => `${address}: ${reason}`);
  const more = changes.length - mostReasons;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
