/**
 * Numbers as Terraform has them. cty computes in binary floating point with a mantissa of 512 bits and calls two numbers
 * equal when their shortest decimal texts are. Here a number is kept as that shortest decimal, so texts and comparisons
 * agree with Terraform's digit for digit; operations on other than small whole numbers go through the binary form.
 */
import { Decimal as Base } from "decimal.js";
import type { Value } from "./value.ts";

/** No decimal of ours has more significant digits (157) than this. */
const precision = 400;
export const Decimal = Base.clone({
  precision,
  rounding: Base.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
export type Decimal = Base;

/** Powers of ten beyond this are refused: Terraform would go on to write out that many zeros. */
const maxExponent = 10_000;
const mantissaBits = 512;
/** Any decimal of so many digits is the shortest of the binary number nearest to it: 512 bits are 154.1 digits. */
const exactDigits = 150;

type NumberValue = Extract<Value, { kind: "number" }>;

const smallIntegers: readonly NumberValue[] = Array.from({ length: 1025 }, (_, i) => ({
  kind: "number",
  value: new Decimal(i),
}));

/** A number from a double; whole numbers from 0 to 1024 are shared. */
export function numberValue(n: number): NumberValue {
  if (n >= 0 && n <= 1024 && Number.isInteger(n) && !Object.is(n, -0))
    return smallIntegers[n] ?? { kind: "number", value: new Decimal(n) };
  return { kind: "number", value: new Decimal(n) };
}

/**
 * What a function of doubles has computed. It shows as the shortest decimal that a double of it has, and is computed with as
 * exactly the double, like a float of Go's that has 53 bits.
 */
const doubles = new WeakMap<Decimal, Decimal>();

/** `shown`, which stands for the number `exact`. */
export function shownAs(shown: Decimal, exact: Decimal): Decimal {
  if (!shown.equals(exact)) doubles.set(shown, exact);
  return shown;
}

/** The number itself, where its text is a rounded one. */
export const exactly = (n: Decimal): Decimal => doubles.get(n) ?? n;

/** The number with the other sign. */
export const negated = (n: Decimal): Decimal => shownAs(n.neg(), exactly(n).neg());

export const decimalValue = (value: Decimal): NumberValue => ({ kind: "number", value });

const numberSyntax = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?$/;

/** Reads what cty's ParseNumberVal reads: decimal digits, point, exponent. Undefined for anything else or out of range. */
export function parseNumber(text: string): Decimal | undefined {
  if (text.length > 2 * maxExponent || !numberSyntax.test(text)) return undefined;
  return canonical(new Decimal(text));
}

/** A number literal's value; short whole numbers without detours. */
export function parseLiteral(text: string): NumberValue | undefined {
  if (text.length <= 4) {
    const n = Number(text);
    if (Number.isInteger(n)) return numberValue(n);
  }
  const value = parseNumber(text);
  return value && decimalValue(value);
}

/** As cty converts a number to a string: all digits, never an exponent; zero may be negative, and numbers infinite. */
export function formatNumber(n: Decimal): string {
  if (n.isZero()) return n.isNegative() ? "-0" : "0";
  if (!n.isFinite()) return n.isNegative() ? "-Inf" : "+Inf";
  return n.toFixed();
}

/** A whole number that a JS number holds exactly, or undefined. */
export function toSafeInteger(n: Decimal): number | undefined {
  if (!n.isInteger()) return undefined;
  const value = n.toNumber();
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The arithmetic operators. Undefined when there is no result, as of 0/0, or it is out of range. */
export function arithmetic(operator: ArithmeticOperator, a: Decimal, b: Decimal): Decimal | undefined {
  const x = toSafeInteger(a);
  const y = x === undefined ? undefined : toSafeInteger(b);
  // Safe integers that doubles show are those doubles.
  if (x !== undefined && y !== undefined) {
    const result = smallArithmetic(operator, x, y);
    if (Number.isSafeInteger(result)) return numberValue(result).value;
  }
  if (!a.isFinite() || !b.isFinite()) return operator === "%" ? undefined : extremes(operator, a, b);
  if (a.isZero() || b.isZero()) return ofZero(operator, a, b);
  return toDecimal(binaryArithmetic(operator, toBinary(a), toBinary(b)));
}

/** Zeros have a sign, and what is divided by one is infinite. */
function ofZero(operator: ArithmeticOperator, a: Decimal, b: Decimal): Decimal | undefined {
  if (operator === "*" || operator === "/") return extremes(operator, a, b);
  if (operator === "-" && a.isZero()) return exactly(b).neg();
  return exactly(a.isZero() && operator === "+" ? b : a);
}

/** The result is infinite, zero or none, whatever the numbers are that are neither: doubles give the same. */
function extremes(operator: ArithmeticOperator, a: Decimal, b: Decimal): Decimal | undefined {
  const result = smallArithmetic(operator, double(a), double(b));
  return Number.isNaN(result) ? undefined : new Decimal(result);
}

/** Of the same sign, and infinite or zero if the number is. */
const double = (n: Decimal): number => {
  if (n.isZero() || !n.isFinite()) return n.toNumber();
  return n.isNegative() ? -1 : 1;
};

type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

function smallArithmetic(operator: ArithmeticOperator, x: number, y: number): number {
  switch (operator) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return x / y;
    case "%":
      return remainder(x, y);
  }
}

/** cty's `x - y * trunc(x / y)`, which decides the sign of a zero; of 0 there is no multiple, so all remains. */
function remainder(x: number, y: number): number {
  if (y === 0) return x;
  const rest = x % y;
  if (rest !== 0) return rest;
  return Object.is(x, -0) && y > 0 ? -0 : 0;
}

/** `mantissa × 2^exponent`, at most 512 bits of mantissa. */
interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

function binaryArithmetic(operator: ArithmeticOperator, a: Binary, b: Binary): Binary {
  switch (operator) {
    case "+":
      return sum(a, b);
    case "-":
      return sum(a, negative(b));
    case "*":
      return round(a.mantissa * b.mantissa, a.exponent + b.exponent);
    case "/":
      return quotient(a, b);
    case "%": {
      if (b.mantissa === 0n) return a;
      const whole = truncate(quotient(a, b));
      return sum(a, negative(round(b.mantissa * whole.mantissa, b.exponent + whole.exponent)));
    }
  }
}

const negative = (a: Binary): Binary => ({ mantissa: -a.mantissa, exponent: a.exponent });

function sum(a: Binary, b: Binary): Binary {
  const exponent = Math.min(a.exponent, b.exponent);
  const x = a.mantissa << BigInt(a.exponent - exponent);
  const y = b.mantissa << BigInt(b.exponent - exponent);
  return round(x + y, exponent);
}

function quotient(a: Binary, b: Binary): Binary {
  const shift =
    mantissaBits + 2 + bitLength(b.mantissa) - Math.min(bitLength(a.mantissa), bitLength(b.mantissa));
  const numerator = a.mantissa << BigInt(shift);
  const q = numerator / b.mantissa;
  const exact = q * b.mantissa === numerator;
  return round(q, a.exponent - b.exponent - shift, exact);
}

function truncate(a: Binary): Binary {
  if (a.exponent >= 0) return a;
  const shift = BigInt(-a.exponent);
  const magnitude = (a.mantissa < 0n ? -a.mantissa : a.mantissa) >> shift;
  return round(a.mantissa < 0n ? -magnitude : magnitude, 0);
}

function bitLength(n: bigint): number {
  const hex = (n < 0n ? -n : n).toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)) + 28;
}

/** To 512 bits, half to even. `exact: false` says that the true magnitude is a little greater. */
function round(mantissa: bigint, exponent: number, exact = true): Binary {
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const excess = bitLength(magnitude) - mantissaBits;
  if (excess <= 0) return { mantissa, exponent };
  const shift = BigInt(excess);
  let kept = magnitude >> shift;
  const rest = magnitude - (kept << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && (!exact || (kept & 1n) === 1n))) kept += 1n;
  return { mantissa: mantissa < 0n ? -kept : kept, exponent: exponent + excess };
}

/** The digits of a decimal as a whole number, and the power of ten they are to be multiplied with. */
function digitsOf(n: Decimal): { coefficient: bigint; power: number } {
  const text = n.toExponential();
  const e = text.indexOf("e");
  const digits = text.slice(0, e).replace(".", "");
  const fraction = text.indexOf(".") < 0 ? 0 : e - text.indexOf(".") - 1;
  return { coefficient: BigInt(digits), power: Number(text.slice(e + 1)) - fraction };
}

function toBinary(n: Decimal): Binary {
  const { coefficient, power } = digitsOf(exactly(n));
  return decimalToBinary(coefficient, power);
}

function decimalToBinary(coefficient: bigint, power: number): Binary {
  if (power >= 0) return round(coefficient * 10n ** BigInt(power), 0);
  return quotient({ mantissa: coefficient, exponent: 0 }, { mantissa: 10n ** BigInt(-power), exponent: 0 });
}

const sameNumber = (a: Binary, b: Binary): boolean => {
  const exponent = Math.min(a.exponent, b.exponent);
  return a.mantissa << BigInt(a.exponent - exponent) === b.mantissa << BigInt(b.exponent - exponent);
};

/** The shortest decimal that rounds to the binary number, as Go's `Text('f', -1)` finds it. */
function toDecimal(binary: Binary): Decimal | undefined {
  if (binary.mantissa === 0n) return numberValue(0).value;
  const exact = exactDecimal(binary);
  if (!inRange(exact)) return undefined;
  for (let digits = exactDigits; digits <= 158; digits++) {
    const candidate = exact.toSignificantDigits(digits);
    if (sameNumber(toBinary(candidate), binary)) return candidate;
  }
  return exact;
}

function exactDecimal({ mantissa, exponent }: Binary): Decimal {
  if (exponent >= 0) return new Decimal((mantissa << BigInt(exponent)).toString());
  // Four hundred digits, of which at most 158 matter; what is cut off decides no rounding.
  const magnitude = bitLength(mantissa) + exponent;
  const scale = precision - Math.ceil(magnitude * Math.LOG10E * Math.LN2);
  const scaled =
    scale >= 0
      ? (mantissa * 10n ** BigInt(scale)) >> BigInt(-exponent)
      : (mantissa >> BigInt(-exponent)) / 10n ** BigInt(-scale);
  return new Decimal(`${scaled}e${-scale}`);
}

const inRange = (n: Decimal): boolean => n.isFinite() && (n.isZero() || Math.abs(n.e) <= maxExponent);

/** The decimal Terraform would show for this one; undefined when it is out of range. */
export function canonical(n: Decimal): Decimal | undefined {
  if (!inRange(n)) return undefined;
  return n.sd() <= exactDigits ? n : toDecimal(toBinary(n));
}
