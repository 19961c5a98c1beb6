/**
 * Gives a thing another name, in all folders of the stack. What the state knows under the former name is moved along by a
 * `moved` block, so that a rename alone removes and makes nothing.
 */
import type { Index } from "./index.ts";
import { moveEdits } from "./moves.ts";
import { type Name, type Occurrence, writtenName } from "./names.ts";
import { meaningOf } from "./references.ts";
import { nameProblem } from "./rename-problems.ts";
import type { FileRange, Place, Range } from "./snapshot.ts";

export interface TextEdit {
  readonly at: FileRange;
  readonly text: string;
  /** What a person should know before it is done, in one sentence. */
  readonly note?: string;
}

/** Why nothing is renamed, in one sentence. */
export interface Refusal {
  readonly refused: string;
}

export interface Renamable extends Range {
  /** The name as it is now. */
  readonly text: string;
}

export function prepareRename(index: Index, place: Place): Renamable | Refusal {
  const subject = subjectAt(index, place);
  if ("refused" in subject) return subject;
  const { name, at } = subject;
  return { start: at.start, end: at.end, text: writtenName(name) };
}

export function rename(index: Index, place: Place, to: string): readonly TextEdit[] | Refusal {
  const subject = subjectAt(index, place);
  if ("refused" in subject) return subject;
  const { name } = subject;
  if (to === writtenName(name)) return [];
  const problem = nameProblem(index, name, to);
  if (problem !== undefined) return { refused: problem };
  const note = name.kind === "kind" ? kindNote(index, name) : undefined;
  const edits = index
    .of(name)
    .filter((o) => isWritten(o, name))
    .map(({ at }): TextEdit => ({ at, text: to, ...(note !== undefined && { note }) }));
  return [...edits, ...moveEdits(index, name, to)];
}

/** Addresses in `moved` blocks tell of former names, which stay what they were. */
function isWritten({ inAddress, isStandIn }: Occurrence, { kind }: Name): boolean {
  return !isStandIn && !(inAddress && (kind === "resource" || kind === "module"));
}

function kindNote(index: Index, kind: Name): string | undefined {
  const isUsed = index.of(kind).some(({ role }) => role === "read");
  if (!isUsed) return undefined;
  return `What exists of kind ${kind.name} is removed and made anew: a thing of another kind is another thing.`;
}

interface Subject {
  readonly name: Name;
  readonly at: FileRange;
}

function subjectAt(index: Index, place: Place): Subject | Refusal {
  const occurrence = index.at(place);
  if (!occurrence) return { refused: "There is no name here that could be changed." };
  const name = meaningOf(index, occurrence);
  const definitions = index.definitions(name);
  if (name.kind === "setting") return { refused: refusalOfSetting(index, occurrence) };
  if (name.kind === "binding" && definitions.some((o) => o.isStandIn))
    return {
      refused: `"${name.name}" is the type of the blocks as well. Write iterator = NAME to give it a name of its own.`,
    };
  if (occurrence.isStandIn)
    return { refused: `"self" stands for the block around it and has no other name.` };
  if (definitions.length === 0) return { refused: refusalOfUndeclared(name) };
  return { name, at: occurrence.at };
}

function refusalOfSetting({ snapshot }: Index, { name, also, isStandIn }: Occurrence): string {
  if (isStandIn) return `What an instance is told by ${name.name} has fixed names.`;
  const isUnknown = also.some(({ scope }) => snapshot.ir.kinds.invalid.has(scope));
  return isUnknown
    ? `The kind that "${name.name}" belongs to has mistakes.`
    : `"${name.name}" belongs to the language or to a kind that Clockwork brings along.`;
}

function refusalOfUndeclared({ kind, name }: Name): string {
  if (kind === "kind" || kind === "check") return `"${name}" is a kind that Clockwork brings along.`;
  return `"${name}" is declared nowhere in this stack.`;
}
