import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { SourceFile } from "../syntax/chunk.ts";
import { parse } from "../syntax/document.ts";
import type { Grammar } from "../syntax/parser.ts";

export interface Analysis {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is wrong with the stack in a folder: every `*.cw` file directly in it. */
export async function analyse(files: ReadFiles, grammar: Grammar, folder: string): Promise<Analysis> {
  const names = (await files.list(folder)).map(({ name }) => name).filter((name) => name.endsWith(".cw"));
  const sources = await Promise.all(
    names.map(async (name) => parse(grammar, name, await files.readText(`${folder}/${name}`))),
  );
  return {
    files: sources,
    diagnostics: sources.flatMap(syntaxProblems),
  };
}

export function syntaxProblems({ chunks }: SourceFile): readonly Diagnostic[] {
  return chunks.flatMap(({ diagnostics }) => diagnostics);
}
