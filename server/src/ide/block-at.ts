/** Which resources or checks a place of a file is about: what "apply this one" means there. */
import { absolute } from "../diagnostics/span.ts";
import type { Block } from "../syntax/ast.ts";
import { locate, type Place, type Range, type Snapshot } from "./snapshot.ts";

export interface FoundBlock {
  readonly keyword: "resource" | "verify";
  /** Of its instances, in their order; empty for a block without any, or one that could not be read. */
  readonly addresses: readonly string[];
}

export function blockAt(snapshot: Snapshot, { file, offset }: Place): FoundBlock | undefined {
  const found = around(snapshot, { file, offset });
  if (!found) return undefined;
  const { keyword, range } = found;
  const nodes = keyword === "resource" ? snapshot.ir.resources : snapshot.ir.verifies;
  const here = nodes.filter(({ span }) => {
    const place = absolute(span);
    return place.file === file && range.start <= place.start && place.start < range.end;
  });
  return { keyword, addresses: here.map(({ address }) => address) };
}

function around(
  snapshot: Snapshot,
  { file, offset }: Place,
): { readonly keyword: FoundBlock["keyword"]; readonly range: Range } | undefined {
  const chunks = locate(snapshot, file)?.source.chunks ?? [];
  for (const { origin, items } of chunks) {
    const block = items.find(
      (item): item is Block =>
        item.type === "block" && origin.start + item.start <= offset && offset <= origin.start + item.end,
    );
    if (!block) continue;
    const { keyword, start, end } = block;
    const range = { start: origin.start + start, end: origin.start + end };
    if (keyword.name === "resource" || keyword.name === "verify") return { keyword: keyword.name, range };
  }
  return undefined;
}
