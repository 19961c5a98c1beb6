import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { ReadFiles } from "../host/ports.ts";
import type { Block } from "../syntax/ast.ts";
import type { Chunk, SourceFile } from "../syntax/chunk.ts";
import { folderOf, isModule, rootFolder } from "./module-block.ts";
import { spanOf } from "./stack.ts";

/** Reads every `.cw` file directly in a folder of the stack. */
export type ReadFolder = (folder: string) => Promise<readonly SourceFile[]>;

/**
 * The files of all folders that module blocks name, and those in them, each read once. Names of files are relative to the
 * stack's folder, which nothing leads out of: a link to elsewhere is no folder.
 */
export async function loadModules(
  files: ReadFiles,
  stackDir: string,
  stack: readonly SourceFile[],
  read: ReadFolder,
): Promise<{ value: ReadonlyMap<string, readonly SourceFile[]>; diagnostics: Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const found = new Map<string, readonly SourceFile[]>([[rootFolder, stack]]);
  for (const [from, sources] of found) {
    for (const { folder, span } of modulesIn(sources, from)) {
      const known = found.get(folder);
      const problem = known ? undefined : await problemWith(files, stackDir, folder);
      const inside = known ?? (problem === undefined ? await read(folder) : []);
      if (problem === undefined && inside.length > 0) found.set(folder, inside);
      else diagnostics.push(unusable(folder, problem ?? "has no .cw file", span));
    }
  }
  found.delete(rootFolder);
  return { value: found, diagnostics };
}

interface Named {
  readonly folder: string;
  /** Of the source. */
  readonly span: Span;
}

function modulesIn(files: readonly SourceFile[], from: string): Named[] {
  return files.flatMap((file) =>
    file.chunks.flatMap((chunk) =>
      chunk.items.filter(isModule).flatMap((block) => named(block, chunk, from) ?? []),
    ),
  );
}

function named(block: Block, { origin }: Chunk, from: string): Named | undefined {
  const folder = folderOf(block, from);
  const source = block.body.items.find((item) => item.type === "attribute" && item.name.name === "source");
  if (folder === undefined || source?.type !== "attribute") return undefined;
  return { folder, span: spanOf(origin, source.value) };
}

/** Half a sentence about the folder that cannot be used. */
async function problemWith(files: ReadFiles, stackDir: string, folder: string): Promise<string | undefined> {
  let path = stackDir;
  for (const step of folder.split("/")) {
    path += `/${step}`;
    const stat = await files.stat(path);
    if (!stat) return "does not exist";
    if (stat.kind === "symlink") return "is reached through a link";
    if (stat.kind !== "directory") return "is no folder";
  }
  return undefined;
}

function unusable(folder: string, problem: string, span: Span): Diagnostic {
  return diagnostic("invalid-module", `The module's folder "${folder}" ${problem}`, {
    span,
    hint:
      problem === "is reached through a link"
        ? "Everything a stack is made of lies in its folder: put a copy of the module there."
        : "A source is relative to the folder of the file it stands in.",
  });
}
