/** What of the disk a stack is made of, beside the files with blocks: the folders of its modules, and what expressions read. */
import type { Analysis } from "./analyse.ts";
import type { FileWatchers, Watched } from "./file-watchers.ts";
import type { Stacks } from "./stacks.ts";
import { join } from "./uri.ts";

/** The `.cw` and `.cwvars` files themselves are watched everywhere. */
export function watchedBy(folder: string, { snapshot }: Pick<Analysis, "snapshot">): readonly Watched[] {
  // Of a folder that goes or is renamed nothing is told but the folder itself.
  const modules = snapshot.folders
    .slice(1)
    .map(({ path }): Watched => ({ path: join(folder, path), reads: "file" }));
  const read = snapshot.reads().map(({ kind, path }): Watched => ({ path: join(folder, path), reads: kind }));
  return [...modules, ...read];
}

/** Whether the stack in a folder may say something else after a change at a path. */
export function isConcerned(folder: string, watched: readonly Watched[], path: string): boolean {
  if (folder === path || folder.startsWith(`${path}/`)) return true;
  if (!path.startsWith(`${folder}/`)) return false;
  if (/\.(?:cw|cwvars)$/.test(path)) return true;
  return watched.some(
    (one) =>
      one.path === path ||
      one.path.startsWith(`${path}/`) ||
      (one.reads === "tree" && path.startsWith(`${one.path}/`)),
  );
}

/** Has the client watch what each stack reads, as long as a document of it is open. */
export function watchStacks(stacks: Stacks, watchers: FileWatchers, report: (error: unknown) => void): void {
  watchers.start().catch(report);
  /** What they were told of last: seldom another thing after an edit. */
  const told = new Map<string, { readonly reads: object; readonly folders: string }>();
  stacks.onAnalysed((folder, analysis) => {
    const { snapshot } = analysis;
    const now = { reads: snapshot.reads(), folders: snapshot.folders.map(({ path }) => path).join("\n") };
    const before = told.get(folder);
    if (before?.reads === now.reads && before.folders === now.folders) return;
    told.set(folder, now);
    watchers.follow(`stack ${folder}`, watchedBy(folder, analysis)).catch(report);
  });
  stacks.onForgotten((folder) => {
    told.delete(folder);
    watchers.follow(`stack ${folder}`, []).catch(report);
  });
}
