import { maxText } from "../limits.ts";
import { broken } from "../scope.ts";
import { boolType, listOf, numberType, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { boolValue, compareText, listValue, stringValue, trueValue, unknownOf } from "../values.ts";
import { failure, fn, nullable, parameter, sequence, text, whole } from "./arguments.ts";
import { formatText, isUntyped } from "./format.ts";
import { formatList } from "./format-list.ts";
import type { Allowance, FunctionEntry, FunctionOutcome } from "./function.ts";
import { graphemes } from "./graphemes.ts";
import { replaceByPattern } from "./regex.ts";

const str = parameter("str", stringType);
const strings = listOf(stringType);

const change =
  (how: (s: string) => string) =>
  ([s]: readonly Value[]): Value =>
    stringValue(how(text(s)));

const change2 =
  (how: (s: string, other: string) => string) =>
  ([s, other]: readonly Value[]): Value =>
    stringValue(how(text(s), text(other)));

const test =
  (how: (s: string, other: string) => boolean) =>
  ([s, other]: readonly Value[]): Value =>
    boolValue(how(text(s), text(other)));

const tooLong = failure("the result would have more than 8 million characters");

/** unicode.IsSpace, which is what Go's TrimSpace removes. */
const space =
  /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function trim(s: string, cutset: string): string {
  const cut = new Set(cutset);
  const points = Array.from(s);
  let start = 0;
  let end = points.length;
  while (start < end && cut.has(points[start] ?? "")) start++;
  while (end > start && cut.has(points[end - 1] ?? "")) end--;
  return points.slice(start, end).join("");
}

function chomp(s: string): string {
  let end = s.length;
  while (end > 0 && (s[end - 1] === "\n" || s[end - 1] === "\r")) end--;
  return s.slice(0, end);
}

/** Go's strings.Title: a letter after anything that is neither letter, digit nor underscore becomes a capital. */
function title(s: string): string {
  let previous = " ";
  let result = "";
  for (const c of s) {
    result += isSeparator(previous) ? capital(c) : c;
    previous = c;
  }
  return result;
}

function isSeparator(c: string): boolean {
  if (c <= "\x7f") return !/[0-9a-zA-Z_]/.test(c);
  return !/[\p{L}\p{N}]/u.test(c) && /\p{White_Space}/u.test(c);
}

/** Go maps code points one to one: `ß` has no capital. */
const oneToOne = (c: string, mapped: string): string => (Array.from(mapped).length === 1 ? mapped : c);
const capital = (c: string): string => oneToOne(c, c.toUpperCase());
const ascii = /^[\x00-\x7f]*$/;
const upper = (s: string): string => (ascii.test(s) ? s.toUpperCase() : Array.from(s, capital).join(""));
const lower = (s: string): string =>
  ascii.test(s) ? s.toLowerCase() : Array.from(s, (c) => oneToOne(c, c.toLowerCase())).join("");

function substr([s, from, count]: readonly Value[]): FunctionOutcome {
  const offset = whole(from);
  const length = whole(count);
  if (offset === undefined) return failure("a whole number is required", 1);
  if (length === undefined) return failure("a whole number is required", 2);
  if (offset >= 0 && length === 0) return stringValue("");
  const all = graphemes(text(s));
  // As Terraform has it: an offset before the beginning is the beginning, and with a negative offset length 0 means all.
  const start = offset < 0 ? Math.max(0, all.length + offset) : offset;
  const end = length <= 0 ? all.length : start + length;
  return stringValue(all.slice(start, end).join(""));
}

function indent([spaces, s]: readonly Value[]): FunctionOutcome {
  const n = whole(spaces);
  if (n === undefined || n < 0)
    return failure("the number of spaces must be a whole number, not less than zero", 0);
  const given = text(s);
  const lines = given.split("\n").length - 1;
  if (given.length + lines * n > maxText) return tooLong;
  return stringValue(given.replaceAll("\n", `\n${" ".repeat(n)}`));
}

function join([separator, ...lists]: readonly Value[]): FunctionOutcome {
  const pieces: string[] = [];
  let length = 0;
  for (const [i, list] of lists.entries()) {
    for (const item of sequence(list).items) {
      if (item.kind === "null") return failure("a null item cannot be joined", i + 1);
      pieces.push(text(item));
      length += text(item).length + text(separator).length;
    }
  }
  if (lists.length === 0) return failure("it needs at least one list");
  return length > maxText ? tooLong : stringValue(pieces.join(text(separator)));
}

/** Go's strings.Split: without a separator, the code points. */
function split([separator, s]: readonly Value[]): Value {
  const by = text(separator);
  const pieces = by === "" ? Array.from(text(s)) : text(s).split(by);
  return listValue(stringType, pieces.map(stringValue));
}

function replace([s, what, replacement]: readonly Value[], allowance: Allowance): FunctionOutcome {
  const given = text(s);
  const by = text(replacement);
  const pattern = text(what);
  if (pattern.length > 1 && pattern.startsWith("/") && pattern.endsWith("/")) {
    return replaceByPattern(given, pattern.slice(1, -1), by, allowance);
  }
  // Without anything to look for, Go inserts before every code point and at the end.
  const pieces = pattern === "" ? ["", ...Array.from(given), ""] : given.split(pattern);
  if (given.length + pieces.length * by.length > maxText) return tooLong;
  return stringValue(pattern === "" ? insertEverywhere(given, by) : pieces.join(by));
}

const insertEverywhere = (s: string, by: string): string => by + Array.from(s, (c) => c + by).join("");

function startsWith([s, prefix]: readonly Value[]): Value {
  const wanted = text(prefix);
  if (s?.kind !== "unknown") return boolValue(text(s).startsWith(wanted));
  if (wanted === "") return trueValue;
  const [known] = s.parts ?? [];
  if (typeof known !== "string") return unknownOf(boolType);
  if (known.startsWith(wanted)) return trueValue;
  return known.length >= wanted.length || !wanted.startsWith(known) ? boolValue(false) : unknownOf(boolType);
}

function sort([list]: readonly Value[]): FunctionOutcome {
  const { items } = sequence(list);
  if (items.some((item) => item.kind === "null")) return failure("a null item cannot be sorted", 0);
  return listValue(
    stringType,
    items.toSorted((a, b) => compareText(text(a), text(b))),
  );
}

export const stringFunctions: Readonly<Record<string, FunctionEntry>> = {
  chomp: fn("Removes line breaks at the end.", [str], stringType, change(chomp)),
  endswith: fn(
    "Whether a string ends with another.",
    [str, parameter("suffix", stringType)],
    boolType,
    test((s, suffix) => s.endsWith(suffix)),
  ),
  format: fn(
    "Fills values into a format string with verbs such as %s, %d and %q.",
    [parameter("format", stringType)],
    stringType,
    ([format, ...args]) => (args.some(isUntyped) ? broken : formatText(text(format), args)),
    { variadic: nullable(parameter("args")) },
  ),
  formatlist: fn(
    "Applies a format string to each item of one or more lists.",
    [parameter("format", stringType)],
    strings,
    ([format, ...args]) => (args.some(isUntyped) ? broken : formatList(text(format), args)),
    { variadic: nullable(parameter("args")) },
  ),
  indent: fn(
    "Puts spaces before every line but the first.",
    [parameter("spaces", numberType), str],
    stringType,
    indent,
  ),
  join: fn(
    "Joins the strings of lists with a separator between them.",
    [parameter("separator", stringType)],
    stringType,
    join,
    { variadic: parameter("lists", strings) },
  ),
  lower: fn("All letters small.", [str], stringType, change(lower)),
  replace: fn(
    "Replaces each occurrence of a substring, or of a /pattern/.",
    [str, parameter("substr", stringType), parameter("replace", stringType)],
    stringType,
    replace,
  ),
  sort: fn(
    "The strings of a list in order of their characters.",
    [parameter("list", strings)],
    strings,
    sort,
  ),
  split: fn("Splits a string at each separator.", [parameter("separator", stringType), str], strings, split),
  startswith: fn(
    "Whether a string begins with another.",
    [str, parameter("prefix", stringType)],
    boolType,
    (args) => (args[1]?.kind === "unknown" ? unknownOf(boolType) : startsWith(args)),
    { accepts: "unknown" },
  ),
  strcontains: fn(
    "Whether a string contains another.",
    [str, parameter("substr", stringType)],
    boolType,
    test((s, part) => s.includes(part)),
  ),
  strrev: fn(
    "The characters in reverse order.",
    [str],
    stringType,
    change((s) => graphemes(s).toReversed().join("")),
  ),
  substr: fn(
    "A part of a string: from an offset (negative: from the end), of a length (-1: to the end).",
    [str, parameter("offset", numberType), parameter("length", numberType)],
    stringType,
    substr,
  ),
  title: fn("The first letter of each word a capital.", [str], stringType, change(title)),
  trim: fn(
    "Removes any of the given characters from both ends.",
    [str, parameter("cutset", stringType)],
    stringType,
    change2(trim),
  ),
  trimprefix: fn(
    "Removes a string from the beginning, if it is there.",
    [str, parameter("prefix", stringType)],
    stringType,
    change2((s, prefix) => (s.startsWith(prefix) ? s.slice(prefix.length) : s)),
  ),
  trimspace: fn(
    "Removes white space from both ends.",
    [str],
    stringType,
    change((s) => s.replace(space, "")),
  ),
  trimsuffix: fn(
    "Removes a string from the end, if it is there.",
    [str, parameter("suffix", stringType)],
    stringType,
    change2((s, suffix) => (suffix !== "" && s.endsWith(suffix) ? s.slice(0, -suffix.length) : s)),
  ),
  upper: fn("All letters capitals.", [str], stringType, change(upper)),
};
