/**
 * Matches regular expressions in time proportional to the text, whatever the expression: all ways to match are followed
 * side by side (Pike's machine, as in RE2), in the order of preference that Perl and Go have. JS's own engine would follow
 * one after the other, which some expressions make take forever.
 */
import { type CharClass, isBoundary, matchesClass } from "./regex-class.ts";
import type { Assertion, RegexNode } from "./regex-parse.ts";

type Instruction =
  | { readonly op: "class"; readonly set: CharClass }
  | { readonly op: "assert"; readonly assertion: Assertion }
  | { readonly op: "save"; readonly slot: number }
  | { op: "jump"; to: number }
  /** Both, `first` preferred. */
  | { op: "split"; first: number; second: number }
  | { readonly op: "match" };

export type Program = readonly Instruction[];

/** Repetitions are written out, so {n,m} inside {n,m} grows. */
const maxInstructions = 10_000;

/** Undefined when the expression is too large. */
export function compileRegex(root: RegexNode): Program | undefined {
  const program: Instruction[] = [];
  emit(program, { kind: "group", index: 0, inner: root });
  if (program.length > maxInstructions) return undefined;
  program.push({ op: "match" });
  return program;
}

function emit(program: Instruction[], node: RegexNode): void {
  if (program.length > maxInstructions) return;
  switch (node.kind) {
    case "empty":
      return;
    case "class":
      program.push({ op: "class", set: node.set });
      return;
    case "assert":
      program.push({ op: "assert", assertion: node.assertion });
      return;
    case "group":
      program.push({ op: "save", slot: 2 * node.index });
      emit(program, node.inner);
      program.push({ op: "save", slot: 2 * node.index + 1 });
      return;
    case "concat":
      for (const item of node.items) emit(program, item);
      return;
    case "alternate":
      emitAlternatives(program, node.items);
      return;
    case "repeat":
      emitRepeat(program, node);
      return;
  }
}

function emitAlternatives(program: Instruction[], items: readonly RegexNode[]): void {
  const ends: { op: "jump"; to: number }[] = [];
  for (const [i, item] of items.entries()) {
    if (i === items.length - 1) {
      emit(program, item);
      break;
    }
    const split = { op: "split" as const, first: program.length + 1, second: 0 };
    program.push(split);
    emit(program, item);
    const end = { op: "jump" as const, to: 0 };
    ends.push(end);
    program.push(end);
    split.second = program.length;
  }
  for (const end of ends) end.to = program.length;
}

function emitRepeat(program: Instruction[], node: Extract<RegexNode, { kind: "repeat" }>): void {
  for (let i = 0; i < node.min && program.length <= maxInstructions; i++) emit(program, node.inner);
  if (node.max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const leave = emitOptional(program, node);
    program.push({ op: "jump", to: start });
    leave(program.length);
    return;
  }
  const leaves: ((to: number) => void)[] = [];
  for (let i = node.min; i < node.max && program.length <= maxInstructions; i++)
    leaves.push(emitOptional(program, node));
  for (const leave of leaves) leave(program.length);
}

/** A split that enters the repeated part or leaves it; where to is filled in later. */
function emitOptional(
  program: Instruction[],
  node: Extract<RegexNode, { kind: "repeat" }>,
): (to: number) => void {
  const split = { op: "split" as const, first: program.length + 1, second: program.length + 1 };
  program.push(split);
  emit(program, node.inner);
  return (to) => {
    if (node.greedy) split.second = to;
    else split.first = to;
  };
}

/** Steps left; matching stops when there are none. */
export interface Effort {
  left: number;
}

interface Thread {
  readonly at: number;
  readonly slots: readonly number[];
}

/** Start and end of each group as indexes of code points, undefined where the group took no part. */
export type Match = readonly (number | undefined)[];

/** The first match from `from` on. Undefined when there is none, or `effort` is used up. */
export function findMatch(
  program: Program,
  text: readonly number[],
  from: number,
  effort: Effort,
): Match | undefined {
  let threads: Thread[] = [];
  let found: readonly number[] | undefined;
  const visited = new Uint32Array(program.length);
  effort.left -= program.length >> 4;
  for (let position = from; position <= text.length; position++) {
    const next: Thread[] = [];
    const generation = position - from + 1;
    for (const thread of threads)
      follow({ program, text, position, visited, generation, effort }, thread, next);
    if (!found) follow({ program, text, position, visited, generation, effort }, { at: 0, slots: [] }, next);
    threads = [];
    if (effort.left < 0) return undefined;
    for (const thread of next) {
      const instruction = program[thread.at];
      if (instruction?.op === "match") {
        found = thread.slots;
        break;
      }
      const code = text[position];
      if (instruction?.op === "class" && code !== undefined && matchesClass(instruction.set, code)) {
        threads.push({ at: thread.at + 1, slots: thread.slots });
      }
    }
    if (threads.length === 0 && found) break;
  }
  return found;
}

interface Position {
  readonly program: Program;
  readonly text: readonly number[];
  readonly position: number;
  /** The generation in which each instruction was reached last. */
  readonly visited: Uint32Array;
  readonly generation: number;
  readonly effort: Effort;
}

/** Adds what a thread comes to without taking a character, in order of preference. */
function follow(where: Position, start: Thread, into: Thread[]): void {
  const stack: Thread[] = [start];
  for (let thread = stack.pop(); thread; thread = stack.pop()) {
    if (where.visited[thread.at] === where.generation) continue;
    where.visited[thread.at] = where.generation;
    where.effort.left--;
    const instruction = where.program[thread.at];
    switch (instruction?.op) {
      case "jump":
        stack.push({ at: instruction.to, slots: thread.slots });
        break;
      case "split":
        stack.push(
          { at: instruction.second, slots: thread.slots },
          { at: instruction.first, slots: thread.slots },
        );
        break;
      case "save": {
        const slots = [...thread.slots];
        slots[instruction.slot] = where.position;
        stack.push({ at: thread.at + 1, slots });
        break;
      }
      case "assert":
        if (holds(instruction.assertion, where)) stack.push({ at: thread.at + 1, slots: thread.slots });
        break;
      case "class":
      case "match":
        into.push(thread);
        break;
      case undefined:
        break;
    }
  }
}

function holds(assertion: Assertion, { text, position }: Position): boolean {
  switch (assertion) {
    case "text-start":
      return position === 0;
    case "text-end":
      return position === text.length;
    case "line-start":
      return position === 0 || text[position - 1] === 10;
    case "line-end":
      return position === text.length || text[position] === 10;
    case "boundary":
      return isBoundary(text[position - 1], text[position]);
    case "no-boundary":
      return !isBoundary(text[position - 1], text[position]);
  }
}
