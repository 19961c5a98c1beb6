import { printable, printableLine } from "../../diagnostics/printable.ts";
import { type Paint, painter, type Style } from "../../diagnostics/style.ts";
import type { Json } from "../../intake/value.ts";
import { type Action, actionId } from "../actions.ts";
import type { Change, ChangeAction, FieldChange, Plan } from "../plan.ts";
import { isSealed } from "../sealed.ts";
import { diffLines } from "./text-diff.ts";
import { blockValue, inlineValue, masked } from "./value.ts";

export interface ViewOptions {
  readonly color: boolean;
}

type Visible = Exclude<ChangeAction, "none">;

const sigils: Readonly<Record<Visible, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  move: "=>",
  forget: ".",
};
const styles: Readonly<Record<Visible, Style>> = {
  create: "green",
  update: "yellow",
  replace: "yellow",
  delete: "red",
  move: "cyan",
  forget: "yellow",
};

/** A piece of the view: whole lines, without the last line break. */
export interface PlanPart {
  readonly text: string;
  readonly about?: {
    /** Of a resource or check. */
    readonly address: string;
    /** What stands for it in the first line: the address, or a step's id. */
    readonly name: string;
  };
}

/** A plan for people: each change with its differences, the steps in order, and the sum. Ends with a line break. */
export function planView(plan: Plan, { color }: ViewOptions): string {
  return `${planParts(plan, painter(color))
    .map(({ text }) => text)
    .join("\n")}\n`;
}

/** The pieces of the view, from top to bottom; empty lines are pieces too. */
export function planParts(plan: Plan, paint: Paint): readonly PlanPart[] {
  const shown = plan.changes.filter((c) => c.action !== "none");
  if (shown.length === 0 && plan.actions.steps.length === 0) {
    const nothing = plan.destroy
      ? "Nothing to do: the stack has nothing to remove."
      : "Nothing to do: the stack is as its files say.";
    return [{ text: paint("bold", nothing) }];
  }
  const changes = shown.map((change) => ({
    text: changeView(change, paint),
    about: { address: change.address, name: printableLine(change.address) },
  }));
  const sections = [changes, stepParts(plan.actions.steps, paint), [{ text: sumView(plan.changes, paint) }]];
  return sections
    .filter((parts) => parts.length > 0)
    .flatMap((parts, i) => (i === 0 ? parts : [{ text: "" }, ...parts]));
}

export function changeView(change: Change, paint: Paint): string {
  if (change.action === "none") return "";
  const { word, sigil, style } = appearance(change, change.action);
  const head = `${paint(style, sigil.padStart(3))} ${paint("bold", printableLine(change.address))}`;
  const { movedFrom, action } = change;
  const reasons = [
    ...(change.reason === "" ? [] : [change.reason]),
    ...(movedFrom === undefined || action === "move" ? [] : [`moved from ${movedFrom}`]),
  ];
  const reason = reasons.length === 0 ? "" : ` (${printableLine(reasons.join("; "))})`;
  return [`${head}  ${word}${reason}`, ...change.fields.map((field) => fieldView(field, paint))].join("\n");
}

/** Checks change nothing, so they are no changes: they run, or are no longer there. */
function appearance(change: Change, action: Visible): { word: string; sigil: string; style: Style } {
  if (!isCheck(change)) return { word: action, sigil: sigils[action], style: styles[action] };
  return action === "delete"
    ? { word: "no longer checked", sigil: "-", style: "dim" }
    : { word: "check", sigil: "?", style: "cyan" };
}

export function isCheck(change: Pick<Change, "address">): boolean {
  return /^(?:module\.[^.[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*verify\./.test(change.address);
}

const indent = " ".repeat(6);

function fieldView(field: FieldChange, paint: Paint): string {
  const path = printableLine(field.path);
  const { before, after, sensitive } = field;
  const line = (style: Style, sigil: string, text: string) =>
    `${indent}${paint(style, sigil)} ${path}: ${text}`;
  const block = (value: Json) => fieldText(field, value, `${indent}  `);
  if (before === undefined) return line("green", "+", after === undefined ? masked : block(after));
  if (after === undefined) return line("red", "-", block(before));
  const lines = sensitive ? [] : textDiff(before, after, paint);
  if (lines.length > 0) return [line("yellow", "~", "").trimEnd(), ...lines].join("\n");
  const inline = (value: Json) => fieldText(field, value);
  return line("yellow", "~", `${inline(before)} -> ${inline(after)}`);
}

/** A value of a field as people would write it: on one line, or with an indent for the lines after the first. */
export function fieldText({ sensitive }: FieldChange, value: Json, blockIndent?: string): string {
  if (sensitive) return isSealed(value) ? inlineValue(value) : masked;
  return blockIndent === undefined ? inlineValue(value) : blockValue(value, blockIndent);
}

/** Two texts, at least one of several lines, line by line; empty for everything else and where only the last line break differs. */
function textDiff(before: Json, after: Json, paint: Paint): readonly string[] {
  if (typeof before !== "string" || typeof after !== "string") return [];
  if (!/\n./.test(before) && !/\n./.test(after)) return [];
  const lines = diffLines(before, after);
  if (lines.every((line) => line.kind === "gap")) return [];
  const margin = `${indent}    `;
  const drawn = lines.map((line) => {
    if (line.kind === "gap") return paint("dim", `${margin}  ... ${count(line.count, "equal line")}`);
    const text = printable(line.text);
    if (line.kind === "same") return `${margin}  ${text}`.trimEnd();
    return line.kind === "added"
      ? paint("green", `${margin}+ ${text}`.trimEnd())
      : paint("red", `${margin}- ${text}`.trimEnd());
  });
  if (before.endsWith("\n") === after.endsWith("\n")) return drawn;
  const end = after.endsWith("\n")
    ? "a line break at the end is new"
    : "there is no line break at the end any more";
  return [...drawn, paint("dim", `${margin}  (${end})`)];
}

/** More needs of one step than this are counted, not named: a check of the whole stack needs everything. */
const mostNeeds = 4;

function stepParts(steps: readonly Action[], paint: Paint): readonly PlanPart[] {
  if (steps.length === 0) return [];
  const width = String(steps.length).length;
  const parts = steps.map((step, i) => ({
    text: `  ${String(i + 1).padStart(width)}. ${stepView(step, paint)}`,
    ...(step.resource !== undefined && {
      about: { address: step.resource, name: printableLine(actionId(step)) },
    }),
  }));
  return [{ text: paint("bold", "Steps, in this order:") }, ...parts];
}

function stepView(step: Action, paint: Paint): string {
  const needs = step.needs ?? [];
  const named = needs.slice(0, mostNeeds).map(printableLine).join(", ");
  const more = needs.length > mostNeeds ? ` and ${needs.length - mostNeeds} more` : "";
  const after = needs.length === 0 ? "" : paint("dim", `  needs ${named}${more}`);
  return `${printableLine(actionId(step))}${after}`;
}

/** How many resources have each action; checks are counted apart, those that run. */
export type PlanCounts = Readonly<Record<ChangeAction, number>> & { readonly checks: number };

export function countsOf(changes: readonly Change[]): PlanCounts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, move: 0, forget: 0, none: 0, checks: 0 };
  for (const change of changes) {
    if (!isCheck(change)) counts[change.action]++;
    else if (change.action !== "none" && change.action !== "delete") counts.checks++;
  }
  return counts;
}

/** `Plan: 2 to create, 1 to update, 0 to replace, 1 to delete.` */
function sumView(changes: readonly Change[], paint: Paint): string {
  const counts = countsOf(changes);
  const parts = (["create", "update", "replace", "delete"] as const).map((a) => `${counts[a]} to ${a}`);
  const stepless = (["move", "forget"] as const)
    .filter((a) => counts[a] > 0)
    .map((a) => `${counts[a]} to ${a}`);
  const sum = `${paint("bold", "Plan:")} ${[...parts, ...stepless].join(", ")}.`;
  const extra = [
    ...(counts.checks > 0 ? [`${count(counts.checks, "check")} to run.`] : []),
    ...(counts.none > 0 ? [`${counts.none} unchanged.`] : []),
  ];
  return [sum, ...extra].join(" ");
}

/** `2 to create, 1 to update; 1 check to run`, without what there is none of; `no changes` where there is nothing. */
export function summaryOf(counts: PlanCounts): string {
  const parts = (["create", "update", "replace", "delete", "move", "forget"] as const)
    .filter((a) => counts[a] > 0)
    .map((a) => `${counts[a]} to ${a}`);
  const checks = counts.checks > 0 ? [`${count(counts.checks, "check")} to run`] : [];
  const all = [...(parts.length > 0 ? [parts.join(", ")] : []), ...checks];
  return all.length > 0 ? all.join("; ") : "no changes";
}

/** `1 check`, `2 checks`. */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
