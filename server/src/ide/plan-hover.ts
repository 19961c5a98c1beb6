/** What is planned for a block, as Markdown for a hover. */
import type { Change, FieldChange } from "../assembly/plan.ts";
import { fieldText } from "../assembly/view/plan.ts";
import { diffLines } from "../assembly/view/text-diff.ts";
import { printable, printableLine } from "../diagnostics/printable.ts";
import { wordOf } from "./plan-lenses.ts";

/** More changes of one block than this are counted. */
const mostChanges = 4;
/** More lines of differences than this are left out: the plan itself has them all. */
const mostLines = 40;

/** @param stale why the plan is not that of what the files say now */
export function planHover(changes: readonly Change[], stale: string | undefined): string {
  const more = changes.length - mostChanges;
  return [
    ...changes.slice(0, mostChanges).map(changeText),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(stale === undefined ? [] : [`*The plan is not up to date:* ${escaped(stale)}`]),
  ].join("\n\n");
}

function changeText(change: Change): string {
  const head = `**${wordOf(change)}** \`${printableLine(change.address)}\``;
  const reason = change.reason === "" ? "" : `: ${escaped(change.reason)}`;
  const lines = change.fields.flatMap(fieldLines);
  if (lines.length === 0) return `${head}${reason}`;
  const left = lines.length - mostLines;
  const shown = [...lines.slice(0, mostLines), ...(left > 0 ? [`  (${left} more lines)`] : [])];
  return `${head}${reason}\n\n${fenced(shown.join("\n"))}`;
}

/** Lines of a `diff`: what goes, what comes, and equal lines of a text around those. */
function fieldLines(field: FieldChange): readonly string[] {
  const path = printableLine(field.path);
  const { before, after } = field;
  const lines = textLines(field);
  if (lines.length > 0) return [`  ${path}`, ...lines];
  const signed = (sign: string, value: FieldChange["before"]) =>
    value === undefined
      ? []
      : `${path} = ${fieldText(field, value, "")}`.split("\n").map((line) => `${sign} ${line}`.trimEnd());
  return [...signed("-", before), ...signed("+", after)];
}

/** Of two texts that differ in some of several lines; empty for everything else. */
function textLines({ before, after, sensitive }: FieldChange): readonly string[] {
  if (sensitive || typeof before !== "string" || typeof after !== "string") return [];
  if (!/\n./.test(before) && !/\n./.test(after)) return [];
  const lines = diffLines(before, after);
  if (lines.every(({ kind }) => kind === "gap")) return [];
  return lines.map((line) => {
    if (line.kind === "gap") return `  ... ${line.count} equal lines`;
    const sign = line.kind === "same" ? " " : line.kind === "added" ? "+" : "-";
    return `${sign} ${printable(line.text)}`.trimEnd();
  });
}

/** In a fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** Names in reasons may have signs that Markdown reads. */
export const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+!<>~|-]/g, "\\$&");
