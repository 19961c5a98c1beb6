import { type Action, actionId } from "../../assembly/actions.ts";
import type { Change, ChangeAction, FieldChange, Plan } from "../../assembly/plan.ts";
import { isSealed } from "../../assembly/sealed.ts";
import { printable, printableLine } from "../../diagnostics/printable.ts";
import { type Paint, painter, type Style } from "../../diagnostics/style.ts";
import type { Json } from "../../intake/value.ts";
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

/** A plan for people: each change with its differences, the steps in order, and the sum. Ends with a line break. */
export function planView(plan: Plan, options: ViewOptions): string {
  const paint = painter(options.color);
  const shown = plan.changes.filter((c) => c.action !== "none");
  if (shown.length === 0 && plan.actions.steps.length === 0) {
    const nothing = plan.destroy
      ? "Nothing to do: the stack has nothing to remove."
      : "Nothing to do: the stack is as its files say.";
    return `${paint("bold", nothing)}\n`;
  }
  const sections = [
    shown.map((change) => changeView(change, paint)).join("\n"),
    stepsView(plan.actions.steps, paint),
    sumView(plan.changes, paint),
  ];
  return `${sections.filter((s) => s !== "").join("\n\n")}\n`;
}

function changeView(change: Change, paint: Paint): string {
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

function isCheck(change: Change): boolean {
  return /^(?:module\.[^.[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*verify\./.test(change.address);
}

const indent = " ".repeat(6);

function fieldView(field: FieldChange, paint: Paint): string {
  const path = printableLine(field.path);
  const { before, after, sensitive } = field;
  const line = (style: Style, sigil: string, text: string) =>
    `${indent}${paint(style, sigil)} ${path}: ${text}`;
  const hidden = (v: Json) => (isSealed(v) ? inlineValue(v) : masked);
  const value = (v: Json) => (sensitive ? hidden(v) : blockValue(v, `${indent}  `));
  if (before === undefined) return line("green", "+", after === undefined ? masked : value(after));
  if (after === undefined) return line("red", "-", value(before));
  if (sensitive) return line("yellow", "~", `${hidden(before)} -> ${hidden(after)}`);
  const lines = textDiff(before, after, paint);
  if (lines.length > 0) return [line("yellow", "~", "").trimEnd(), ...lines].join("\n");
  return line("yellow", "~", `${inlineValue(before)} -> ${inlineValue(after)}`);
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

function stepsView(steps: readonly Action[], paint: Paint): string {
  if (steps.length === 0) return "";
  const width = String(steps.length).length;
  const lines = steps.map((step, i) => {
    const needs = step.needs ?? [];
    const named = needs.slice(0, mostNeeds).map(printableLine).join(", ");
    const more = needs.length > mostNeeds ? ` and ${needs.length - mostNeeds} more` : "";
    const after = needs.length === 0 ? "" : paint("dim", `  needs ${named}${more}`);
    return `  ${String(i + 1).padStart(width)}. ${printableLine(actionId(step))}${after}`;
  });
  return [paint("bold", "Steps, in this order:"), ...lines].join("\n");
}

/** `Plan: 2 to create, 1 to update, 0 to replace, 1 to delete.` */
function sumView(changes: readonly Change[], paint: Paint): string {
  const resources = changes.filter((c) => !isCheck(c));
  const number = (action: ChangeAction) => resources.filter((c) => c.action === action).length;
  const parts = (["create", "update", "replace", "delete"] as const).map((a) => `${number(a)} to ${a}`);
  const checks = changes.filter((c) => isCheck(c) && c.action !== "none" && c.action !== "delete").length;
  const stepless = (["move", "forget"] as const)
    .filter((a) => number(a) > 0)
    .map((a) => `${number(a)} to ${a}`);
  const unchanged = number("none");
  const sum = `${paint("bold", "Plan:")} ${[...parts, ...stepless].join(", ")}.`;
  const extra = [
    ...(checks > 0 ? [`${count(checks, "check")} to run.`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged.`] : []),
  ];
  return [sum, ...extra].join(" ");
}

/** `1 check`, `2 checks`. */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
