/** Paths in strings: which folder's content can be typed at a place, and the items once somebody has listed it. */
import { fileFunctions } from "../intake/functions/files.ts";
import { rootFolder } from "../intake/module-block.ts";
import { restOf } from "./complete-value.ts";
import { type CompletionItem, completingAt } from "./completion.ts";
import { type Expected, expectedAt } from "./expected.ts";
import type { Snapshot } from "./snapshot.ts";

export interface PathQuestion {
  /** Relative to the stack's folder, which is `.`. */
  readonly folder: string;
  readonly foldersOnly: boolean;
  readonly start: number;
  readonly end: number;
}

export interface PathEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Undefined where no path of the stack is written. */
export function pathQuestion(
  snapshot: Snapshot,
  file: string,
  text: string,
  offset: number,
): PathQuestion | undefined {
  const completing = completingAt(snapshot, file, text, offset);
  const { cursor, form, scope } = completing;
  const { spot, frames } = cursor;
  const frame = frames.at(-1);
  if (spot.kind !== "text" || frame?.type !== "template" || frame.heredoc || frame.start !== spot.start)
    return undefined;
  const expected = expectedAt(form, frames);
  const isModule = expected.holds === "folder";
  if (!isModule && !takesPath(expected)) return undefined;
  const slash = spot.text.lastIndexOf("/");
  const folder = resolved(isModule ? scope.folder.path : rootFolder, spot.text.slice(0, slash + 1));
  if (folder === undefined) return undefined;
  return {
    folder,
    foldersOnly: isModule || expected.reads === "tree",
    start: spot.start + slash + 1,
    end: offset + restOf(completing),
  };
}

const takesPath = ({ reads, argument }: Expected): boolean =>
  reads !== undefined ||
  (argument?.index === 0 && (argument.name in fileFunctions || argument.name === "templatefile"));

/** Undefined for what leads out of the stack's folder. */
function resolved(base: string, path: string): string | undefined {
  if (path.startsWith("/")) return undefined;
  const steps = base === rootFolder ? [] : base.split("/");
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/") || rootFolder;
}

/** What is hidden is offered by nobody who did not hide it. */
export function pathItems(
  { foldersOnly, start, end }: PathQuestion,
  entries: readonly PathEntry[],
): CompletionItem[] {
  return entries
    .filter(({ name, isFolder }) => !name.startsWith(".") && (isFolder || !foldersOnly))
    .map(({ name, isFolder }) => ({
      label: isFolder ? `${name}/` : name,
      kind: isFolder ? "folder" : "file",
      insert: isFolder && !foldersOnly ? `${name}/` : name,
      ...(isFolder && !foldersOnly && { goesOn: true as const }),
      start,
      end,
      isWhole: true,
      rank: isFolder ? 1 : 0,
    }));
}
