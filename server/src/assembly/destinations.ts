/** Where `moved` blocks take what the state knows: from the addresses it was recorded under to those it has now. */
import { suffixUnder, withoutKey } from "../intake/address.ts";
import type { MoveIr } from "../intake/ir.ts";

export interface Destinations {
  /** Present addresses by recorded ones, of all that moves. */
  readonly moved: ReadonlyMap<string, string>;
  /** Moves that find their target taken; what was to move stays where it is. */
  readonly blocked: readonly { readonly address: string; readonly target: string; readonly move: MoveIr }[];
}

export const nothingMoves: Destinations = { moved: new Map(), blocked: [] };

/** `recorded` are the addresses of the state. A chain of moves is followed to its end. */
export function destinations(recorded: ReadonlySet<string>, moves: readonly MoveIr[]): Destinations {
  if (moves.length === 0) return nothingMoves;
  const bySource = new Map(moves.map((m) => [m.from, m]));
  const moved = new Map<string, string>();
  const taken = new Set(recorded);
  const blocked: Destinations["blocked"][number][] = [];
  for (const address of [...recorded].sort()) {
    let at = address;
    const seen = new Set([at]);
    for (let hop = next(at, bySource); hop && !seen.has(hop.target); hop = next(at, bySource)) {
      if (taken.has(hop.target)) {
        blocked.push({ address, ...hop });
        break;
      }
      at = hop.target;
      seen.add(at);
    }
    if (at === address) continue;
    moved.set(address, at);
    taken.add(at);
  }
  return { moved, blocked };
}

function next(
  address: string,
  bySource: ReadonlyMap<string, MoveIr>,
): { readonly target: string; readonly move: MoveIr } | undefined {
  for (const source of [address, withoutKey(address), ...modulesOf(address)]) {
    const move = bySource.get(source);
    // With an instance on either side, a name without a key is the one instance that has none.
    const allInstances = move !== undefined && !move.from.endsWith("]") && !move.to.endsWith("]");
    const suffix = move && suffixUnder(address, move.from, allInstances);
    if (move && suffix !== undefined) return { target: `${move.to}${suffix}`, move };
  }
  return undefined;
}

/** The modules around an address, innermost first, each with its key and without. */
function modulesOf(address: string): string[] {
  const modules: string[] = [];
  const step = /module\.[^.[]+(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\./uy;
  for (let match = step.exec(address); match; match = step.exec(address)) {
    const module = address.slice(0, step.lastIndex - 1);
    if (match[1] !== undefined) modules.unshift(withoutKey(module));
    modules.unshift(module);
  }
  return modules;
}
