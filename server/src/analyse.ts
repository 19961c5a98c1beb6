/**
 * The first stage alone: what the files of a stack say and what is wrong with them. Everything that only looks (validate,
 * graph, the language server) stops here; it starts no process and writes nothing.
 */
import { findConflicts } from "./assembly/claims.ts";
import { findCycles } from "./assembly/graph.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { ReadFiles } from "./host/ports.ts";
import { type FindFacts, factsIn } from "./intake/facts-value.ts";
import type { Ir } from "./intake/ir.ts";
import { load, noInputs, type VariableInputs } from "./intake/load.ts";
import { type Lowered, Lowerer } from "./intake/lower.ts";
import { withFiles } from "./intake/read-files.ts";
import { StackFiles } from "./intake/stack-files.ts";
import type { Made } from "./intake/world.ts";
import type { SourceFile } from "./syntax/chunk.ts";
import type { Grammar } from "./syntax/parser.ts";
import { parseTemplate } from "./syntax/template-file.ts";

export interface Analysis extends Pick<Lowered, "folders" | "look" | "sensitiveVariables"> {
  /** `.cw` and `.cwvars` files, and templates that expressions read. */
  readonly files: readonly SourceFile[];
  readonly ir: Ir;
  /** An expression as if it stood in the stack, with the files that it reads. */
  readonly evaluate: (...given: Parameters<Lowered["evaluate"]>) => Promise<ReturnType<Lowered["evaluate"]>>;
  /** The `.cwvars` files. */
  readonly values: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface AnalysisOptions {
  /** Without it facts are not known. */
  readonly findFacts?: FindFacts;
  /** What a plan needs of the state. */
  readonly made?: Made;
  /** False where nobody sees hints: they are not looked for. */
  readonly hints?: boolean;
}

/**
 * Intake alone: what the CLI's validate and the language server show. Rejects when the folder cannot be read.
 */
export async function analyse(
  files: ReadFiles,
  grammar: Grammar,
  stackDir: string,
  inputs: VariableInputs = noInputs,
  { findFacts, made, hints = true }: AnalysisOptions = {},
): Promise<Analysis> {
  const loaded = await load(files, grammar, stackDir, inputs);
  const { stack, modules, files: values, overrides } = loaded.value;
  const own = [...stack, ...[...(modules?.values() ?? [])].flat()];
  const facts = await findFacts?.(factsIn(own));
  const snapshot = new StackFiles((file, text) => parseTemplate(grammar, file, text));
  const lowerer = new Lowerer({ facts, snapshot, made, hints });
  const { value, diagnostics } = await withFiles(files, stackDir, snapshot, () =>
    lowerer.lower(loaded.value),
  );
  return {
    files: [...own, ...values, ...(overrides ?? []), ...snapshot.templates()],
    values: [...values, ...(overrides ?? [])],
    ...value,
    evaluate: (placed, outputs) =>
      withFiles(files, stackDir, snapshot, () => value.evaluate(placed, outputs)),
    diagnostics: [...loaded.diagnostics, ...diagnostics, ...findCycles(value.ir), ...findConflicts(value.ir)],
  };
}
