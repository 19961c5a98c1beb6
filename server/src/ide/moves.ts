import type { BlockDeclaration } from "../intake/stack.ts";
import { type Endpoint, endpointOf, staticChain } from "../intake/static-address.ts";
import type { Node } from "../syntax/ast.ts";
import type { Index } from "./index.ts";
import type { Name } from "./names.ts";
import type { TextEdit } from "./rename.ts";
import { locate } from "./snapshot.ts";

/** A `moved` block of names without keys. */
interface Move {
  readonly block: BlockDeclaration;
  readonly from: Side;
  readonly to: Side;
}

type Side = Node & Pick<Endpoint, "address">;

/**
 * What makes the state follow a rename: a `moved` block behind the declaration. Moves that are written already stay a chain
 * that ends at the new name, because nobody knows which of them the state has seen: `x → new` becomes `x → old`, and
 * `new → …`, which would lead in a circle, goes.
 */
export function moveEdits(index: Index, name: Name, to: string): readonly TextEdit[] {
  if (name.kind !== "resource" && name.kind !== "module") return [];
  const former = addressOf(name);
  const address = former.slice(0, former.lastIndexOf(".") + 1) + to;
  const moves = movesIn(index, name.scope);
  const edits = moves.flatMap((move) => edited(index, move, former, address));
  return moves.some((m) => m.from.address === former)
    ? edits
    : [...edits, ...added(index, name, former, address)];
}

const addressOf = ({ kind, name }: Name): string => (kind === "module" ? `module.${name}` : name);

function movesIn({ snapshot }: Index, folder: string): readonly Move[] {
  const { moved } = snapshot.folders.find(({ path }) => path === folder)?.stack ?? { moved: [] };
  return moved.flatMap((block) => {
    const from = sideOf(block, "from");
    const to = sideOf(block, "to");
    return from && to ? [{ block, from, to }] : [];
  });
}

function sideOf({ block }: BlockDeclaration, name: "from" | "to"): Side | undefined {
  const item = block.body.items.find((i) => i.type === "attribute" && i.name.name === name);
  const chain = item?.type === "attribute" ? staticChain(item.value) : undefined;
  const endpoint = chain && endpointOf(chain);
  if (item?.type !== "attribute" || !endpoint) return undefined;
  return { address: endpoint.address, start: item.value.start, end: item.value.end };
}

function edited(index: Index, move: Move, former: string, address: string): readonly TextEdit[] {
  const { origin } = move.block;
  if (move.from.address === address) {
    const note = `Removes the moved block from ${address}, which would lead in a circle.`;
    return [{ at: linesOf(index, move.block), text: "", note }];
  }
  if (move.to.address !== address) return [];
  const { start, end } = move.to;
  const at = { file: origin.file, start: origin.start + start, end: origin.start + end };
  return [{ at, text: former, note: `Keeps the move from ${move.from.address} a chain.` }];
}

/** The block with the rest of its last line and one blank line before it. */
function linesOf(index: Index, { block, origin }: BlockDeclaration) {
  const text = locate(index.snapshot, origin.file)?.source.text ?? "";
  const start = origin.start + block.start;
  const end = origin.start + block.end;
  const before = /(?:\r?\n)?(?:\r?\n)$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return { file: origin.file, start: start - before, end };
}

function added(index: Index, name: Name, former: string, address: string): readonly TextEdit[] {
  const whole = index.definitions(name)[0]?.owner?.whole;
  const text = whole && locate(index.snapshot, whole.file)?.source.text;
  if (!whole || text === undefined) return [];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lineEnd = text.slice(whole.end).search(/\r?\n|$/);
  const at = whole.end + lineEnd;
  const lines = ["", "", "moved {", `  from = ${former}`, `  to   = ${address}`, "}"];
  return [
    {
      at: { file: whole.file, start: at, end: at },
      text: lines.join(newline),
      note: `Adds moved { from = ${former}, to = ${address} }, so that nothing is destroyed.`,
    },
  ];
}
