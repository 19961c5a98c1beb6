import type { Code } from "../diagnostics/codes.ts";
import { isTemplate, type Setting } from "./instances.ts";
import type { Report } from "./scope.ts";

/** What is wrong whatever the values are. */
const ofNames: ReadonlySet<Code> = new Set([
  "unknown-variable",
  "unknown-local",
  "unknown-resource",
  "unknown-module",
  "unknown-output",
  "unknown-reference",
  "unknown-function",
]);

/**
 * Who takes the problems of expressions there. Of a block without instances only the names are held against the stack: that
 * its values fit nothing may well be why it has none (`count = var.path == null ? 0 : 1`).
 */
export function reportIn(setting: Setting, report: Report): Report {
  if (!isTemplate(setting)) return report;
  return (d) => {
    if (ofNames.has(d.code)) report(d);
  };
}
