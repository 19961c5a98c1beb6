import type { Fault } from "../check/path.ts";
import { lineOf } from "../check/text.ts";

/** Half-open, in UTF-16 code units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Something that a script uses of the machine: the reach of its step decides whether it will get it. */
export interface Use {
  readonly kind: "network" | "engine";
  /** The program, module or function, as it stands there. */
  readonly what: string;
  readonly at: Place;
}

/** What a language's parser makes of a script. */
export interface ScriptRead {
  readonly faults: readonly Fault[];
  readonly uses: readonly Use[];
}

/** A script that does not parse; nothing else is said of it. */
export function broken(text: string, language: string, problem: string, at: Place): ScriptRead {
  return { faults: [syntaxFault(text, language, problem, at)], uses: [] };
}

export function syntaxFault(text: string, language: string, problem: string, at: Place): Fault {
  return {
    code: "C-SYNTAX",
    says: `is no valid ${language} in line ${lineOf(text, at.start)}: ${problem}`,
    hint: "Correct it there: a script that does not parse is not run",
    at: visible(text, at),
  };
}

/** A place with something to underline, a word at least, on one line: an editor shows nothing of an empty one. */
function visible(text: string, { start, end }: Place): Place {
  const from = Math.min(start, Math.max(0, text.length - 1));
  const newline = text.indexOf("\n", from);
  const line = text.slice(from, newline === -1 ? text.length : newline);
  const word = /^\w*/.exec(line)?.[0].length ?? 0;
  return { start: from, end: from + Math.max(1, word, Math.min(end - from, line.length)) };
}
