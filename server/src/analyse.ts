/**
 * The first stage alone: what the files of a stack say and what is wrong with them. Everything that only looks (validate,
 * graph, the language server) stops here; it starts no process and writes nothing.
 */
import { findConflicts } from "./assembly/claims.ts";
import { findCycles } from "./assembly/graph.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { ReadFiles } from "./host/ports.ts";
import type { Ir } from "./intake/ir.ts";
import { load, noInputs, type VariableInputs } from "./intake/load.ts";
import { type Lowered, lower } from "./intake/lower.ts";
import type { SourceFile } from "./syntax/chunk.ts";
import type { Grammar } from "./syntax/parser.ts";

export interface Analysis {
  /** `.cw` and `.cwvars` files. */
  readonly files: readonly SourceFile[];
  readonly ir: Ir;
  readonly evaluate: Lowered["evaluate"];
  readonly diagnostics: readonly Diagnostic[];
}

/** Intake alone: what the CLI's validate and the language server show. Rejects when the folder cannot be read. */
export async function analyse(
  files: ReadFiles,
  grammar: Grammar,
  stackDir: string,
  inputs: VariableInputs = noInputs,
): Promise<Analysis> {
  const loaded = await load(files, grammar, stackDir, inputs);
  const { value, diagnostics } = lower(loaded.value);
  return {
    files: [...loaded.value.stack, ...loaded.value.files, ...(loaded.value.overrides ?? [])],
    ir: value.ir,
    evaluate: value.evaluate,
    diagnostics: [...loaded.diagnostics, ...diagnostics, ...findCycles(value.ir), ...findConflicts(value.ir)],
  };
}
