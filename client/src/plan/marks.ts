import type { BlockPlace, PlannedAction, PlannedChange, PlanRecord } from "../../../server/src/protocol.ts";

/** What a change, or what has drifted, is shown as beside the source. Checks have their own sign there, as tests. */
export type MarkKind = Exclude<PlannedAction, "none"> | "drift";

export interface Mark {
  /** One character. */
  readonly sign: string;
  readonly light: string;
  readonly dark: string;
  /** Of the overview ruler. */
  readonly ruler: string;
}

/** The strongest first: a block with several instances has one mark. */
export const marks: Readonly<Record<MarkKind, Mark>> = {
  drift: { sign: "!", light: "#895503", dark: "#e2c08d", ruler: "editorOverviewRuler.modifiedForeground" },
  delete: { sign: "−", light: "#ad0707", dark: "#f14c4c", ruler: "editorOverviewRuler.deletedForeground" },
  replace: { sign: "±", light: "#af5a00", dark: "#f0883e", ruler: "editorOverviewRuler.deletedForeground" },
  update: { sign: "~", light: "#895503", dark: "#e2c08d", ruler: "editorOverviewRuler.modifiedForeground" },
  create: { sign: "+", light: "#587c0c", dark: "#81b88b", ruler: "editorOverviewRuler.addedForeground" },
  move: { sign: "→", light: "#005fb8", dark: "#75beff", ruler: "editorOverviewRuler.infoForeground" },
  forget: { sign: "·", light: "#616161", dark: "#9d9d9d", ruler: "editorOverviewRuler.infoForeground" },
};

export const markKinds = Object.keys(marks) as readonly MarkKind[];

/** Undefined where nothing is done to the thing. */
export function markOf({ action, isCheck }: PlannedChange): MarkKind | undefined {
  return action === "none" || isCheck ? undefined : action;
}

/** All that has a mark in some file. */
export function marked({ changes, drift }: Pick<PlanRecord, "changes" | "drift">): readonly {
  readonly kind: MarkKind;
  readonly place: BlockPlace;
}[] {
  const planned = changes.flatMap((change) => {
    const kind = markOf(change);
    return kind && change.place ? [{ kind, place: change.place }] : [];
  });
  return [...drift.flatMap(({ place }) => (place ? [{ kind: "drift" as const, place }] : [])), ...planned];
}

/** What several changes of one block or file are shown as. */
export function strongest(kinds: Iterable<MarkKind>): MarkKind | undefined {
  const found = new Set(kinds);
  return markKinds.find((kind) => found.has(kind));
}
