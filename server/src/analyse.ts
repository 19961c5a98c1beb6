/**
 * The first stage alone: what the files of a stack say and what is wrong with them. Everything that only looks (validate,
 * graph, the language server) stops here; it starts no process and writes nothing.
 */
import { Conflicts } from "./assembly/claims.ts";
import { Cycles } from "./assembly/graph.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { ReadFiles } from "./host/ports.ts";
import { type FindFacts, factsIn } from "./intake/facts-value.ts";
import type { Ir } from "./intake/ir.ts";
import { type Loaded, load, noInputs, type VariableInputs } from "./intake/load.ts";
import { type Lowered, Lowerer, type LoweringOptions, type Sources } from "./intake/lower.ts";
import { withFiles } from "./intake/read-files.ts";
import { StackFiles, type Wanted } from "./intake/stack-files.ts";
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
  /** What expressions read of the disk, whether it was there or not. */
  readonly reads: () => readonly Wanted[];
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
  const facts = await findFacts?.(factsIn(sourcesOf(loaded.value)));
  return new Analyser(grammar, stackDir, { facts, made, hints }).analyse(files, loaded);
}

/** Analyses a stack again and again while it is edited, and keeps what an edit did not touch. */
export class Analyser {
  readonly #stackDir: string;
  readonly #snapshot: StackFiles;
  readonly #lowerer: Lowerer;
  readonly #cycles = new Cycles();
  readonly #conflicts = new Conflicts();

  constructor(grammar: Grammar, stackDir: string, options: Omit<LoweringOptions, "snapshot">) {
    this.#stackDir = stackDir;
    this.#snapshot = new StackFiles((file, text) => parseTemplate(grammar, file, text));
    this.#lowerer = new Lowerer({ ...options, snapshot: this.#snapshot });
  }

  /** The disk may have changed: what expressions read of it is read anew. */
  forget(): void {
    this.#snapshot.forget();
  }

  /** One at a time. Only a file that has not been read before, and that an expression asks for, makes it wait. */
  async analyse(files: ReadFiles, { value: sources, diagnostics: unread }: Loaded): Promise<Analysis> {
    const [dir, snapshot] = [this.#stackDir, this.#snapshot];
    const { value, diagnostics } = await withFiles(files, dir, snapshot, () => this.#lowerer.lower(sources));
    const values = [...sources.files, ...(sources.overrides ?? [])];
    return {
      files: [...sourcesOf(sources), ...values, ...snapshot.templates()],
      values,
      ...value,
      evaluate: (placed, outputs) => withFiles(files, dir, snapshot, () => value.evaluate(placed, outputs)),
      reads: () => snapshot.asked(),
      diagnostics: [
        ...unread,
        ...diagnostics,
        ...this.#cycles.find(value.ir),
        ...this.#conflicts.find(value.ir),
      ],
    };
  }
}

const sourcesOf = ({ stack, modules }: Sources): readonly SourceFile[] => [
  ...stack,
  ...[...(modules?.values() ?? [])].flat(),
];
