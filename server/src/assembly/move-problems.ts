/** What is to be said about moves once the state is known. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Relocation } from "./relocate.ts";

/** As in Terraform the plan goes on: what could not move is no longer in the files, and goes. */
export function blockedMoves({ blocked }: Relocation): Diagnostic[] {
  return blocked.map(({ address, target, move }) =>
    diagnostic("move-blocked", `${address} cannot move to ${target}: the state has something there already`, {
      span: move.span,
      hint: `It stays ${address}, which the files do not have. Remove this block, or remove one of the two things first.`,
    }),
  );
}

/** A plan for some targets must not do half of a move. */
export function excludedMoves({ former }: Relocation, selected: (address: string) => boolean): Diagnostic[] {
  return [...former]
    .filter(([address]) => !selected(address))
    .map(([address, before]) =>
      diagnostic("excluded-move", `${before} has moved to ${address}, which --target leaves out`, {
        hint: `Add --target '${address}', or plan without --target.`,
      }),
    );
}
