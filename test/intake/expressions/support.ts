import { readFile } from "node:fs/promises";
import type { Diagnostic } from "../../../server/src/diagnostics/diagnostic.ts";
import type { Origin } from "../../../server/src/diagnostics/span.ts";
import { evaluate } from "../../../server/src/intake/evaluate.ts";
import { functions } from "../../../server/src/intake/functions/table.ts";
import { createBudget, type PathStep, type Scope } from "../../../server/src/intake/scope.ts";
import type { StackFiles } from "../../../server/src/intake/stack-files.ts";
import type { Value } from "../../../server/src/intake/value.ts";
import type { Expression } from "../../../server/src/syntax/ast.ts";
import { parse } from "../../../server/src/syntax/document.ts";
import { type Grammar, loadGrammar } from "../../../server/src/syntax/parser.ts";

export async function grammar(): Promise<Grammar> {
  const [runtime, language] = await Promise.all([
    readFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    readFile("grammar/tree-sitter-clockwork.wasm"),
  ]);
  return loadGrammar({ runtime, grammar: language });
}

const prefix = "value = ";

/** The expression of a text, its offsets counted from the beginning of `value = TEXT`. */
export function parseExpression(
  loaded: Grammar,
  text: string,
): { expression: Expression; problems: Diagnostic[] } {
  const { chunks } = parse(loaded, "main.cw", `${prefix}${text}\n`);
  const items = chunks.flatMap((chunk) => chunk.items);
  const [item] = items;
  const problems = chunks.flatMap((chunk) => [...chunk.diagnostics]);
  if (item?.type !== "attribute") return { expression: { type: "missing", start: 0, end: 0 }, problems };
  return { expression: item.value, problems };
}

/** What references mean: `var.x` is the entry `var.x`, a longer path the rest of it. */
export type Names = Readonly<Record<string, Value>>;

export const origin: Origin = { file: "main.cw", start: 0 };

export function scopeOf(names: Names, diagnostics: Diagnostic[], files?: StackFiles): Scope {
  const resolve = (path: readonly PathStep[]) => {
    for (let consumed = path.length; consumed > 0; consumed--) {
      const value =
        names[
          path
            .slice(0, consumed)
            .map((step) => step.name)
            .join(".")
        ];
      if (value) return { value, consumed };
    }
    return undefined;
  };
  return {
    origin,
    functions,
    budget: createBudget(),
    files,
    report: (d) => {
      diagnostics.push(d);
    },
    resolve: (path, report) => {
      const resolved = resolve(path);
      const [root] = path;
      if (!resolved && root) {
        report({
          code: "unknown-reference",
          severity: "error",
          message: `There is no ${root.name}`,
          span: { origin, start: root.start, end: root.end },
        });
      }
      return resolved;
    },
  };
}

/** Parses and evaluates; syntax problems come first among the diagnostics. */
export function evaluateText(
  loaded: Grammar,
  text: string,
  names: Names = {},
  files?: StackFiles,
): { value: Value; diagnostics: Diagnostic[] } {
  const { expression, problems } = parseExpression(loaded, text);
  const diagnostics = [...problems];
  const value = evaluate(expression, scopeOf(names, diagnostics, files));
  return { value, diagnostics };
}
