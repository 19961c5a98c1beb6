import { convert } from "../convert.ts";
import { arithmetic, Decimal, decimalValue, exactly, negated, numberValue, shownAs } from "../number.ts";
import { boolType, listOf, numberType } from "../type.ts";
import type { Value } from "../value.ts";
import { falseValue, isSequence, trueValue, unknownOf } from "../values.ts";
import { decimal, failure, fn, parameter, sequence, text, whole } from "./arguments.ts";
import type { FunctionEntry, FunctionOutcome } from "./function.ts";
import { power as raise } from "./power.ts";

const num = parameter("num", numberType);
const numbers = { variadic: parameter("numbers", numberType) };
const outOfRange = failure("the result is a number too large or too small to be kept");

function extreme(args: readonly Value[], better: (a: Decimal, b: Decimal) => boolean): FunctionOutcome {
  const [first, ...rest] = args;
  if (!first) return failure("it needs at least one number");
  let best = first;
  for (const arg of rest) if (better(decimal(arg), decimal(best))) best = arg;
  return best;
}

/** A double's result, with the digits Go shows of it. */
function fromDouble(n: number): FunctionOutcome {
  if (Number.isNaN(n)) return failure("these numbers have no result");
  if (Number.isSafeInteger(n) || !Number.isFinite(n)) return decimalValue(new Decimal(n));
  const shown = isPowerOfTwo(n) ? shortestPower(n) : new Decimal(String(n));
  return decimalValue(shownAs(shown, exactDouble(n)));
}

/** All binary digits of a double, of which the decimal constructor takes the shortest text. */
function exactDouble(n: number): Decimal {
  let scaled = n;
  let power = 0;
  for (; !Number.isInteger(scaled); power++) scaled *= 2;
  return new Decimal(BigInt(scaled).toString()).div(new Decimal(2).pow(power));
}

/** What is whole stays as it is, but for the sign of a zero. */
function integral(n: Decimal, toWhole: (exact: Decimal) => Decimal): Value {
  const result = exactly(n).isInteger() ? n : toWhole(exactly(n));
  return result.isZero() ? numberValue(0) : decimalValue(result);
}

const absolute = (n: Decimal): Value => decimalValue(n.isNegative() ? negated(n) : n);

const isPowerOfTwo = (n: number): boolean => n > Number.MAX_SAFE_INTEGER && Number.isInteger(Math.log2(n));

/**
 * Go's big.Float takes the numbers next to a power of two to be equally far away on both sides, which the lower one is not,
 * and so shows fewer digits than JS: of 2^64 18446744073709550000.
 */
function shortestPower(n: number): Decimal {
  const exact = new Decimal(BigInt(n).toString());
  const tolerance = new Decimal(BigInt(n / 2 ** 53).toString());
  for (let digits = 1; digits < 17; digits++) {
    const candidate = exact.toSignificantDigits(digits);
    if (candidate.minus(exact).abs().lte(tolerance)) return candidate;
  }
  return new Decimal(String(n));
}

function sum(list: Value | undefined): FunctionOutcome {
  if (!list || !isSequence(list)) return failure("it takes a list, set or tuple of numbers", 0);
  let total: Decimal | undefined;
  for (const item of list.items) {
    const number = convert(item, numberType);
    if (number.kind !== "number") return failure("it takes a list, set or tuple of numbers", 0);
    const next: Decimal | undefined = total ? arithmetic("+", total, number.value) : number.value;
    if (!next) return outOfRange;
    total = next;
  }
  return total ? decimalValue(total) : failure("the sum of no numbers is not defined", 0);
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Go's big.Int.SetString: up to base 36 letters of either case are the same, beyond it capitals come after small ones. */
function parseInteger(given: string, base: number): bigint | undefined {
  const sign = /^[+-]/.test(given) ? given.charAt(0) : "";
  const body = given.slice(sign.length);
  if (body === "" || body.length > 4000) return undefined;
  let result = 0n;
  for (const c of base <= 36 ? body.toLowerCase() : body) {
    const digit = digits.indexOf(c);
    if (digit < 0 || digit >= base) return undefined;
    result = result * BigInt(base) + BigInt(digit);
  }
  return sign === "-" ? -result : result;
}

function parseint(args: readonly Value[]): FunctionOutcome {
  const [number] = args;
  if (number?.kind !== "string") return failure("the number must be given as a string", 0);
  const base = whole(args[1]);
  if (base === undefined || base < 2 || base > 62)
    return failure("the base must be a whole number from 2 to 62", 1);
  const result = parseInteger(text(number), base);
  if (result === undefined) return failure(`${JSON.stringify(number.value)} is no number of base ${base}`, 0);
  return decimalValue(new Decimal(result.toString()));
}

function allTrue(list: Value | undefined): Value {
  let unknown = false;
  for (const item of sequence(list).items) {
    if (item.kind === "unknown") unknown = true;
    else if (item.kind !== "bool" || !item.value) return falseValue;
  }
  return unknown ? unknownOf(boolType) : trueValue;
}

function anyTrue(list: Value | undefined): Value {
  let unknown = false;
  for (const item of sequence(list).items) {
    if (item.kind === "unknown") unknown = true;
    else if (item.kind === "bool" && item.value) return trueValue;
  }
  return unknown ? unknownOf(boolType) : falseValue;
}

export const numericFunctions: Readonly<Record<string, FunctionEntry>> = {
  abs: fn("The number without its sign.", [num], numberType, ([n]) => absolute(decimal(n))),
  ceil: fn("The next whole number at or above.", [num], numberType, ([n]) =>
    integral(decimal(n), (x) => x.ceil()),
  ),
  floor: fn("The next whole number at or below.", [num], numberType, ([n]) =>
    integral(decimal(n), (x) => x.floor()),
  ),
  log: fn(
    "The logarithm of a number to a base.",
    [num, parameter("base", numberType)],
    numberType,
    ([n, base]) => fromDouble(Math.log(decimal(n).toNumber()) / Math.log(decimal(base).toNumber())),
  ),
  max: fn(
    "The greatest of the numbers.",
    [],
    numberType,
    (args) => extreme(args, (a, b) => a.gt(b)),
    numbers,
  ),
  min: fn("The least of the numbers.", [], numberType, (args) => extreme(args, (a, b) => a.lt(b)), numbers),
  parseint: fn(
    "Reads a whole number written in another base.",
    [parameter("number"), parameter("base", numberType)],
    numberType,
    parseint,
  ),
  pow: fn(
    "The first number raised to the power of the second.",
    [num, parameter("power", numberType)],
    numberType,
    ([n, power]) => fromDouble(raise(decimal(n).toNumber(), decimal(power).toNumber())),
  ),
  signum: fn("-1, 0 or 1: the sign of a number.", [num], numberType, ([n]) => {
    const value = whole(n);
    return value === undefined
      ? failure("a whole number is required", 0)
      : numberValue(value === 0 ? 0 : Math.sign(value));
  }),
  sum: fn("The sum of a list's numbers.", [parameter("list")], numberType, ([list]) => sum(list)),
  alltrue: fn(
    "Whether every item is true; true of an empty list.",
    [parameter("list", listOf(boolType))],
    boolType,
    ([list]) => allTrue(list),
    { accepts: "partly-known" },
  ),
  anytrue: fn(
    "Whether any item is true.",
    [parameter("list", listOf(boolType))],
    boolType,
    ([list]) => anyTrue(list),
    { accepts: "partly-known" },
  ),
};
