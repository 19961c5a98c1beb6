/** regex(), regexall() and the patterns of replace(). */
import { maxText } from "../limits.ts";
import { dynamicType, listOf, stringType, type Type } from "../type.ts";
import type { Value } from "../value.ts";
import { listValue, nullOf, objectValue, stringValue, tupleValue, typeOf } from "../values.ts";
import { failure, fn, parameter, text } from "./arguments.ts";
import type { Allowance, FunctionEntry, FunctionFailure, FunctionOutcome } from "./function.ts";
import { parseRegex } from "./regex-parse.ts";
import { compileRegex, type Effort, findMatch, type Match, type Program } from "./regex-run.ts";

/** What matching does in the time of one step of evaluation. */
const effortPerStep = 8;
const tooMuch = failure("the pattern takes too long on this string");

/** Matches against one text, paid for from the call's allowance. Undefined when there is none, or the allowance is used up. */
function matcher(
  program: Program,
  given: readonly number[],
  allowance: Allowance,
): (from: number) => Match | undefined {
  return (from) => {
    const most = Math.max(0, allowance.steps) * effortPerStep;
    const effort: Effort = { left: most };
    const match = findMatch(program, given, from, effort);
    allowance.steps -= Math.ceil((most - effort.left) / effortPerStep);
    return effort.left < 0 ? undefined : match;
  };
}

interface Regex {
  readonly program: Program;
  readonly names: readonly string[];
}

function compile(pattern: string, argument: number): Regex | FunctionFailure {
  const parsed = parseRegex(pattern);
  if (typeof parsed === "string") return failure(`the pattern is not valid: ${parsed}`, argument);
  const program = compileRegex(parsed.root);
  return program ? { program, names: parsed.names } : failure("the pattern is too large", argument);
}

const points = (s: string): number[] => Array.from(s, (c) => c.codePointAt(0) ?? 0);

function part(given: readonly number[], match: Match, group: number): string | undefined {
  const start = match[2 * group];
  const end = match[2 * group + 1];
  if (start === undefined || end === undefined) return undefined;
  let result = "";
  for (let i = start; i < end; i += 4096)
    result += String.fromCodePoint(...given.slice(i, Math.min(end, i + 4096)));
  return result;
}

const partValue = (given: readonly number[], match: Match, group: number): Value => {
  const found = part(given, match, group);
  return found === undefined ? nullOf(stringType) : stringValue(found);
};

/** Without groups the match; with groups a tuple of them, or an object of the named ones. */
function result({ names }: Regex, given: readonly number[], match: Match): Value {
  if (names.length === 0) return partValue(given, match, 0);
  if (names[0] === "") return tupleValue(names.map((_, i) => partValue(given, match, i + 1)));
  return objectValue(new Map(names.map((name, i) => [name, partValue(given, match, i + 1)])));
}

function resultType({ names }: Regex): Type {
  if (names.length === 0) return stringType;
  if (names[0] === "") return { kind: "tuple", items: names.map(() => stringType) };
  return typeOf(objectValue(new Map(names.map((name) => [name, stringValue("")]))));
}

function prepare(pattern: string): Regex | FunctionFailure {
  const regex = compile(pattern, 0);
  if ("kind" in regex) return regex;
  const named = regex.names.filter((name) => name !== "").length;
  if (named > 0 && named < regex.names.length)
    return failure("the pattern mixes groups with and without names", 0);
  return regex;
}

function matchFirst([pattern, s]: readonly Value[], allowance: Allowance): FunctionOutcome {
  const regex = prepare(text(pattern));
  if ("kind" in regex) return regex;
  const given = points(text(s));
  const match = matcher(regex.program, given, allowance)(0);
  if (allowance.steps < 0) return tooMuch;
  return match ? result(regex, given, match) : failure("the pattern matches no part of the string");
}

function matchAll([pattern, s]: readonly Value[], allowance: Allowance): FunctionOutcome {
  const regex = prepare(text(pattern));
  if ("kind" in regex) return regex;
  const given = points(text(s));
  const matches = allMatches(regex, given, allowance);
  if ("kind" in matches) return matches;
  return listValue(
    resultType(regex),
    matches.map((match) => result(regex, given, match)),
  );
}

/** Go's regexp.FindAll: no empty match right after another match. */
function allMatches(
  { program }: Regex,
  given: readonly number[],
  allowance: Allowance,
): Match[] | FunctionFailure {
  const find = matcher(program, given, allowance);
  const matches: Match[] = [];
  let previousEnd = -1;
  for (let at = 0; at <= given.length; ) {
    const match = find(at);
    if (allowance.steps < 0) return tooMuch;
    if (!match) break;
    const [start = at, end = at] = match;
    if (end !== at || start !== previousEnd) matches.push(match);
    at = end === at ? at + 1 : end;
    previousEnd = end;
  }
  return matches;
}

/** Go's regexp.ReplaceAllString, with `$1`, `${1}` and `${name}` in the replacement. */
export function replaceByPattern(
  s: string,
  pattern: string,
  replacement: string,
  allowance: Allowance,
): FunctionOutcome {
  const regex = compile(pattern, 1);
  if ("kind" in regex) return regex;
  const given = points(s);
  const find = matcher(regex.program, given, allowance);
  let output = "";
  let copied = 0;
  for (let at = 0; at <= given.length; ) {
    const match = find(at);
    if (allowance.steps < 0) return tooMuch;
    if (!match) break;
    const [start = at, end = at] = match;
    output += part(given, [copied, start], 0) ?? "";
    if (end > copied || start === 0) output += fill(replacement, regex, given, match);
    if (output.length > maxText) return failure("the result would have more than 8 million characters");
    copied = end;
    at = Math.max(at + 1, end);
  }
  return stringValue(output + (part(given, [copied, given.length], 0) ?? ""));
}

const fill = (replacement: string, { names }: Regex, given: readonly number[], match: Match): string =>
  replacement.replace(
    /\$(?:\$|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g,
    (all, braced?: string, bare?: string) => {
      if (all === "$$") return "$";
      const name = braced ?? bare ?? "";
      const group = /^\d+$/.test(name) ? Number(name) : names.indexOf(name) + 1;
      return group === 0 && name !== "0" ? "" : (part(given, match, group) ?? "");
    },
  );

const parameters = [
  parameter("pattern", stringType, "a regular expression, RE2 syntax"),
  parameter("string", stringType),
];

export const regexFunctions: Readonly<Record<string, FunctionEntry>> = {
  regex: fn(
    "What a pattern matches first in a string; its groups, if it has any.",
    parameters,
    dynamicType,
    matchFirst,
  ),
  regexall: fn("Everything a pattern matches in a string.", parameters, listOf(dynamicType), matchAll),
};
