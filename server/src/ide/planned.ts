/**
 * A plan beside the source: which block each planned change belongs to, and what is said of it there. Blocks are known by
 * their labels, so that the plan of a moment ago still finds them in a text that is being typed.
 */
import type { Change, Plan } from "../assembly/plan.ts";
import type { Span } from "../diagnostics/span.ts";
import { isUnder, parseAddress } from "../intake/address.ts";
import { declared, declaredModule } from "../intake/declared.ts";
import type { Folder } from "../intake/folder.ts";
import type { Ir } from "../intake/ir.ts";
import type { BlockDeclaration } from "../intake/stack.ts";
import type { Block } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { Range } from "./snapshot.ts";

/** What is told of what each block makes, such as what is planned for it; blocks of which nothing is told are left out. */
export class OnBlocks<T extends { readonly address: string }> {
  readonly #things = new Map<string, T[]>();

  constructor(things: readonly T[], root: Folder) {
    for (const thing of things) for (const block of blocksOf(thing, root)) this.#add(block, thing);
  }

  /** In their order; none for a key of other files. Of a `module` block they are those of all that is in it. */
  of(key: string): readonly T[] {
    return this.#things.get(key) ?? [];
  }

  #add({ block, origin }: Pick<BlockDeclaration, "block" | "origin">, thing: T): void {
    const key = blockKey(origin.file, block);
    const things = this.#things.get(key) ?? [];
    this.#things.set(key, things);
    things.push(thing);
  }
}

export type PlannedBlocks = OnBlocks<Change>;

/** Of the blocks for which something is planned. */
export function plannedBlocks({ changes }: Pick<Plan, "changes">, root: Folder): PlannedBlocks {
  return new OnBlocks(
    changes.filter(({ action }) => action !== "none"),
    root,
  );
}

/** Where the block stands that a change is about: what makes the thing, or what says that it goes. */
export function placeOfChange(
  change: Pick<Change, "address">,
  root: Folder,
  ir: Pick<Ir, "removals">,
): Span | undefined {
  return declared(root, change.address)?.span ?? removalOf(change, ir)?.span;
}

/** The block whose header a place is in. */
export function headerAt({ chunks }: SourceFile, offset: number): (Range & { block: Block }) | undefined {
  for (const { origin, items, length } of chunks) {
    if (offset < origin.start || offset > origin.start + length) continue;
    for (const item of items) {
      if (item.type !== "block") continue;
      const { start, end } = headerOf(item, origin.start);
      if (start <= offset && offset <= end) return { start, end, block: item };
    }
  }
  return undefined;
}

/** A block's keyword and labels, in absolute offsets. */
export function headerOf({ keyword, labels }: Block, chunkStart: number): Range {
  return { start: chunkStart + keyword.start, end: chunkStart + (labels.at(-1) ?? keyword).end };
}

/** Tells a block from the others of a stack. */
export const blockKey = (file: string, { keyword, labels }: Block): string =>
  JSON.stringify([file, keyword.name, ...labels.map(({ value }) => value)]);

function* blocksOf({ address }: { readonly address: string }, root: Folder): Iterable<Owner> {
  const own = declared(root, address);
  if (own) yield own;
  let prefix = "";
  for (const { name } of parseAddress(address).modules) {
    const module = declaredModule(root, `${prefix}module.${name}`);
    if (module) yield module;
    prefix = `${prefix}module.${name}.`;
  }
}

type Owner = Pick<BlockDeclaration, "block" | "origin">;

function removalOf({ address }: Pick<Change, "address">, { removals }: Pick<Ir, "removals">) {
  return removals.find(({ from }) => isUnder(address, from, !from.endsWith("]")));
}
