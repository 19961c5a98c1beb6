import { Analyser, analyse as analyseStack, type Analysis as StackAnalysis } from "../analyse.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import type { Grammar } from "../syntax/parser.ts";
import { StackSources } from "./stack-sources.ts";

export interface Analysis {
  /** What the features of the editor ask; a plan needs the whole of it. */
  readonly snapshot: StackAnalysis;
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is wrong with the stack in a folder, as far as an editor can know. */
export async function analyse(files: ReadFiles, grammar: Grammar, folder: string): Promise<Analysis> {
  return forEditor(await analyseStack(files, grammar, folder));
}

/** A stack that is looked at again and again: an edit costs what it touches. */
export interface EditedStack {
  /** The disk may have changed: all that was read of it is read anew. */
  forget(): void;
  /** One at a time. `open` are the texts of open documents, by path; `files` has them too. */
  analyse(files: ReadFiles, open: ReadonlyMap<string, string>): Promise<Analysis>;
}

export function editStack(grammar: Grammar, folder: string): EditedStack {
  const sources = new StackSources(grammar, folder);
  const analyser = new Analyser(grammar, folder, {});
  return {
    forget: () => {
      sources.forget();
      analyser.forget();
    },
    analyse: async (files, open) => forEditor(await analyser.analyse(files, await sources.load(files, open))),
  };
}

function forEditor(analysis: StackAnalysis): Analysis {
  // Values alone, opened by themselves: there is nothing to hold them against.
  if (analysis.diagnostics.some(({ code }) => code === "no-files")) {
    return { snapshot: analysis, files: analysis.files, diagnostics: analysis.files.flatMap(syntaxProblems) };
  }
  return { snapshot: analysis, files: analysis.files, diagnostics: analysis.diagnostics.map(softened) };
}

export function syntaxProblems({ chunks }: SourceFile): readonly Diagnostic[] {
  return chunks.flatMap(({ diagnostics }) => diagnostics);
}

/** The value may well come from a flag or the environment of a later command: worth a hint, never an error. */
export function softened(problem: Diagnostic): Diagnostic {
  return problem.code === "missing-variable" ? { ...problem, severity: "hint" } : problem;
}
