import type { Diagnostic, Fix } from "../../server/src/diagnostics/diagnostic.ts";
import { absolute } from "../../server/src/diagnostics/span.ts";
import { noInputs, type VariableInputs } from "../../server/src/intake/load.ts";
import { analyseText } from "./stack.ts";

type Files = Readonly<Record<string, string>>;

/** The files after a repair. */
export function applyFix(files: Files, fix: Fix): Files {
  const edits = fix.edits.map(({ span, text }) => ({ ...absolute(span), text }));
  edits.sort((a, b) => b.start - a.start);
  const result = { ...files };
  for (const { file, start, end, text } of edits) {
    const before = result[file] ?? "";
    result[file] = before.slice(0, start) + text + before.slice(end);
  }
  return result;
}

/**
 * What is wrong with the repairs that a stack's problems offer: each alone must make its problem go and bring no new error.
 * Errors that only a mended block can show (what a kind needs that nobody knew before) are no fault of the repair: `laidOpen` are
 * their codes.
 */
export async function faultsOfFixes(
  files: Files,
  inputs: VariableInputs = noInputs,
  laidOpen: readonly string[] = [],
): Promise<string[]> {
  const before = await analyseText(files, inputs);
  const counts = countsOf(before.diagnostics);
  const faults: string[] = [];
  for (const problem of before.diagnostics) {
    if (!problem.fix) continue;
    const after = await analyseText(applyFix(files, problem.fix), inputs);
    const left = countsOf(after.diagnostics);
    const key = keyOf(problem);
    if ((left.get(key) ?? 0) >= (counts.get(key) ?? 0)) faults.push(`${problem.fix.title} leaves ${key}`);
    for (const d of after.diagnostics) {
      const isNew = (left.get(keyOf(d)) ?? 0) > (counts.get(keyOf(d)) ?? 0);
      if (d.severity === "error" && isNew && !laidOpen.includes(d.code))
        faults.push(`${problem.fix.title} brings ${keyOf(d)}`);
    }
  }
  return faults;
}

const keyOf = (d: Diagnostic): string => `${d.code}: ${d.message}`;

function countsOf(diagnostics: readonly Diagnostic[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const d of diagnostics) counts.set(keyOf(d), (counts.get(keyOf(d)) ?? 0) + 1);
  return counts;
}
