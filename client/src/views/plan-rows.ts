/** The rows of the Plan view: what changes, and beneath each change its steps. Pure. */
import type {
  PlannedAction,
  PlannedChange,
  PlannedField,
  PlannedStep,
  PlanRecord,
} from "../../../server/src/protocol.ts";
import { filled } from "../graph/texts.ts";
import { escapedMarkdown, fenced, type Row, type RowIcon } from "./row.ts";

export interface PlanTexts {
  readonly actions: Readonly<Record<PlannedAction, string>>;
  /** Of a check: it runs. */
  readonly runs: string;
  /** `after {0}` */
  readonly after: string;
  /** `was {0}` */
  readonly was: string;
  /** `The plan of a moment ago: {0}` */
  readonly stale: string;
}

/** In the order of their first steps, which is the order in which they happen; what has no step comes last. */
export function planRows(plan: PlanRecord, texts: PlanTexts): readonly Row[] {
  const steps = new Map(plan.steps.map((step, index) => [step.id, { step, index }]));
  const first = (change: PlannedChange) =>
    Math.min(...change.steps.map((id) => steps.get(id)?.index ?? Number.POSITIVE_INFINITY));
  const changing = plan.changes.filter(({ action }) => action !== "none");
  return changing
    .map((change) => ({ change, at: first(change) }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
    .map(({ change }) =>
      changeRow(
        plan.folder,
        change,
        change.steps.flatMap((id) => steps.get(id)?.step ?? []),
        texts,
      ),
    );
}

/** A stack of several, as the row above its own. */
export function stackRow(plan: PlanRecord, name: string, texts: PlanTexts): Row {
  const { folder, summary, stale } = plan;
  return {
    id: folder,
    label: name,
    description: summary.text,
    icon: stale === undefined ? { name: "layers" } : { name: "warning", color: "list.warningForeground" },
    ...(stale !== undefined && { tooltip: escapedMarkdown(filled(texts.stale, stale)) }),
    context: "stack",
    children: planRows(plan, texts),
    isOpen: true,
    folder,
  };
}

/** How many things change; checks change nothing. */
export const changeCount = ({ changes }: PlanRecord): number =>
  changes.filter(({ action, isCheck }) => action !== "none" && !isCheck).length;

const icons: Readonly<Record<PlannedAction, RowIcon>> = {
  create: { name: "diff-added", color: "gitDecoration.addedResourceForeground" },
  update: { name: "diff-modified", color: "gitDecoration.modifiedResourceForeground" },
  replace: { name: "replace-all", color: "charts.orange" },
  delete: { name: "diff-removed", color: "gitDecoration.deletedResourceForeground" },
  move: { name: "diff-renamed", color: "charts.blue" },
  forget: { name: "circle-slash", color: "charts.purple" },
  none: { name: "dash" },
};

function changeRow(
  folder: string,
  change: PlannedChange,
  steps: readonly PlannedStep[],
  texts: PlanTexts,
): Row {
  const { address, action, isCheck, reason, place } = change;
  const isRun = isCheck && action !== "delete";
  const what = isRun ? texts.runs : texts.actions[action];
  return {
    id: `${folder} ${address}`,
    label: address,
    description: reason,
    icon: isRun ? { name: "beaker", color: "charts.blue" } : icons[action],
    tooltip: tooltip(change, what, texts),
    spoken: `${address}, ${what}: ${reason}`,
    // What goes has no block that could be applied; a check is run with what it checks.
    context: isCheck ? "change.check" : place ? "change" : "change.gone",
    children: steps.map((step) => stepRow(folder, address, step, texts)),
    folder,
    address,
    addresses: [address],
    ...(place && { place }),
  };
}

function stepRow(folder: string, address: string, { id, needs }: PlannedStep, texts: PlanTexts): Row {
  return {
    id: `${folder} ${address} ${id}`,
    label: id,
    ...(needs.length > 0 && { description: filled(texts.after, needs.join(", ")) }),
    icon: { name: "symbol-event" },
    context: "step",
    children: [],
    folder,
    step: id,
  };
}

function tooltip(change: PlannedChange, what: string, texts: PlanTexts): string {
  const { address, reason, movedFrom, fields } = change;
  const moved = movedFrom === undefined ? "" : ` \\(${filled(texts.was, escapedMarkdown(movedFrom))}\\)`;
  const title = `**${escapedMarkdown(address)}**${moved} — ${what}: ${escapedMarkdown(reason)}`;
  return fields.length === 0 ? title : `${title}\n\n${fenced(fields.map(fieldDiff).join("\n"), "diff")}`;
}

/** Lines that VS Code colours as those of a diff. */
function fieldDiff({ path, before, after }: PlannedField): string {
  const lines = (sign: string, text: string) =>
    `${path} = ${text}`
      .split("\n")
      .map((line) => `${sign} ${line}`)
      .join("\n");
  return [
    ...(before === undefined ? [] : [lines("-", before)]),
    ...(after === undefined ? [] : [lines("+", after)]),
  ].join("\n");
}
