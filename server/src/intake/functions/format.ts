/** The format() function: a subset of Go's fmt verbs, as go-cty has them (format.go, format_fsm.rl). */
import { convert, describeProblem } from "../convert.ts";
import { maxText } from "../limits.ts";
import { Decimal, exactly } from "../number.ts";
import { encodeJson } from "../to-json.ts";
import { boolType, numberType, stringType } from "../type.ts";
import type { Value } from "../value.ts";
import { stringValue } from "../values.ts";
import { failure } from "./arguments.ts";
import type { FunctionFailure, FunctionOutcome } from "./function.ts";
import { graphemes } from "./graphemes.ts";

interface Verb {
  readonly raw: string;
  readonly mode: string;
  readonly zero: boolean;
  readonly sharp: boolean;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly space: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const verbSyntax = /%([-0# +]*)([1-9]\d*)?(\.\d*)?(?:\[([1-9]\d*)\])?([a-zA-Z])/y;
const maxWidth = 1_000_000;

/** A null of no type: Terraform waits for its type before it formats anything, and so gives an unknown value. */
export const isUntyped = (arg: Value): boolean => arg.kind === "null" && arg.type.kind === "dynamic";

export function formatText(format: string, args: readonly Value[]): FunctionOutcome {
  let result = "";
  let next = 0;
  let used = 0;
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent < 0) break;
    result += format.slice(at, percent);
    if (format[percent + 1] === "%") {
      result += "%";
      at = percent + 2;
      continue;
    }
    verbSyntax.lastIndex = percent;
    const match = verbSyntax.exec(format);
    if (!match)
      return failure(
        `the format has no valid verb at ${JSON.stringify(format.slice(percent, percent + 12))}`,
        0,
      );
    const verb = readVerb(match);
    if ((verb.width ?? 0) > maxWidth || (verb.precision ?? 0) > maxWidth)
      return failure("a width is too large", 0);
    const index = match[4] === undefined ? next : Number(match[4]) - 1;
    const arg = args[index];
    if (!arg)
      return failure(
        `there is no argument for ${verb.raw}: it needs ${index + 1}, there are ${args.length}`,
        0,
      );
    const piece = formatOne(verb, arg);
    if (typeof piece !== "string") return { ...piece, argument: index + 1 };
    result += piece;
    if (result.length > maxText) return failure("the result would have more than 8 million characters");
    next = index + 1;
    used = Math.max(used, next);
    at = verbSyntax.lastIndex;
  }
  if (used < args.length)
    return failure(`too many arguments: the format uses ${used} of ${args.length}`, used + 1);
  return stringValue(result + format.slice(at));
}

function readVerb(match: RegExpExecArray): Verb {
  const flags = match[1] ?? "";
  const precision = match[3];
  return {
    raw: match[0],
    mode: match[5] ?? "",
    zero: flags.includes("0"),
    sharp: flags.includes("#"),
    plus: flags.includes("+"),
    minus: flags.includes("-"),
    space: flags.includes(" "),
    width: match[2] === undefined ? undefined : Number(match[2]),
    precision: precision === undefined ? undefined : Number(precision.slice(1)),
  };
}

function formatOne(verb: Verb, arg: Value): string | FunctionFailure {
  if (verb.mode !== "v" && arg.kind === "null") return failure(`${verb.raw} cannot show a null value`);
  switch (verb.mode) {
    case "v":
      return pad(verb, formatAny(verb, arg));
    case "t":
      return converted(verb, arg, boolType, (value) =>
        value.kind === "bool" && value.value ? "true" : "false",
      );
    case "b":
    case "d":
    case "o":
    case "x":
    case "X":
      return converted(verb, arg, numberType, (value) =>
        value.kind === "number" ? formatInteger(verb, value.value) : "",
      );
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return converted(verb, arg, numberType, (value) =>
        value.kind === "number" ? formatFloat(verb, value.value) : "",
      );
    case "s":
    case "q":
      return converted(verb, arg, stringType, (value) =>
        value.kind === "string" ? formatString(verb, value.value) : "",
      );
    default:
      return failure(`there is no verb ${verb.raw}`);
  }
}

function converted(
  verb: Verb,
  arg: Value,
  type: typeof stringType,
  show: (value: Value) => string | FunctionFailure,
): string | FunctionFailure {
  const value = convert(arg, type);
  return value.kind === "problem" ? failure(`${verb.raw}: ${describeProblem(value)}`) : show(value);
}

function formatAny(verb: Verb, arg: Value): string {
  if (!verb.sharp && arg.kind === "string") return arg.value;
  if (!verb.sharp && arg.kind === "number") return shortest(arg.value);
  return encodeJson(arg);
}

/** Go's `Text('g', -1)`: with an exponent below -4 and from 6 on. */
const shortest = (n: Decimal): string =>
  n.isZero() || (n.e >= -4 && n.e < 6) ? n.toFixed() : withExponent(n.toExponential());

/** Go writes at least two digits of exponent. */
const withExponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

function formatString(verb: Verb, given: string): string {
  const shown = verb.precision ? graphemes(given).slice(0, verb.precision).join("") : given;
  return pad(verb, verb.mode === "q" ? encodeJson(stringValue(shown)) : shown);
}

/** Pads with spaces or, with the flag 0, with zeros, whatever is padded. */
function pad(verb: Verb, shown: string): string {
  const missing = (verb.width ?? 0) - graphemes(shown).length;
  if (missing <= 0) return shown;
  const padding = (verb.zero ? "0" : " ").repeat(missing);
  return verb.minus ? shown + padding : padding + shown;
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: "0b", o: "0", x: "0x", X: "0X" };

function formatInteger(verb: Verb, n: Decimal): string | FunctionFailure {
  if (!n.isInteger()) return failure(`${verb.raw} needs a whole number`);
  const magnitude = BigInt(exactly(n).abs().toFixed());
  let digits = magnitude.toString(bases[verb.mode] ?? 10);
  if (verb.mode === "X") digits = digits.toUpperCase();
  if (verb.precision !== undefined) digits = digits.padStart(verb.precision, "0");
  if (verb.precision === 0 && magnitude === 0n) digits = "";
  const prefix = verb.sharp ? (prefixes[verb.mode] ?? "") : "";
  return padNumber(
    { ...verb, zero: verb.zero && verb.precision === undefined },
    n.isNegative() && !n.isZero(),
    prefix + digits,
  );
}

/** A number's own padding: zeros come after the sign. */
function padNumber(verb: Verb, negative: boolean, digits: string): string {
  const sign = negative ? "-" : verb.plus ? "+" : verb.space ? " " : "";
  const missing = (verb.width ?? 0) - sign.length - digits.length;
  if (missing <= 0) return sign + digits;
  if (verb.minus) return sign + digits + " ".repeat(missing);
  return verb.zero ? sign + "0".repeat(missing) + digits : " ".repeat(missing) + sign + digits;
}

function formatFloat(verb: Verb, n: Decimal): string {
  const magnitude = n.abs();
  const lower = verb.mode.toLowerCase();
  const shown =
    lower === "e"
      ? exponential(magnitude, verb)
      : lower === "f"
        ? fixed(magnitude, verb)
        : general(magnitude, verb);
  const digits = verb.mode === "E" || verb.mode === "G" ? shown.toUpperCase() : shown;
  return padNumber(verb, n.isNegative(), digits);
}

const fixed = (n: Decimal, verb: Verb): string => n.toFixed(verb.precision ?? 6, Decimal.ROUND_HALF_EVEN);
const exponential = (n: Decimal, verb: Verb): string =>
  withExponent(n.toExponential(verb.precision ?? 6, Decimal.ROUND_HALF_EVEN));

function general(n: Decimal, verb: Verb): string {
  if (verb.precision === undefined) return shortest(n);
  const digits = Math.max(1, verb.precision);
  const rounded = n.toSignificantDigits(digits, Decimal.ROUND_HALF_EVEN);
  const limit = digits > rounded.sd() && rounded.sd() > rounded.e ? rounded.sd() : digits;
  if (rounded.isZero() || (rounded.e >= -4 && rounded.e < limit)) return rounded.toFixed();
  return withExponent(rounded.toExponential());
}
