/** What is wrong with `moved` and `removed` blocks as a whole: they contradict each other, or what the files still have. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { isUnder, withoutKey } from "./address.ts";
import type { MoveIr, RemovalIr, ResourceIr } from "./ir.ts";
import type { Report } from "./scope.ts";

export function checkMoves(
  moves: readonly MoveIr[],
  removals: readonly RemovalIr[],
  resources: readonly ResourceIr[],
  report: Report,
): void {
  if (moves.length === 0 && removals.length === 0) return;
  const bySource = new Map<string, MoveIr>();
  const byTarget = new Map<string, MoveIr>();
  for (const move of moves) {
    const [source, target] = [bySource.get(move.from), byTarget.get(move.to)];
    if (source && source.to !== move.to) report(twoTargets(move, source));
    else if (target && target.from !== move.from) report(twoSources(move, target));
    bySource.set(move.from, source ?? move);
    byTarget.set(move.to, target ?? move);
  }
  const declared = declaredBy(resources);
  const circles = circlesOf(bySource);
  for (const circle of circles) report(circular(circle));
  const circular_ = new Set(circles.flat());
  for (const move of moves) {
    const still = circular_.has(move) ? undefined : declared(move.from, endsInKey(move.to));
    if (still) report(stillMoved(move, still));
  }
  for (const removal of removals) {
    const still = declared(removal.from, false);
    if (still) report(stillRemoved(removal, still));
  }
}

const endsInKey = (address: string): boolean => address.endsWith("]");

/** Looks for a resource that an address means: with all instances or, with `exact`, the one without a key only. */
function declaredBy(
  resources: readonly ResourceIr[],
): (address: string, exact: boolean) => ResourceIr | undefined {
  const byAddress = new Map<string, ResourceIr>();
  const byBlock = new Map<string, ResourceIr>();
  for (const resource of resources) {
    byAddress.set(resource.address, resource);
    byBlock.set(withoutKey(resource.address), resource);
  }
  return (address, exact) => {
    const found = byAddress.get(address) ?? (exact ? undefined : byBlock.get(address));
    return found ?? resources.find((r) => isUnder(r.address, address, !exact));
  };
}

function twoTargets(move: MoveIr, other: MoveIr): Diagnostic {
  const message = `${move.from} cannot move to both ${other.to} and ${move.to}`;
  return diagnostic("ambiguous-move", message, {
    span: move.toSpan,
    related: [{ span: other.toSpan, message: "the other move is here" }],
    hint: "Remove one of the two blocks.",
  });
}

function twoSources(move: MoveIr, other: MoveIr): Diagnostic {
  const message = `${other.from} and ${move.from} cannot both become ${move.to}`;
  return diagnostic("ambiguous-move", message, {
    span: move.fromSpan,
    related: [{ span: other.fromSpan, message: "the other move is here" }],
    hint: "Remove one of the two blocks.",
  });
}

/** Moves that lead back to where they began, each circle once. */
function circlesOf(bySource: ReadonlyMap<string, MoveIr>): readonly MoveIr[][] {
  const circles: MoveIr[][] = [];
  const done = new Set<string>();
  for (const start of bySource.keys()) {
    const path: MoveIr[] = [];
    const onPath = new Set<string>();
    let at = start;
    for (let move = bySource.get(at); move && !done.has(at) && !onPath.has(at); move = bySource.get(at)) {
      onPath.add(at);
      path.push(move);
      at = move.to;
    }
    if (onPath.has(at)) circles.push(path.slice(path.findIndex((m) => m.from === at)));
    for (const address of onPath) done.add(address);
  }
  return circles;
}

function circular(circle: readonly MoveIr[]): Diagnostic {
  const [first, ...others] = circle;
  const loop = [...circle.map((m) => m.from), first?.from].join(" → ");
  return diagnostic("cycle", `These moves lead back to where they began: ${loop}`, {
    span: first?.span,
    related: others.map((m) => ({ span: m.span, message: `${m.from} moves to ${m.to}` })),
    hint: "Remove all but the last one that was written.",
  });
}

function stillMoved(move: MoveIr, still: ResourceIr): Diagnostic {
  return diagnostic("still-declared", `${move.from} has moved, but the files still have it`, {
    span: move.fromSpan,
    related: [{ span: still.span, message: `${still.address} is declared here` }],
    hint: `Declare it as ${move.to}, or remove this block.`,
  });
}

function stillRemoved(removal: RemovalIr, still: ResourceIr): Diagnostic {
  return diagnostic("still-declared", `${removal.from} is removed, but the files still have it`, {
    span: removal.fromSpan,
    related: [{ span: still.span, message: `${still.address} is declared here` }],
    hint: "Remove its block, or this one.",
  });
}
